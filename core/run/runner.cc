// A stage's thread: what to call next, and what its answer means.
#include <algorithm>

#include "core/report/sha256.h"
#include "core/run/impl.h"
#include "core/run/kept_output.h"
#include "core/run/stage_store.h"

namespace syrinx::core {
namespace {

// Kinds that decide what is to be spoken: asked to finish early they begin nothing new.
constexpr std::string_view kDeciders[] = {"normalizer", "refiner", "tokenizer", "generator", "synthesizer", "speaker"};

class Runner {
 public:
  Runner(Engine_Impl& engine, Stage& stage, std::unique_lock<std::mutex>& lock)
      : engine_(engine), stage_(stage), lock_(lock), call_(engine, stage) {}

  // One call, if there is anything to do.
  bool act() {
    if (stage_.abandoned) return false;
    return clean() || finish_early() || feed() || begin() || close_batch() || step();
  }

 private:
  bool inputs_done(const Seat& seat) const {
    for (uint32_t p = 0; p < seat.in.size(); ++p)
      if (engine_.connected(stage_, p) && !seat.in[p].finished) return false;
    return true;
  }

  bool outputs_done(const Seat& seat) const {
    for (uint32_t p = 0; p < seat.out_last.size(); ++p)
      if (engine_.makes(stage_, seat, p) && !seat.out_last[p]) return false;
    return true;
  }

  // Calls into the plugin without the lock; `body` gets the call context.
  template <class Body>
  syx_status call(Seat* seat, Body&& body) {
    call_.reset(seat ? seat->unit->sequence : 0);
    ++stage_.times.calls;
    stage_.in_call = true;
    const double blocked = stage_.times.blocked_s;
    lock_.unlock();
    const auto start = Clock::now();
    const syx_status status = body(call_.get());
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    lock_.lock();
    stage_.in_call = false;
    stage_.times.busy_s += std::max(0.0, took - (stage_.times.blocked_s - blocked));
    return status;
  }

  // What an error of begin, push, finish (seat) or open, step, finish(ALL) (no seat) ends.
  void settle(Seat* seat, syx_status status) {
    if (status >= 0) return;
    if (status == SYX_E_UNAVAILABLE) stage_.broken = true;
    const std::string message = call_.reported() ? call_.message : "";
    std::vector<Unit*> units;
    for (auto& other : stage_.seats)
      if (other.get() == seat || ((!seat || status == SYX_E_UNAVAILABLE) && other->begun)) units.push_back(other->unit);
    for (Unit* unit : units) {
      // What emit returned for an utterance that is over is no error of anybody's.
      if (unit->root->dead) continue;
      engine_.fail_utterance(stage_, unit, status, message, call_.hint);
    }
  }

  // Seats of utterances that are over.
  bool clean() {
    for (size_t i = 0; i < stage_.seats.size(); ++i) {
      Seat& seat = *stage_.seats[i];
      if (!seat.unit->root->dead && !seat.failed) continue;
      finish_seat(seat);
      return true;
    }
    return false;
  }

  // Whether outputs of this seat are shown.
  bool shows(const Seat& seat) const { return engine_.keeping.on() && !seat.unit->user && stage_.plan->kind != "writer" && !seat.out_last.empty(); }

  // Whether they are looked up and kept too. Not those of a stage that works through a slot: what it makes depends on what another stage is
  // given besides.
  bool keeps() const {
    return std::all_of(stage_.out_slot.begin(), stage_.out_slot.end(), [](int slot) { return slot < 0; });
  }

  // Everything the seat's outputs depend on; empty if some input is not in host memory. Its input is complete.
  std::string digest_of(const Seat& seat, const syx_begin& given) {
    if (stage_.definition.empty()) stage_.definition = definition_digest(engine_.plan, static_cast<size_t>(stage_.index));
    Sha256 sum;
    sum.add_text(stage_.definition);
    sum.add_number(given.key);
    sum.add_text({given.options.data, given.options.size});
    for (const auto& text : seat.texts) sum.add_text(*text);
    std::string bytes;
    for (uint32_t p = 0; p < seat.in.size(); ++p)
      for (const StoredItem& item : seat.in[p].queue)
        if (!append_item(bytes, p, item)) return {};
    sum.add_text(bytes);
    return sum.hex();
  }

