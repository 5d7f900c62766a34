#include "ab_goldens.h"
#include "core/ab/config_diff.h"
#include "core/ab/sharing.h"

namespace syrinx::ab {
namespace {

using Golden = testing::Json;
using testing::maybe;

TEST(Tools, ConfigurationDifference) {
  SYRINX_NEEDS_AB_GOLDENS;
  Golden cases = testing::ab_golden("tools")["config_diff"];
  for (const Golden& c : testing::ab_golden("edges")["config_diff"]) cases.push_back(c);
  for (const Golden& c : cases) {
    const Json found = to_json(config_difference(Json::parse(c["a"].dump()), Json::parse(c["b"].dump())));
    EXPECT_EQ(Golden::parse(found.dump()), c["expect"]) << c.dump();
  }
  EXPECT_EQ(stage_of("/stages/vocoder/plugin"), "vocoder");
  EXPECT_EQ(stage_of("/run/seed"), "");
}

TEST(Tools, SharedStages) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Golden tools = testing::ab_golden("tools");
  for (const Golden& c : tools["affected"]) {
    const Shared s = shared_stages(c["flow"], c["uses"], c["changed"]);
    EXPECT_EQ(Golden({{"shared", s.shared}, {"rerun", s.rerun}, {"first", s.rerun.empty() ? Golden(nullptr) : Golden(s.rerun[0])}}), c["expect"]);
  }
  for (const Golden& c : tools["plans"]) {
    std::vector<std::map<std::string, std::string>> arms;
    for (const auto& [name, arm] : c["arms"].items()) arms.push_back(arm);
    const RunPlan p = plan_runs(c["stages"], arms);
    EXPECT_EQ(Golden({{"runs_per_item", p.runs}, {"total", p.total}, {"without_sharing", p.without_sharing}}), c["expect"]);
  }
}

TEST(Tools, TimedOrder) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Golden& c : testing::ab_golden("tools")["schedule"]) {
    Golden found = Golden::array();
    for (const TimedRun& run : timed_order(c["seed"], c["items"], c["arms"], c["repeats"])) found.push_back({run.item, run.arm, run.repeat});
    EXPECT_EQ(found, c["expect"]);
  }
}

TEST(Tools, Parting) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Golden c = testing::ab_golden("tools")["divergence"];
  for (const auto& [item, stages] : c["items"].items()) {
    std::map<std::string, StageOutputs> outputs;
    for (const auto& [stage, o] : stages.items()) outputs[stage] = {o["a"], o["b"], o["within"]};
    const Parting p = find_parting(c["stages"], outputs);
    EXPECT_EQ(Golden({{"first_differs", maybe(p.first_differs)}, {"first_beyond_tolerance", maybe(p.first_beyond_tolerance)}}), c["expect"]["per_item"][item]) << item;
  }
}

}  // namespace
}  // namespace syrinx::ab
