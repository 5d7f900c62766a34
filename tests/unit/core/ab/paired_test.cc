#include "core/ab/paired.h"

#include "ab_goldens.h"
#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

Json to_json(const Wilcoxon& w) {
  Json out = {{"n", w.n}, {"zeros", w.zeros}, {"w_plus", w.w_plus}, {"w_minus", w.w_minus}, {"rank_biserial", w.rank_biserial},
              {"hodges_lehmann", w.hodges_lehmann}, {"method", w.method}, {"p", w.p}};
  if (w.z) out["z"] = *w.z;
  return out;
}

Json to_json(const Paired& p) {
  return {{"n", p.n}, {"a_mean", p.a_mean}, {"b_mean", p.b_mean}, {"delta", p.delta}, {"delta_median", p.median}, {"sd", p.sd}, {"dz", maybe(p.dz)},
          {"rho", maybe(p.rho)}, {"pairing_gain", maybe(p.pairing_gain)}, {"prob_b_greater", p.share_b_greater}, {"mde80", p.mde80},
          {"ci", testing::to_json(p.ci)}, {"boot_p", p.boot_p}, {"wilcoxon", to_json(p.wilcoxon)},
          {"sign", {{"positive", p.sign.positive}, {"negative", p.sign.negative}, {"zeros", p.sign.zeros}, {"p", p.sign.p}}},
          {"permutation", {{"method", p.permutation.exact ? "exact" : "random"}, {"p", p.permutation.p}}}};
}

TEST(Paired, Comparisons) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats");
  const auto check = [](const Json& c, uint64_t seed, size_t boots) {
    const auto a = c["a"].get<std::vector<double>>(), b = c["b"].get<std::vector<double>>();
    testing::expect_near(c["expect"], to_json(compare_paired(a, b, {seed, boots})), c["name"]);
  };
  for (const Json& c : stats["paired"]) check(c, stats["seed"], stats["boots"]);
  for (const Json& c : testing::ab_golden("edges")["paired"]) check(c, c["seed"], c["boots"]);
}

TEST(Paired, Wilcoxon) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats");
  const auto values = [](const Json& c) { return c["d"].get<std::vector<double>>(); };
  testing::expect_near(stats["wilcoxon_pratt"]["expect"], to_json(wilcoxon(values(stats["wilcoxon_pratt"]), true)), "pratt");
  testing::expect_near(stats["wilcoxon_normal"]["expect"], to_json(wilcoxon(values(stats["wilcoxon_normal"]), false, 0)), "normal");
  for (const Json& c : testing::ab_golden("edges")["wilcoxon"])
    testing::expect_near(c["expect"], to_json(wilcoxon(values(c), c["zero"] == "pratt", c["method"] == "exact" ? 50 : 0)), c.dump());
}

TEST(Paired, RatiosAndTimes) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats");
  const auto check = [](const Json& c, uint64_t seed, size_t boots) {
    const auto v = [&](const char* name) { return c[name].get<std::vector<double>>(); };
    const RatioOfSums r = compare_ratios_of_sums(v("errors_a"), v("words_a"), v("errors_b"), v("words_b"), {seed, boots});
    testing::expect_near(c["expect"], {{"a", r.a}, {"b", r.b}, {"delta", r.delta}, {"a_macro", r.a_macro}, {"b_macro", r.b_macro}, {"ci", testing::to_json(r.ci)}}, "ratio");
  };
  check(stats["ratio_of_sums"], stats["seed"], stats["boots"]);
  for (const Json& c : testing::ab_golden("edges")["ratio_of_sums"]) check(c, c["seed"], c["boots"]);
  const Json& c = stats["geo_ratio"];
  const auto a = c["a"].get<std::vector<double>>(), b = c["b"].get<std::vector<double>>();
  const GeometricRatio g = compare_geometric(a, b, {stats["seed"], stats["boots"]});
  Json actual = testing::to_json(g.ci);
  actual["ratio"] = g.ratio;
  testing::expect_near(c["expect"], actual, "geometric");
}

TEST(Paired, FamiliesAndSizes) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats"), edges = testing::ab_golden("edges");
  const auto check = [](const Json& c) { testing::expect_near(c["expect"], holm(c["p"].get<std::vector<double>>()), c.dump()); };
  check(stats["holm"]);
  for (const Json& c : edges["holm"]) check(c);
  for (const Json& c : stats["paired_n"]) EXPECT_EQ(texts_needed(c["delta"], c["sd"], c["alpha"], c["power"]), c["n"].get<int64_t>());
}

TEST(Paired, Factors) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json stats = testing::ab_golden("stats");
  std::vector<std::pair<std::string, std::vector<double>>> cells;
  for (const auto& [settings, values] : stats["factorial"]["cells"].items()) cells.emplace_back(settings, values);
  Json actual;
  for (const Effect& e : factorial_effects(cells, {stats["seed"], stats["boots"]})) actual[e.name] = {{"effect", e.effect}, {"ci", e.ci}};
  testing::expect_near(stats["factorial"]["expect"], actual, "factorial");
}

TEST(Paired, IdenticalArmsDifferByNothing) {
  const std::vector<double> a = {1, 2, 3.5, 4, 7};
  const Paired p = compare_paired(a, a, {1, 500});
  EXPECT_EQ(p.delta, 0);
  EXPECT_EQ(p.ci.bca_t, (Interval{0, 0}));
  EXPECT_EQ(p.permutation.p, 1);
  EXPECT_EQ(compare_paired(std::vector<double>{1}, std::vector<double>{2}, {}).delta, 1);
}

// With no effect, at most 5 % of primary tests may be at or below 0.05, and the interval covers zero in 93 to 97 %.
TEST(Paired, FalseAlarmsAndCoverage) {
  int alarms = 0, covered = 0;
  constexpr int kRuns = 1000, kTexts = 20;
  for (int run = 0; run < kRuns; ++run) {
    const auto noise = Stream(11, {"null", std::to_string(run)}).normal(2 * kTexts);
    const std::vector<double> a(noise.begin(), noise.begin() + kTexts), b(noise.begin() + kTexts, noise.end());
    const Paired p = compare_paired(a, b, {static_cast<uint64_t>(run), 500});
    alarms += p.permutation.p <= 0.05;
    covered += p.ci.bca_t[0] <= 0 && p.ci.bca_t[1] >= 0;
  }
  EXPECT_LE(alarms, 64);
  EXPECT_GE(covered, 930);
  EXPECT_LE(covered, 970);
}

}  // namespace
}  // namespace syrinx::ab
