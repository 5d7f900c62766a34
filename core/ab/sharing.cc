#include "core/ab/sharing.h"

#include <algorithm>

#include "core/ab/rng.h"

namespace syrinx::ab {

Shared shared_stages(const Names& flow, const std::map<std::string, Names>& uses, const std::set<std::string>& changed) {
  const auto touches = [&](const std::string& stage) {
    std::set<std::string> seen;
    Names open = {stage};
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      if (changed.count(name)) return true;
      if (!seen.insert(name).second) continue;
      const auto found = uses.find(name);
      if (found != uses.end()) open.insert(open.end(), found->second.begin(), found->second.end());
    }
    return false;
  };
  const auto first = std::find_if(flow.begin(), flow.end(), touches);
  return {{flow.begin(), first}, {first, flow.end()}};
}

RunPlan plan_runs(const Names& stages, const std::vector<std::map<std::string, std::string>>& arms) {
  RunPlan out;
  std::vector<Names> beginnings(arms.size());
  for (const std::string& stage : stages) {
    for (size_t i = 0; i < arms.size(); ++i) beginnings[i].push_back(arms[i].at(stage));
    out.runs[stage] = static_cast<int64_t>(std::set<Names>(beginnings.begin(), beginnings.end()).size());
    out.total += out.runs[stage];
  }
  out.without_sharing = static_cast<int64_t>(stages.size() * arms.size());
  return out;
}

std::vector<TimedRun> timed_order(uint64_t seed, const Names& items, const Names& arms, int64_t repeats) {
  std::vector<TimedRun> out;
  for (int64_t repeat = 0; repeat < repeats; ++repeat)
    for (const std::string& item : items) {
      Names order = shuffled(Stream(seed, {"schedule", item}), arms);
      if (repeat % 2 == 1) std::reverse(order.begin(), order.end());
      for (const std::string& arm : order) out.push_back({item, arm, repeat});
    }
  return out;
}

Parting find_parting(const Names& stages, const std::map<std::string, StageOutputs>& outputs) {
  Parting out;
  for (const std::string& stage : stages) {
    const auto found = outputs.find(stage);
    if (found == outputs.end() || found->second.digest_a == found->second.digest_b) continue;
    if (!out.first_differs) out.first_differs = stage;
    if (!found->second.within && !out.first_beyond_tolerance) out.first_beyond_tolerance = stage;
  }
  return out;
}

}  // namespace syrinx::ab
