// Flow slots: a stage that works for another one, in utterances of its own.
#include <algorithm>

#include "core/run/impl.h"

namespace syrinx::core {

int slot_of(const PlannedStage& stage, const std::string& port) {
  const size_t dot = port.find('.');
  if (dot == std::string::npos) return -1;
  const auto found = std::find_if(stage.slots.begin(), stage.slots.end(), [&](const PlannedSlot& slot) { return slot.name == port.substr(0, dot); });
  return static_cast<int>(found - stage.slots.begin());
}

bool Engine_Impl::connected(const Stage& stage, uint32_t port) const {
  return stage.in_slot[port] < 0 && (stage.in_wire[port] >= 0 || !stage.slot_wires[port].empty());
}

bool Engine_Impl::feeds(const Stage& stage, const Seat& seat, uint32_t port) const {
  const Unit& unit = *seat.unit;
  if (stage.in_slot[port] >= 0) return false;
  if (!unit.user) return stage.in_wire[port] >= 0;
  return std::any_of(stage.slot_wires[port].begin(), stage.slot_wires[port].end(), [&](int w) {
    const PortRef& from = wires[static_cast<size_t>(w)].wire.from;
    return from.stage == unit.user->stage->index && unit.user->stage->out_slot[from.port] == unit.user_slot;
  });
}

bool Engine_Impl::goes(const Stage& from, const Unit& unit, uint32_t port, const Wire& wire) const {
  if (from.out_slot[port] >= 0) return true;
  if (!unit.user) return !wire.loop;
  return wire.loop && wire.to.stage == unit.user->stage->index && unit.user->stage->in_slot[wire.to.port] == unit.user_slot;
}

bool Engine_Impl::makes(const Stage& stage, const Seat& seat, uint32_t port) const {
  if (stage.out_slot[port] >= 0) return false;
  if (!seat.unit->user) return true;
  const auto& out = stage.out_wires[port];
  return std::any_of(out.begin(), out.end(), [&](int w) { return goes(stage, *seat.unit, port, wires[static_cast<size_t>(w)].wire); });
}

bool Engine_Impl::inputs_given(const Stage& stage, const Seat& seat) const {
  for (uint32_t p = 0; p < seat.in.size(); ++p)
    if (feeds(stage, seat, p) && !seat.in[p].last) return false;
  return true;
}

void Engine_Impl::enter_slot(Stage& from, Seat& seat, const Wire& wire, int number, StoredItem item) {
  const int slot = from.out_slot[wire.from.port];
  Stage& to = stage_at(wire.to.stage);
  // The one that still takes items; one that got everything is followed by another, also while it is at work.
  Seat* taker = nullptr;
  for (Unit* unit : seat.loops) {
    if (unit->user_slot != slot) continue;
    const auto found = to.by_sequence.find(unit->sequence);
    if (found != to.by_sequence.end() && !inputs_given(to, *found->second)) taker = found->second;
  }
  if (!taker) {
    Unit* unit = make_unit(*seat.unit->root, nullptr, -1);
    unit->user = &seat;
    unit->user_slot = slot;
    unit->key = syx_key(stage_key(seat.unit->key, from.plan->name), ("slot " + from.plan->slots[static_cast<size_t>(slot)].name).c_str(), seat.loop_count[slot]++);
    unit->options = with_item_options(seat.unit->options, item);
    seat.loops.push_back(unit);
    taker = add_seat(to, *unit);
  }
  accept(number, *taker, wire.to.port, std::move(item));
}

void Engine_Impl::leave_slot(Unit& unit) {
  if (!unit.user) return;
  std::erase(unit.user->loops, &unit);
  notify(*unit.user->stage);
  unit.user = nullptr;
}

}  // namespace syrinx::core
