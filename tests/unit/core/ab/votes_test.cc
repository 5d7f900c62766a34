#include "core/ab/votes.h"

#include "ab_goldens.h"
#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

TEST(Votes, Proportions) {
  SYRINX_NEEDS_AB_GOLDENS;
  Json cases = testing::ab_golden("stats")["proportion"];
  cases.push_back(testing::ab_golden("ratings")["preference"]["proportion"]);
  for (const Json& c : cases) {
    const Proportion p = proportion(c["k"], c["n"]);
    testing::expect_near(c, {{"k", p.k}, {"n", p.n}, {"wilson", p.wilson}, {"clopper_pearson", p.clopper_pearson}, {"p_two_sided", p.p_two_sided}, {"p_greater", p.p_greater}}, c.dump());
  }
}

TEST(Votes, HowMany) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats");
  for (const Json& c : stats["abx_critical"]) EXPECT_EQ(critical_votes(c["n"], c["alpha"]), c["correct_needed"].get<int64_t>()) << c.dump();
  for (const Json& c : testing::ab_golden("edges")["critical"]) EXPECT_EQ(critical_votes(c["n"], c["alpha"]), c["expect"].get<int64_t>()) << c.dump();
  for (const Json& c : stats["preference_n"]) {
    const VotesNeeded v = votes_needed(c["p1"], c["alpha"], c["power"], c["two_sided"]);
    EXPECT_EQ(v.first, c["n_first"].get<int64_t>());
    EXPECT_EQ(v.safe, c["n_safe"].get<int64_t>());
    EXPECT_EQ(v.normal, c["n_normal"].get<int64_t>());
    EXPECT_EQ(v.critical, c["critical_at_safe"].get<int64_t>());
    EXPECT_NEAR(v.power, c["power_at_safe"].get<double>(), 1e-9);
  }
}

TEST(Votes, Watched) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto check = [](const Json& given, const Json& expected) {
    const auto votes = given["votes"].get<std::vector<int>>();
    const Sequential s = watch_votes(votes, given["alpha"]);
    EXPECT_EQ(maybe(s.stop_at), expected["stop_at"]);
    if (!expected.contains("path")) return;
    ASSERT_EQ(s.path.size(), expected["path"].size());
    for (size_t i = 0; i < s.path.size(); ++i) {
      const Json& e = expected["path"][i];
      EXPECT_EQ(s.path[i].k, e["k"].get<int64_t>());
      EXPECT_NEAR(s.path[i].log_e, e["log_e"].get<double>(), 1e-9);
      EXPECT_NEAR(s.path[i].p_anytime, e["p_anytime"].get<double>(), 1e-9);
      for (size_t end = 0; end < 2; ++end) EXPECT_NEAR(s.path[i].ci[end], e["ci"][end].get<double>(), 1e-6) << "vote " << i;
    }
  };
  const Json stats = testing::ab_golden("stats");
  check(stats["sequential"], stats["sequential"]);
  check(stats["sequential_null"], stats["sequential_null"]);
  for (const Json& c : testing::ab_golden("edges")["sequential"]) check(c, c["expect"]);
}

TEST(Votes, WatchingEveryVoteStillAlarmsFalselyInAtMostFivePercent) {
  int alarms = 0;
  for (int run = 0; run < 400; ++run) {
    const Stream stream(99, {"null", std::to_string(run)});
    int64_t k = 0;
    for (int64_t n = 1; n <= 300; ++n) {
      k += static_cast<int64_t>(stream.u64(static_cast<uint64_t>(n)) >> 63);
      if (log_e_value(k, n) < std::log(20.0)) continue;
      ++alarms;
      break;
    }
  }
  EXPECT_LE(alarms, 20);
}

}  // namespace
}  // namespace syrinx::ab
