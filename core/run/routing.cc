// Where items go: to the next stage, into pieces, back together, through slots; and the seats they go to.
#include <algorithm>

#include "core/run/impl.h"

namespace syrinx::core {
namespace {

// The unit at `path` below `root`, or null if it is not made yet.
Unit* unit_at(Unit& root, const std::vector<uint32_t>& path) {
  Unit* at = &root;
  for (uint32_t index : path) {
    if (index >= at->pieces.size()) return nullptr;
    at = at->pieces[index];
  }
  return at;
}

// Moves `path`, which has one index for each level of splitting, to the first piece at or behind it that exists.
enum class Found { kPiece, kNotYet, kEnd };
Found settle(Unit& root, std::vector<uint32_t>& path) {
  const size_t depth = path.size();
  while (true) {
    Unit* at = &root;
    size_t level = 0;
    for (; level < depth && path[level] < at->pieces.size(); ++level) at = at->pieces[path[level]];
    if (level == depth) return Found::kPiece;
    if (!at->pieces_complete) return Found::kNotYet;
    // This one has no more pieces: on with what follows it.
    if (level == 0) return Found::kEnd;
    path.resize(level);
    ++path.back();
    path.resize(depth, 0);
  }
}

}  // namespace

Unit* Engine_Impl::make_unit(Root& root, Unit* parent, int depth) {
  auto unit = std::make_unique<Unit>();
  unit->root = &root;
  unit->parent = parent;
  unit->depth = depth;
  unit->sequence = next_sequence++;
  root.units.push_back(std::move(unit));
  return root.units.back().get();
}

Seat* Engine_Impl::add_seat(Stage& stage, Unit& unit) {
  auto seat = std::make_unique<Seat>();
  seat->unit = &unit;
  seat->stage = &stage;
  seat->in.resize(stage.in_wire.size());
  seat->out_last.resize(stage.out_wires.size());
  // What others get and this unit does not is complete from the start: a stage that waits for it goes on.
  for (uint32_t p = 0; p < seat->in.size(); ++p) seat->in[p].last = stage.index != PortRef::kHost && connected(stage, p) && !feeds(stage, *seat, p);
  Seat* out = seat.get();
  stage.by_sequence[unit.sequence] = out;
  stage.seats.push_back(std::move(seat));
  if (stage.index != PortRef::kHost) ++unit.root->open_seats;
  notify(stage);
  return out;
}

void Engine_Impl::close_seat(Stage& stage, Seat& seat) {
  seat.closed = true;
  for (uint32_t p = 0; p < seat.in.size(); ++p) {
    int64_t held = static_cast<int64_t>(seat.in[p].queue.size());
    for (const auto& [sequence, items] : seat.in[p].joining.waiting) held += static_cast<int64_t>(items.size());
    if (seat.in[p].wire >= 0) wires[static_cast<size_t>(seat.in[p].wire)].queued -= held;
  }
  leave_slot(*seat.unit);
  for (Unit* unit : seat.loops) {
    // Whoever still works for this seat in a slot stops.
    for (auto& other : stages) {
      const auto found = other->by_sequence.find(unit->sequence);
      if (found == other->by_sequence.end()) continue;
      found->second->failed = true;
      notify(*other);
    }
    unit->user = nullptr;
  }
  if (stage.current == &seat) stage.current = nullptr;
  Root& root = *seat.unit->root;
  stage.by_sequence.erase(seat.unit->sequence);
  std::erase_if(stage.seats, [&](const auto& s) { return s.get() == &seat; });
  if (&stage == &host) return;
  notify_sources(stage);
  notify(stage);
  if (--root.open_seats == 0) notify(host);
}

void Engine_Impl::announce(Unit& unit) {
  for (auto& stage : stages)
    if (stage->flow && stage->in_flow && stage->depth == unit.depth) add_seat(*stage, unit);
  if (unit.depth == 0) add_seat(host, unit);
}

uint32_t Engine_Impl::room(const Stage& stage, const Seat& seat, uint32_t port) const {
  int64_t most = plan.run.queue;
  if (seat.unit->user) return static_cast<uint32_t>(most);  // the way back from a slot is never full
  for (int w : stage.out_wires[port]) {
    const WireState& wire = wires[static_cast<size_t>(w)];
    if (wire.wire.loop) continue;  // the way through a slot is never full
    const Stage& to = wire.wire.to.stage == PortRef::kHost ? host : *stages[static_cast<size_t>(wire.wire.to.stage)];
    const auto found = to.by_sequence.find(seat.unit->sequence);
    // A shared stage must not be held up by a neighbour, so its room is counted by utterance.
    int64_t queued = wire.queued;
    if (stage.shared) queued = found == to.by_sequence.end() ? 0 : static_cast<int64_t>(found->second->in[wire.wire.to.port].queue.size());
    most = std::min(most, plan.run.queue - queued);
  }
  return static_cast<uint32_t>(std::max<int64_t>(0, most));
}

bool Engine_Impl::has_room(const Stage& stage, const Seat& seat, uint32_t port) const { return room(stage, seat, port) > 0; }

void Engine_Impl::notify_sources(const Stage& stage) {
  for (int w : stage.in_wire)
    if (w >= 0 && wires[static_cast<size_t>(w)].wire.from.stage != PortRef::kHost) notify(stage_at(wires[static_cast<size_t>(w)].wire.from.stage));
}

void Engine_Impl::send(Stage& from, Seat& seat, uint32_t port, StoredItem item) {
  // In a slot a splitter's pieces are the items of its answer.
  if (from.plan->manner.splits && port == 0 && !seat.unit->user) split(from, seat, port, std::move(item));
  else route(from, seat, port, std::move(item));
}

void Engine_Impl::route(Stage& from, Seat& seat, uint32_t port, StoredItem item) {
  if (seat.unit->root->dead) return;
  const bool into_slot = from.out_slot[port] >= 0;
  std::vector<int> targets;
  for (int w : from.out_wires[port])
    if (goes(from, *seat.unit, port, wires[static_cast<size_t>(w)].wire)) targets.push_back(w);
  for (size_t i = 0; i < targets.size(); ++i) {
    StoredItem next = i + 1 < targets.size() ? item.copy() : std::move(item);
    const WireState& state = wires[static_cast<size_t>(targets[i])];
    if (!state.wire.adapter.empty() && !adapt(state.wire.adapter, next)) {
      return fail_utterance(from, seat.unit, SYX_E_INTERNAL, "an item does not have the dtype of its port", "");
    }
    if (into_slot) {
      enter_slot(from, seat, state.wire, targets[i], std::move(next));
    } else if (Seat* user = seat.unit->user) {
      if (!user->closed) accept(targets[i], *user, state.wire.to.port, std::move(next));
    } else {
      deliver(targets[i], *seat.unit, std::move(next));
    }
  }
}

void Engine_Impl::split(Stage& from, Seat& seat, uint32_t port, StoredItem item) {
  Unit& parent = *seat.unit;
  const bool last = item.flags & SYX_ITEM_LAST;
  if (item.flags & SYX_ITEM_PIECE) {
    Unit* piece = make_unit(*parent.root, &parent, parent.depth + 1);
    piece->index = static_cast<uint32_t>(parent.pieces.size());
    piece->key = syx_key(parent.key, "piece", piece->index);
    piece->options = with_item_options(parent.options, item);
    parent.pieces.push_back(piece);
    announce(*piece);
    for (const Unit* above = &parent; above; above = above->parent)
      for (auto& [wire, items] : const_cast<Unit*>(above)->kept)
        for (StoredItem& kept : items) deliver(wire, *piece, kept.copy());
    item.flags = SYX_ITEM_LAST;
    for (size_t i = 0; i < from.out_wires[port].size(); ++i) {
      const int wire = from.out_wires[port][i];
      deliver(wire, *piece, i + 1 < from.out_wires[port].size() ? item.copy() : std::move(item));
    }
  }
  if (!last) return;
  parent.pieces_complete = true;
  // Those that wait for a next piece now know that there is none.
  Unit* root = &parent;
  while (root->parent) root = root->parent;
  for (Stage* stage : [&] {
         std::vector<Stage*> all{&host};
         for (auto& s : stages) all.push_back(s.get());
         return all;
       }()) {
    const auto found = stage->by_sequence.find(root->sequence);
    if (found == stage->by_sequence.end()) continue;
    for (uint32_t p = 0; p < found->second->in.size(); ++p) advance_join(*found->second, p);
  }
}

void Engine_Impl::deliver(int number, Unit& unit, StoredItem item) {
  const Wire& wire = wires[static_cast<size_t>(number)].wire;
  Stage& to = stage_at(wire.to.stage);
  if (to.depth == unit.depth) {
    const auto found = to.by_sequence.find(unit.sequence);
    if (found != to.by_sequence.end()) accept(number, *found->second, wire.to.port, std::move(item));
    return;
  }
  if (to.depth > unit.depth) {
    // From before the split: every piece gets it, those made later too.
    for (auto& made : unit.root->units) {
      Unit* above = made->parent;
      while (above && above != &unit) above = above->parent;
      if (above && made->depth == to.depth) deliver(number, *made, item.copy());
    }
    unit.kept[number].push_back(std::move(item));
    return;
  }
  Unit* root = &unit;
  while (root->parent) root = root->parent;
  const auto found = to.by_sequence.find(root->sequence);
  if (found == to.by_sequence.end()) return;
  ++wires[static_cast<size_t>(number)].queued;
  found->second->in[wire.to.port].wire = number;
  found->second->in[wire.to.port].joining.waiting[unit.sequence].push_back(std::move(item));
  advance_join(*found->second, wire.to.port);
}

void Engine_Impl::advance_join(Seat& seat, uint32_t port) {
  const int number = seat.stage->in_wire[port];
  if (number < 0 || seat.closed) return;
  const Wire& wire = wires[static_cast<size_t>(number)].wire;
  const int from_depth = wire.from.stage == PortRef::kHost ? 0 : stage_at(wire.from.stage).depth + (stage_at(wire.from.stage).plan->manner.splits ? 1 : 0);
  Joining& joining = seat.in[port].joining;
  if (from_depth == 0 || joining.done || !seat.stage->joins) return;
  if (joining.path.empty()) joining.path.assign(static_cast<size_t>(from_depth), 0);
  while (true) {
    const Found found = settle(*seat.unit, joining.path);
    if (found == Found::kNotYet) return;
    if (found == Found::kEnd) break;
    Unit* piece = unit_at(*seat.unit, joining.path);
    auto& waiting = joining.waiting[piece->sequence];
    bool complete = joining.length.count(piece->sequence) && joining.length[piece->sequence] < 0;
    while (!waiting.empty()) {
      StoredItem item = std::move(waiting.front());
      waiting.pop_front();
      --wires[static_cast<size_t>(number)].queued;
      const bool last = item.flags & SYX_ITEM_LAST;
      const int64_t end = item.offset + item.length(wire.spec.type);
      item.flags = 0;
      item.offset += joining.base;
      accept(number, seat, port, std::move(item));
      if (!last) continue;
      joining.base += end;
      joining.length[piece->sequence] = -1;  // complete
      complete = true;
    }
    if (!complete) return;
    ++joining.path.back();
  }
  joining.done = true;
  StoredItem end;
  end.flags = SYX_ITEM_LAST;
  end.offset = joining.base;
  accept(number, seat, port, std::move(end));
}

void Engine_Impl::accept(int number, Seat& seat, uint32_t port, StoredItem item) {
  InPort& in = seat.in[port];
  if (seat.closed || seat.unit->root->dead) return;
  const Wire& wire = wires[static_cast<size_t>(number)].wire;
  const bool last = item.flags & SYX_ITEM_LAST;
  const bool is_sink = seat.stage == &host || seat.stage->plan->kind == "writer";
  if (is_sink && wire.spec.type == "audio") {
    const auto rate = wire.spec.attributes.value("sample_rate", 0);
    if (rate > 0 && !item.tensors.empty()) seat.unit->root->audio_s += static_cast<double>(item.length("audio")) / rate;
  }
  // An empty LAST is only the end of the port, except on the way back from a slot, where nothing else tells it.
  const bool empty = item.text.empty() && item.meta.empty() && item.tensors.empty();
  const bool loop_back = seat.stage->in_slot[port] >= 0;
  in.wire = number;
  if (!empty || loop_back) {
    in.queue.push_back(std::move(item));
    ++wires[static_cast<size_t>(number)].queued;
  }
  in.last = in.last || (last && !loop_back);
  if (seat.stage == &host && seat.unit->root->first_output_s == 0 && !empty)
    seat.unit->root->first_output_s = std::chrono::duration<double>(Clock::now() - seat.unit->root->submitted).count();
  notify(*seat.stage);
}

}  // namespace syrinx::core
