// Runs a plan: creates its stages, opens sessions, moves items, and hands results out.
//
// One Engine per loaded pipeline; utterances are submitted from any thread and share its stages. Results come by
// callback on engine threads, serialised per utterance. An utterance gives the same alone and among others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/graph/plan.h"
#include "core/report/error.h"

namespace syrinx::core {

// What one utterance is asked for.
struct Request {
  std::string text = {};
  std::vector<float> samples = {};  // mono, for a pipeline whose first stage takes audio, at the rate that the plan says
  std::string id = {};               // text id for keys; empty: the index
  uint64_t index = 0;           // number within the run, for {index} in paths
  uint64_t seed = 0;            // the run's unless `seed_given`
  bool seed_given = false;
  Json options = Json::object();  // "speed": 1.2 (every stage that has it) or "lm.speed": 1.2
  double deadline_s = 0;          // 0: the plan's
};

// An item that reached the host: audio, bytes, a file's path, text, tokens... Views are valid during the callback.
struct Output {
  std::string_view stage, port;
  const PortSpec* spec = nullptr;
  int64_t offset = 0;
  bool last = false;
  std::string_view text, meta;
  std::span<const syx_tensor* const> tensors;
};

struct StageTimes {
  std::string stage;
  uint64_t calls = 0, items_out = 0;
  uint64_t units_run = 0, units_taken = 0;  // with Keeping: made, and taken from the store
  double busy_s = 0;       // inside the plugin
  double blocked_s = 0;    // waiting in emit
  uint64_t peak_bytes = 0; // host-pooled tensors alive at once
};

// How an utterance ended.
struct Report {
  bool ok = false;
  bool cancelled = false;
  Errors errors;
  double elapsed_s = 0;
  double first_output_s = 0;    // submit to first item at the host; 0: none
  double audio_s = 0;           // seconds of audio that reached a writer or the host
  std::vector<StageTimes> stages;
};

class StageStore;

// Whether stages' outputs are looked up, kept and shown. A stage then begins when all its input is there, so nothing streams.
// Stages in flow slots, writers, and whatever gives tensors outside host memory are left out of it; stages that use flow slots are shown
// and always run.
struct Keeping {
  StageStore* store = nullptr;           // outlives the engine; null: nothing is looked up or kept
  bool watch = false;                    // listeners get on_stage
  std::set<std::string> run_again;       // stages that are not looked up
  bool on() const { return store || watch; }
};

// Called for each stage when it is made, on the thread that made it; gives the stage that takes its place, or itself. The place's
// `destroy` destroys the one behind it.
using Interpose = std::function<syx_stage*(const PlannedStage&, syx_stage*)>;

// What a stage gave for an utterance, or for a piece of one. Views are valid during the callback.
struct StageOutput {
  std::string_view stage;
  std::string piece;                     // "": the whole utterance; "2", "2/0": a piece
  bool taken = false;                    // from the store
  std::string_view digest;               // of the bytes, SHA-256
  std::string_view bytes;                // see kept_output.h
};

struct Listener {
  std::function<void(const Output&)> on_output;
  std::function<void(const Report&)> on_end;  // exactly once, the last callback
  std::function<void(std::string_view stage, uint64_t done, uint64_t total)> on_progress;
  std::function<void(const StageOutput&)> on_stage;  // with Keeping; on several threads at once
};

using Ticket = uint64_t;

class Engine {
 public:
  // Loads what is not loaded, creates stages and opens sessions. E04xx, E05xx, E07xx.
  static Result<std::unique_ptr<Engine>> create(Plan plan, Keeping keeping = {}, Interpose interpose = {});
  ~Engine();  // cancels what runs, closes sessions, destroys stages

  // Blocks while too many utterances wait. [any]
  Ticket submit(Request request, Listener listener);
  // Makes no more, keeps what exists (`early`), or stops at once. A stage reacts within its latency. [any]
  void cancel(Ticket ticket, bool early = false);
  void cancel_all(bool early = false);
  // Until every submitted utterance has ended. [any]
  void drain();

  const Plan& plan() const;
  std::vector<StageTimes> times() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace syrinx::core