  static std::string path_of(const Unit& unit) {
    if (!unit.parent) return {};
    const std::string above = path_of(*unit.parent);
    return above.empty() ? std::to_string(unit.index) : above + "/" + std::to_string(unit.index);
  }

  // Tells what the seat gave. Without the lock: nobody else touches the record of a seat.
  void show(const Seat& seat, bool taken) {
    const auto& listener = seat.unit->root->listener.on_stage;
    if (listener) listener({stage_.plan->name, path_of(*seat.unit), taken, sha256(seat.record), seat.record});
  }

  // Gives what the store has instead of calling the stage; false if it has nothing.
  bool take(Seat& seat, const syx_begin& given) {
    seat.digest = digest_of(seat, given);
    if (!engine_.keeping.store || seat.digest.empty() || engine_.keeping.run_again.count(stage_.plan->name)) return false;
    lock_.unlock();
    auto found = engine_.keeping.store->get(seat.digest);
    auto items = found ? items_of(*found) : std::nullopt;
    if (items) {
      seat.record = *std::move(found);
      show(seat, true);
    }
    lock_.lock();
    if (!items) return false;
    for (KeptItem& kept : *items) {
      if (seat.unit->root->dead || kept.port >= seat.out_last.size()) break;
      if (kept.item.flags & SYX_ITEM_LAST) seat.out_last[kept.port] = true;
      ++stage_.times.items_out;
      engine_.send(stage_, seat, kept.port, std::move(kept.item));
    }
    ++stage_.times.units_taken;
    finish_seat(seat);
    return true;
  }

  // A seat that ended well: its outputs are kept and shown.
  void keep(Seat& seat) {
    const Root& root = *seat.unit->root;
    if (!seat.watched || root.dead || root.early || seat.failed || !outputs_done(seat)) return;
    ++stage_.times.units_run;
    lock_.unlock();
    if (engine_.keeping.store && !seat.digest.empty()) engine_.keeping.store->put(seat.digest, seat.record);
    show(seat, false);
    lock_.lock();
  }

  void finish_seat(Seat& seat) {
    keep(seat);
    if (seat.begun) {
      const uint32_t sequence = seat.unit->sequence;
      call(&seat, [&](syx_call* c) {
        stage_.flow->end(c, stage_.session, sequence, SYX_END);
        return SYX_OK;
      });
    }
    stage_.busy_begin = 0;
    engine_.close_seat(stage_, seat);
    if (std::none_of(stage_.seats.begin(), stage_.seats.end(), [](const auto& s) { return s->begun; })) stage_.in_batch = false;
  }

  bool finish_early() {
    for (auto& seat : stage_.seats) {
      if (!seat->unit->root->early || seat->early_sent) continue;
      if (seat->begun) {
        seat->early_sent = true;
        const uint32_t sequence = seat->unit->sequence;
        call(seat.get(), [&](syx_call* c) {
          stage_.flow->end(c, stage_.session, sequence, SYX_END_EARLY);
          return SYX_OK;
        });
        return true;
      }
      const auto& kind = stage_.plan->kind;
      if (std::find(std::begin(kDeciders), std::end(kDeciders), kind) == std::end(kDeciders)) continue;
      // Not begun, and now never: those behind get an end.
      seat->early_sent = true;
      for (uint32_t p = 0; p < seat->out_last.size(); ++p) {
        if (!engine_.makes(stage_, *seat, p)) continue;
        StoredItem end;
        end.flags = SYX_ITEM_LAST;
        engine_.send(stage_, *seat, p, std::move(end));
      }
      engine_.close_seat(stage_, *seat);
      return true;
    }
    return false;
  }

