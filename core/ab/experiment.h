// `ab run`: texts through every arm, measured; the result as one JSON value (ab-result/1) and a folder.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ab/files.h"
#include "core/ab/gate.h"
#include "core/ab/judge.h"
#include "core/ab/metrics.h"
#include "core/ab/texts.h"
#include "core/graph/plan.h"
#include "core/run/stage_store.h"

namespace syrinx::ab {

struct Arm {
  std::string name, config_file;
  std::vector<std::string> overrides;
  Json factors = Json::object();
  Json config;         // effective
  core::Plan plan;     // without a writer
  std::vector<std::string> flow;
};

// The baseline of an earlier result: its sounds and measures stand for the first arm, which does not run.
struct Recorded {
  std::string folder;
  Json result;  // of that folder
};

struct Experiment {
  std::vector<Arm> arms;  // the first is the baseline
  Texts texts;
  std::vector<uint64_t> seeds = {1};
  uint64_t seed = 1;
  std::vector<std::string> command;
  int64_t repeats = 3, warmup = 1, control = 2, boots = 10000, allow_failures = 0, jobs = 1;
  double alpha = 0.05;
  bool align = false, allow_nondeterminism = false, resume = false;
  bool independent = false;                // every arm draws its own random numbers
  bool forced = false;                     // generators also on the baseline's history
  MetricSet known;                         // measures there are
  std::set<std::string> metrics, primary;  // empty: by what changed
  std::map<std::string, double> margins;
  std::vector<std::pair<std::string, Gate>> gates;
  std::string inconclusive = "warn";       // pass, warn, fail
  std::string reference_audio;             // folder of recordings ID.wav, or empty
  std::vector<std::unique_ptr<Judge>> judges;
  std::vector<std::string> judge_problems; // why one that was asked for is not there
  int64_t judge_repeats = 5;               // of one that does not say the same twice
  std::unique_ptr<Recorded> baseline;      // or null
  core::StageStore* store = nullptr;
  std::string out;                         // folder, there
  const std::atomic<bool>* stop = nullptr; // interrupted
  std::function<void(const std::string& what, int64_t done, int64_t total)> progress;

  bool runs(const Arm& arm) const { return !(baseline && &arm == &arms[0]); }
};

// What differs, and what runs how often; runs nothing.
struct Preview {
  std::map<std::string, Json> difference;               // candidate: changes
  std::map<std::string, std::vector<std::string>> changed_stages;
  Json plan;                                            // runs_per_item, total, without_sharing
  std::string changed_kind;                             // of the first changed stage of the flow
  bool same = true;                                     // nothing differs that could change an output
};
Preview preview(const Experiment& experiment);

// Runs it and writes the folder: audio/, config/, progress.jsonl while it runs, and at the end result.json, items.csv, summary.csv.
// Returns the result; its "exit_code" is the process's. Errors: what stopped it altogether.
core::Result<Json> run(const Experiment& experiment);

// At most 40 lines.
std::string summary_text(const Json& result);
std::string summary_csv(const Json& result);
std::string items_csv(const Json& result);

}  // namespace syrinx::ab
