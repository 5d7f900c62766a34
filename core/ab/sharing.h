// What of a pipeline several arms share, in which order timed runs go, and where two arms part.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace syrinx::ab {

using Names = std::vector<std::string>;

// Stages before the first one of the flow that changed, directly or through a stage it uses.
struct Shared {
  Names shared, rerun;
};
Shared shared_stages(const Names& flow, const std::map<std::string, Names>& uses, const std::set<std::string>& changed);

// Runs per text when equal beginnings are shared. `arms`: for each, the variant of every stage.
struct RunPlan {
  std::map<std::string, int64_t> runs;
  int64_t total = 0, without_sharing = 0;
};
RunPlan plan_runs(const Names& stages, const std::vector<std::map<std::string, std::string>>& arms);

struct TimedRun {
  std::string item, arm;
  int64_t repeat = 0;
};
// For each repeat and text every arm once, in a shuffled order of its text, reversed on every second repeat.
std::vector<TimedRun> timed_order(uint64_t seed, const Names& items, const Names& arms, int64_t repeats);

// A stage's outputs in both arms.
struct StageOutputs {
  std::string digest_a, digest_b;
  bool within = false;  // tolerance
};
struct Parting {
  std::optional<std::string> first_differs, first_beyond_tolerance;
};
// Stages that only one arm has are skipped.
Parting find_parting(const Names& stages, const std::map<std::string, StageOutputs>& outputs);

}  // namespace syrinx::ab
