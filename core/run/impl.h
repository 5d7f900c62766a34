// The run engine's inside: one lock, a thread for each stage, one more for time.
#pragma once

#include <optional>
#include <set>

#include "core/run/state.h"
#include "syrinx/ext/draft/parallel.h"

namespace syrinx::core {

struct Engine_Impl {
  explicit Engine_Impl(Plan p) : plan(std::move(p)) {}
  ~Engine_Impl();

  // setup.cc
  Errors create_stages();
  void start_threads();

  // engine.cc
  Ticket submit(Request request, Listener listener);
  void stop_root(Root& root, bool early);
  void fail_root(Root& root, Errors errors);
  void fail_utterance(Stage& stage, Unit* unit, syx_status status, std::string message, std::string hint, const char* code = "E0501");
  void watch_time();

  // routing.cc
  Unit* make_unit(Root& root, Unit* parent, int depth);
  void announce(Unit& unit);
  Seat* add_seat(Stage& stage, Unit& unit);
  void close_seat(Stage& stage, Seat& seat);
  void send(Stage& from, Seat& seat, uint32_t port, StoredItem item);  // what a stage emits
  void route(Stage& from, Seat& seat, uint32_t port, StoredItem item);
  void split(Stage& from, Seat& seat, uint32_t port, StoredItem item);
  void deliver(int wire, Unit& unit, StoredItem item);
  void accept(int wire, Seat& seat, uint32_t port, StoredItem item);
  void advance_join(Seat& seat, uint32_t port);
  bool has_room(const Stage& stage, const Seat& seat, uint32_t port) const;
  uint32_t room(const Stage& stage, const Seat& seat, uint32_t port) const;
  void notify(Stage& stage) {
    stage.changed = true;
    stage.wake.notify_all();
  }
  void notify_sources(const Stage& stage);

  // slots.cc
  // Whether anybody sends items to an input: the flow, or a stage that has this one in a slot.
  bool connected(const Stage& stage, uint32_t port) const;
  // Whether this seat gets items on an input from before it; not: answers of its own slots.
  bool feeds(const Stage& stage, const Seat& seat, uint32_t port) const;
  // Whether what a unit emits on `port` goes along `wire`.
  bool goes(const Stage& from, const Unit& unit, uint32_t port, const Wire& wire) const;
  // Whether an output must be closed by LAST.
  bool makes(const Stage& stage, const Seat& seat, uint32_t port) const;
  // Every input that the seat gets has its LAST.
  bool inputs_given(const Stage& stage, const Seat& seat) const;
  void enter_slot(Stage& from, Seat& seat, const Wire& wire, int number, StoredItem item);
  void leave_slot(Unit& unit);

  // runner.cc
  void run_stage(Stage& stage);

  // host.cc
  void run_host();

  Stage& stage_at(int index) { return index == PortRef::kHost ? host : *stages[static_cast<size_t>(index)]; }

  Plan plan;
  Keeping keeping;
  Interpose interpose;
  std::mutex mutex;
  std::vector<std::unique_ptr<Stage>> stages;
  Stage host;
  std::vector<WireState> wires;
  std::map<Ticket, std::unique_ptr<Root>> roots;
  std::condition_variable roots_changed;
  Ticket next_ticket = 1;
  // What the options of the last request came to: nearly always the next ones are the same.
  struct ResolvedOptions {
    bool valid = false;
    Json overrides;
    Errors errors;
    std::vector<std::optional<std::string>> texts;  // by stage; none where they depend on the request besides
  } resolved;
  uint32_t next_sequence = 1;
  bool stopping = false;
  size_t most_roots = 64;
  std::condition_variable time_wake;
  std::thread time_thread;
};

// The call context of a stage's session; lives as long as the stage's thread.
class StageCall {
 public:
  StageCall(Engine_Impl& engine, Stage& stage);
  syx_call* get() { return &call_; }
  // Before each call: forgets scratch memory and reports.
  void reset(uint32_t sequence);
  // The seat whose call it is; null: of all the session.
  uint32_t sequence() const { return sequence_; }
  bool reported() const { return reported_; }
  std::string message, hint;

 private:
  static StageCall* self(syx_call* call) { return static_cast<StageCall*>(call->host_data); }
  static syx_status fail(syx_call*, syx_status, syx_str, syx_str);
  static syx_status end(syx_call*, uint32_t, syx_status, syx_str, syx_str);
  static syx_status emit(syx_call*, uint32_t, const syx_item*);
  static uint32_t room(syx_call*, uint32_t, uint32_t);
  static syx_status tensor(syx_call*, const DLTensor*, syx_tensor*);
  static void* scratch(syx_call*, uint64_t, uint64_t);
  static void progress(syx_call*, uint32_t, uint64_t, uint64_t);
  static void log(syx_call*, int32_t, syx_str);

  Engine_Impl& engine_;
  Stage& stage_;
  syx_call call_{};
  uint32_t sequence_ = 0;
  bool reported_ = false;
  std::vector<std::unique_ptr<char[]>> scratch_;
};

// syrinx.parallel/1 for a budget of threads.
const syx_parallel_v1* parallel_service();

// Utterance options of a stage as JSON: the plan's, changed by a request, with output templates filled in.
std::string utterance_options(const PlannedStage& stage, const Json& overrides, const Request& request, uint64_t seed);
// What the program gives to a first stage's input of this type.
StoredItem fed_item(const Request& request, const std::string& type);
// Whether these options depend on more of a request than its options: a path with {index} in it.
bool has_output_option(const PlannedStage& stage);
// `options` with those of `over`, which is nearer to the stage: its "speed" also wins over a "lm.speed" of `options`.
void override_options(Json& options, const Json& over);
// Options of a unit (JSON or empty) with `meta.options` of the item that begins another one.
std::string with_item_options(const std::string& options, const StoredItem& item);
// The slot that a port named "<slot>.<port>" belongs to; -1: none, as many as there are: one that nobody fills.
int slot_of(const PlannedStage& stage, const std::string& port);
// Whether every name of `overrides` is an option of scope utterance of some stage, with a fitting value. E0112 to E0114.
Errors check_overrides(const Plan& plan, const Json& overrides);

// Keys, all by syx_key: of an utterance from its seed and id, of a stage from the unit's key and the stage's name.
uint64_t utterance_key(uint64_t seed, const std::string& id);
uint64_t stage_key(uint64_t unit_key, const std::string& stage);

}  // namespace syrinx::core
