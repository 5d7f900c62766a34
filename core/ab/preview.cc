// What differs between arms, and how often each stage will run.
#include <algorithm>

#include "core/ab/config_diff.h"
#include "core/ab/experiment.h"
#include "core/ab/sharing.h"
#include "core/run/kept_output.h"

namespace syrinx::ab {
namespace {

// Keys that name things and change no output.
bool matters(const std::string& path) { return path != "/name" && !path.starts_with("/x-") && !path.starts_with("/include") && !path.starts_with("/vars"); }

}  // namespace

Preview preview(const Experiment& e) {
  Preview out;
  out.same = !e.baseline;  // an earlier result may be of another version or machine
  const Arm& base = e.arms[0];
  const Arm& shape = e.runs(base) ? base : e.arms[1];  // stages of a recorded baseline are not planned
  std::set<std::string> all_changed;
  for (size_t i = 1; i < e.arms.size(); ++i) {
    const auto changes = config_difference(base.config, e.arms[i].config);
    out.difference[e.arms[i].name] = to_json(changes);
    auto& stages = out.changed_stages[e.arms[i].name];
    for (const Change& change : changes) {
      if (!matters(change.path)) continue;
      out.same = false;
      const std::string stage = stage_of(change.path);
      if (!stage.empty() && std::find(stages.begin(), stages.end(), stage) == stages.end()) stages.push_back(stage);
      if (!stage.empty()) all_changed.insert(stage);
    }
  }
  std::map<std::string, Names> uses;
  for (const core::PlannedStage& stage : shape.plan.stages)
    for (const core::PlannedSlot& slot : stage.slots) uses[stage.name].push_back(shape.plan.stages[static_cast<size_t>(slot.stage)].name);
  const Shared shared = shared_stages(shape.flow, uses, all_changed);
  for (const core::PlannedStage& stage : shape.plan.stages)
    if (!shared.rerun.empty() && stage.name == shared.rerun[0]) out.changed_kind = stage.kind;
  // Stages of all arms in the order of the flow; a stage that an arm lacks counts as a variant of its own.
  Names order = shape.flow;
  for (const Arm& arm : e.arms)
    for (const std::string& stage : arm.flow)
      if (std::find(order.begin(), order.end(), stage) == order.end()) order.push_back(stage);
  std::vector<std::map<std::string, std::string>> variants;
  int64_t without = 0;
  for (const Arm& arm : e.arms) {
    if (!e.runs(arm)) continue;
    auto& variant = variants.emplace_back();
    for (const std::string& stage : order) variant[stage] = "none";
    for (size_t s = 0; s < arm.plan.stages.size(); ++s)
      if (variant.count(arm.plan.stages[s].name)) variant[arm.plan.stages[s].name] = core::definition_digest(arm.plan, s) + (e.independent ? arm.name : "");
    without += static_cast<int64_t>(arm.flow.size());
  }
  const RunPlan plan = plan_runs(order, variants);
  Json runs = Json::object();
  for (const std::string& stage : order) runs[stage] = plan.runs.at(stage);
  out.plan = Json{{"runs_per_item", runs}, {"total", plan.total}, {"without_sharing", without}};
  return out;
}

}  // namespace syrinx::ab