  // The next item or the end of an input of an utterance that has begun.
  bool feed() {
    for (auto& owned : stage_.seats) {
      Seat& seat = *owned;
      if (!seat.begun) continue;
      for (uint32_t p = 0; p < seat.in.size(); ++p) {
        InPort& in = seat.in[p];
        // In a shared session input waits until there is room behind; the way back from a slot never does.
        if (stage_.shared && stage_.in_slot[p] < 0 && !in.queue.empty() && !room_behind(seat)) continue;
        if (!in.queue.empty()) {
          push(seat, p);
          return true;
        }
        if (in.last && !in.finished && engine_.connected(stage_, p)) {
          in.finished = true;
          const syx_status status = call(&seat, [&, s = seat.unit->sequence](syx_call* c) { return stage_.flow->finish(c, stage_.session, p, s); });
          settle(&seat, status);
          return true;
        }
      }
      if (!inputs_done(seat) || !seat.loops.empty()) continue;
      if (outputs_done(seat)) {
        finish_seat(seat);
        return true;
      }
      // A plain stage that got everything and will not be called again must have said LAST.
      if (stage_.shared || seat.unit->root->dead) continue;
      engine_.fail_utterance(stage_, seat.unit, SYX_E_INTERNAL, "it finished without LAST on all its outputs", "this is a defect of the plugin", "E0502");
      return true;
    }
    return false;
  }

  bool room_behind(const Seat& seat) const {
    for (uint32_t p = 0; p < seat.out_last.size(); ++p)
      if (!engine_.has_room(stage_, seat, p)) return false;
    return true;
  }

  void push(Seat& seat, uint32_t port) {
    StoredItem item = std::move(seat.in[port].queue.front());
    seat.in[port].queue.pop_front();
    const bool back = stage_.in_slot[port] >= 0;
    --engine_.wires[static_cast<size_t>(seat.in[port].wire)].queued;
    engine_.notify_sources(stage_);
    const syx_status status = call(&seat, [&, s = seat.unit->sequence](syx_call* c) {
      // LAST tells a stage only that an item of a slot's answer is its last; elsewhere finish does.
      return item.hand_over(s, back ? SYX_ITEM_LAST : 0, [&](const syx_item& given) { return stage_.flow->push(c, stage_.session, port, &given); });
    });
    settle(&seat, status);
  }

  // Something came for it, or nothing ever will. Where the stage also works in a slot, everything must have come (or as much
  // as is kept): a unit that waits here for the rest could take the place in which that rest is to be made.
  bool ready(const Seat& seat) const {
    if (shows(seat) && keeps()) {
      for (uint32_t p = 0; p < seat.in.size(); ++p)
        if (engine_.feeds(stage_, seat, p) && !seat.in[p].last) return false;
      return true;
    }
    bool fed = false, any = false, all = true, full = false;
    for (uint32_t p = 0; p < seat.in.size(); ++p) {
      if (!engine_.feeds(stage_, seat, p)) continue;
      const InPort& in = seat.in[p];
      fed = true;
      any |= in.last || !in.queue.empty();
      all &= in.last;
      full |= !in.last && in.queue.size() >= engine_.plan.run.queue;
    }
    if (!fed) return true;
    return stage_.is_slot && !seat.unit->user ? all || full : any;
  }

  bool begin() {
    if (stage_.busy_begin) return false;
    int begun = 0;
    for (auto& seat : stage_.seats) begun += seat->begun;
    if (!stage_.shared && begun > 0) return false;
    if (stage_.batch && (stage_.in_batch || begun >= engine_.plan.run.batch)) return false;
    // A plain stage keeps the order of units, or two stages could wait for each other. So does one that also works in a slot,
    // or units that wait behind it for an earlier one could take all places where that one asks for an answer; the slot's
    // own units come when they come.
    const bool in_order = !stage_.shared || stage_.is_slot;
    bool waiting = false;
    for (auto& seat : stage_.seats) {
      if (seat->begun || (waiting && in_order && !seat->unit->user)) continue;
      if (ready(*seat)) {
        begin(*seat);
        return true;
      }
      waiting |= !seat->unit->user;
    }
    return false;
  }

