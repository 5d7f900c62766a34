// One arm of a comparison at work: a text in, sound and every stage's outputs out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ab/audio.h"
#include "core/ab/sequences.h"
#include "core/ab/sharing.h"
#include "core/ab/texts.h"
#include "core/run/engine.h"

namespace syrinx::ab {

// What a stage gave for a text.
struct StageResult {
  std::string digest;
  std::vector<std::string> pieces;  // bytes, see kept_output.h, in the order of the pieces
  bool taken = true;                // all of it from the store
};

struct Spoken {
  bool ok = false, cancelled = false;
  std::string failed_stage, error;
  Audio audio;
  std::map<std::string, StageResult> stages;
  double elapsed_s = 0, first_chunk_s = 0, prebuffer_s = 0, cpu_s = 0;
  std::map<std::string, double> stage_s;  // busy time
};

// What the engine is asked for: the text's own seed, or that of the run.
core::Request request_of(const Text& text, uint64_t seed);

class Speaker {
 public:
  // A pipeline whose sound comes back to the program.
  static core::Result<std::unique_ptr<Speaker>> create(core::Plan plan, core::Keeping keeping);

  // One text at a time; nobody else uses it. `seed`: of this run.
  Spoken speak(const Text& text, uint64_t seed);
  // Several at once, as they come: for the control.
  std::vector<Spoken> speak_all(const std::vector<const Text*>& texts, uint64_t seed);
  void cancel() { engine_->cancel_all(); }

  // Called when a stage has given its output, if outputs are watched; on several threads. Set while nothing is spoken.
  std::function<void(const std::string& stage)> on_stage_end;

  const core::Plan& plan() const { return engine_->plan(); }
  std::vector<core::StageTimes> times() const { return engine_->times(); }

 private:
  explicit Speaker(std::unique_ptr<core::Engine> engine) : engine_(std::move(engine)) {}
  struct Gathering;
  std::shared_ptr<Gathering> submit(const Text& text, uint64_t seed);
  static Spoken finish(Gathering& gathering);
  std::unique_ptr<core::Engine> engine_;
};

// How the outputs of a stage in two arms differ: digests, and whether they are within the tolerance of their port's type.
StageOutputs compare_outputs(const StageResult& a, const StageResult& b, const core::PlannedStage& stage);

// The text a stage gave, joined; empty if it gives none. For normalizers.
std::string text_of_stage(const StageResult& result);

}  // namespace syrinx::ab
