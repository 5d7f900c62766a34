// What the parts of a comparison share while it runs; experiment.cc calls them one after another.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/ab/experiment.h"
#include "core/ab/progress_file.h"
#include "core/ab/signal.h"
#include "core/ab/speaker.h"

namespace syrinx::ab {

// What is at work and can be cancelled; a thread of its own waits for the interruption, so that nobody waits for a long text.
class Cancelling {
 public:
  explicit Cancelling(const std::atomic<bool>* stop);
  ~Cancelling();
  // Calls `cancel` when the run is interrupted, as long as what is returned lives.
  std::shared_ptr<void> watch(std::function<void()> cancel);

 private:
  std::mutex mutex_;
  std::map<int, std::function<void()>> watched_;
  int next_ = 0;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

struct RunState {
  explicit RunState(const Experiment& experiment) : e(experiment), preview(ab::preview(experiment)), cancelling(experiment.stop) {}

  const Experiment& e;
  const Preview preview;
  std::unique_ptr<ProgressFile> progress;
  Json result = Json::object();
  mutable Cancelling cancelling;
  std::map<std::string, double> judge_floor;  // differences of a measure that a judge makes by itself

  bool stopped() const { return e.stop && *e.stop; }
  void tell(const std::string& what, int64_t done, int64_t total) const {
    if (e.progress) e.progress(what, done, total);
  }
  void warn(const std::string& code, const std::string& text, Json items = Json::array()) {
    Json warning = Json::object({{"code", code}, {"text", text}});
    if (!items.empty()) warning["items"] = std::move(items);
    result["warnings"].push_back(std::move(warning));
  }
  // A pipeline at work, cancelled when the run is.
  core::Result<std::shared_ptr<Speaker>> speaker(core::Plan plan, core::Keeping keeping) const;
  // The text with the seed that an arm speaks it with: the text's or the run's, and with independent noise one of its own.
  Text asked(const Arm& arm, const Text& text, uint64_t seed) const;
  const Text* text_of(const std::string& id) const;
};

Json values_json(const Values& values);

// Everything of the result that is known before anything runs.
void begin_result(RunState& state);
// The baseline twice, the second time in another order, several at once, without the store.
core::Outcome run_control(RunState& state);
// Every text through every arm, measured.
core::Outcome speak_texts(RunState& state);
// Every sound before every judge.
core::Outcome ask_judges(RunState& state);
// Timed runs: one text at a time, nothing from the store, the order of arms shuffled and reversed. Memory of stages.
core::Outcome time_runs(RunState& state);
// Statistics, gates, verdict.
void conclude_result(RunState& state);

}  // namespace syrinx::ab