  void begin(Seat& seat) {
    Unit& unit = *seat.unit;
    Root& root = *unit.root;
    if (stage_.broken) return engine_.fail_utterance(stage_, &unit, SYX_E_UNAVAILABLE, "the stage broke down before", "");
    const std::string stage_options = options_of(*stage_.plan, stage_.index, unit);
    std::vector<syx_slot> slots;
    seat.texts.clear();
    for (const PlannedSlot& slot : stage_.plan->slots) {
      const Stage& used = *engine_.stages[static_cast<size_t>(slot.stage)];
      Json complete = used.plan->options;
      complete.update(Json::parse(options_of(*used.plan, slot.stage, unit)));
      seat.texts.push_back(std::make_unique<std::string>(complete.dump()));
      slots.push_back({sizeof(syx_slot), {slot.name.data(), slot.name.size()}, {seat.texts.back()->data(), seat.texts.back()->size()}, used.made});
    }
    std::vector<const syx_slot*> pointers;
    for (const syx_slot& slot : slots) pointers.push_back(&slot);
    const syx_begin given = {sizeof(syx_begin), stage_key(unit.key, stage_.plan->name), {stage_options.data(), stage_options.size()},
                             pointers.data(), unit.sequence, static_cast<uint32_t>(pointers.size())};
    if (shows(seat)) {
      if (keeps() && take(seat, given)) return;
      seat.watched = true;
    }
    seat.begun = true;
    if (!stage_.shared) {
      stage_.current = &seat;
      __atomic_store_n(&stage_.cancel, root.early ? 2u : 0u, __ATOMIC_RELAXED);
    }
    const syx_status status = call(&seat, [&](syx_call* c) { return stage_.flow->begin(c, stage_.session, &given); });
    if (status == SYX_BUSY) {
      seat.begun = false;
      stage_.busy_begin = 1;
      int others = 0;
      for (auto& other : stage_.seats) others += other->begun;
      if (others == 0) engine_.fail_utterance(stage_, &unit, SYX_E_INTERNAL, "it is busy with nobody", "this is a defect of the plugin", "E0502");
      return;
    }
    settle(&seat, status);
  }

  std::string options_of(const PlannedStage& plan, int index, const Unit& unit) const {
    const Root& root = *unit.root;
    if (unit.options.empty()) return root.options[static_cast<size_t>(index)];
    Json overrides = root.request.options;
    override_options(overrides, Json::parse(unit.options, nullptr, false));
    return utterance_options(plan, overrides, root.request, root.request.seed_given ? root.request.seed : engine_.plan.run.seed);
  }

  // Nobody else will come: the batch is full, or everybody who was announced is in it. Whoever is not announced to a stage in
  // a slot may be waiting for what is in the batch, so there it is closed when nobody is at the door.
  bool close_batch() {
    if (!stage_.batch || stage_.in_batch) return false;
    int begun = 0;
    bool all_in = true;
    for (auto& seat : stage_.seats) {
      begun += seat->begun;
      if (seat->begun && !inputs_done(*seat)) return false;
      all_in &= seat->begun || stage_.is_slot;
    }
    if (begun == 0 || (!all_in && begun < engine_.plan.run.batch)) return false;
    stage_.in_batch = true;
    for (uint32_t p = 0; p < stage_.in_wire.size(); ++p) {
      if (!engine_.connected(stage_, p)) continue;
      const syx_status status = call(nullptr, [&](syx_call* c) { return stage_.flow->finish(c, stage_.session, p, SYX_ALL); });
      settle(nullptr, status);
    }
    for (auto& seat : stage_.seats)
      if (seat->begun && !seat->unit->root->dead && !outputs_done(*seat))
        engine_.fail_utterance(stage_, seat->unit, SYX_E_INTERNAL, "it finished its batch without LAST on all outputs", "this is a defect of the plugin", "E0502");
    return true;
  }

  bool step() {
    if (!stage_.steps || !stage_.changed) return false;
    const bool any = std::any_of(stage_.seats.begin(), stage_.seats.end(), [](const auto& s) { return s->begun; });
    if (!any) return false;
    stage_.changed = false;
    const syx_status status = call(nullptr, [&](syx_call* c) { return stage_.flow->step(c, stage_.session); });
    if (status != SYX_IDLE) stage_.changed = true;
    settle(nullptr, status);
    return true;
  }

  Engine_Impl& engine_;
  Stage& stage_;
  std::unique_lock<std::mutex>& lock_;
  StageCall call_;
};

}  // namespace

void Engine_Impl::run_stage(Stage& stage) {
  std::unique_lock lock(mutex);
  Runner runner(*this, stage, lock);
  while (true) {
    if (runner.act()) continue;
    if (stopping && stage.seats.empty()) return;
    if (stage.abandoned) return;
    // `changed` is only about steps: everything else act() has just looked at, under the lock.
    if (stage.steps && stage.changed && std::any_of(stage.seats.begin(), stage.seats.end(), [](const auto& s) { return s->begun; })) continue;
    stage.wake.wait(lock);
  }
}

}  // namespace syrinx::core
