#include "core/ab/listening.h"

#include "ab_goldens.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

TEST(Listening, ScreeningOfScores) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto check = [](const Scores& scores, const Json& expected, const std::string& where) {
    const ScoreScreening s = screen_scores(scores);
    testing::expect_near(expected, {{"reference_below_90", s.reference_below_90}, {"mid_anchor_above_90", s.mid_anchor_above_90}, {"keep", s.keep}}, where);
  };
  const Json mushra = testing::ab_golden("ratings")["mushra"];
  for (const auto& [rater, scores] : mushra["ratings"].items()) check(scores, mushra["expect"][rater], rater);
  for (const Json& c : testing::ab_golden("edges")["mushra_screening"]) check(c["ratings"], c["expect"], c["name"]);
  EXPECT_TRUE(screen_scores({{"i", {{"reference", 100}, {"A", 95}}}}).keep);
}

std::vector<ChoiceTrial> trials_of(const Json& list) {
  std::vector<ChoiceTrial> out;
  for (const Json& t : list) {
    const std::string choice = t["choice"];
    out.push_back({t["rater"], t["item"], choice == "none" ? "" : choice, t.value("choice_position", 0), t["catch"], t.value("expected", "") == "none" ? "" : t.value("expected", ""), t["time_s"], t["audio_s"]});
  }
  return out;
}

TEST(Listening, ScreeningOfChoices) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto check = [](const Json& expected, const ChoiceScreening& s, const std::string& where) {
    testing::expect_near(expected, {{"catch_rate", maybe(s.catch_rate)}, {"repeat_agreement", maybe(s.repeat_agreement)}, {"first_share", maybe(s.first_share)},
                                    {"side_p", s.side_p}, {"median_time_s", s.median_time_s}, {"keep", s.keep}, {"reasons", s.reasons}}, where);
  };
  const Json preference = testing::ab_golden("ratings")["preference"];
  const auto screened = screen_choices(trials_of(preference["trials"]));
  ASSERT_EQ(screened.size(), preference["screening"].size());
  for (const auto& [rater, expected] : preference["screening"].items()) check(expected, screened.at(rater), rater);
  for (const Json& c : testing::ab_golden("edges")["screening"]) check(c["expect"], screen_choices(trials_of(c["trials"])).begin()->second, c["name"]);
}

TEST(Listening, ClusteredIntervals) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto check = [](const std::vector<Rating>& ratings, uint64_t seed, size_t boots, const Json& expected, const std::string& where) {
    const Clustered c = clustered_interval(ratings, {seed, boots});
    testing::expect_near(expected, {{"mean", c.mean}, {"ci", c.ci}, {"se", c.se}, {"design_effect", maybe(c.design_effect)}, {"skipped", c.skipped}}, where);
  };
  const auto ratings_of = [](const Json& list) {
    std::vector<Rating> out;
    for (const Json& r : list) out.push_back({r[0], r[1], r[2]});
    return out;
  };
  const Json c = testing::ab_golden("stats")["cluster"];
  check(ratings_of(c["ratings"]), c["seed"], c["boots"], c["expect"], "stats");
  for (const Json& e : testing::ab_golden("edges")["cluster"]) check(ratings_of(e["ratings"]), e["seed"], e["boots"], e["expect"], e["name"]);
  const Json preference = testing::ab_golden("ratings")["preference"];
  std::vector<Rating> votes;
  for (const ChoiceTrial& t : trials_of(preference["trials"]))
    if (preference["screening"][t.rater]["keep"] && !t.is_catch && !t.choice.empty()) votes.push_back({t.rater, t.item, t.choice == "B" ? 1.0 : 0.0});
  EXPECT_EQ(static_cast<int64_t>(votes.size()), preference["n"].get<int64_t>());
  check(votes, preference["cluster"]["seed"], preference["cluster"]["boots"], preference["cluster"]["expect"], "preference");
}

TEST(Listening, SystemsByPreference) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto games_of = [](const Json& list) {
    std::vector<Game> out;
    for (const Json& g : list) out.push_back({g[0], g[1], g[2]});
    return out;
  };
  const Json bt = testing::ab_golden("stats")["bradley_terry"];
  const auto games = games_of(bt["games"]);
  testing::expect_near(bt["log_strength"], Json(bradley_terry(bt["names"], games)), "c = 0");
  testing::expect_near(bt["with_prior_2"], Json(bradley_terry(bt["names"], games, 2)), "c = 2");
  EXPECT_FALSE(needs_prior(bt["names"], games));
  const Json& unbeaten = bt["unbeaten_needs_prior"];
  EXPECT_TRUE(needs_prior({"a", "b"}, games_of(unbeaten["games"])));
  testing::expect_near(unbeaten["log_strength"], Json(bradley_terry({"a", "b"}, games_of(unbeaten["games"]), unbeaten["prior"])), "unbeaten");
  for (const Json& e : testing::ab_golden("edges")["bradley_terry"]) testing::expect_near(e["expect"], Json(bradley_terry(e["names"], games_of(e["games"]), e["prior"])), "edge");
}

TEST(Listening, Blocks) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json c = testing::ab_golden("stats")["friedman"];
  const auto blocks = c["blocks"].get<std::vector<std::vector<double>>>();
  const Friedman f = friedman(blocks);
  testing::expect_near(c["expect"], {{"chi2", f.chi2}, {"df", f.df}, {"p", f.p}, {"kendall_w", f.kendall_w}, {"mean_ranks", f.mean_ranks}}, "friedman");
  for (size_t j = 0; j < blocks[0].size(); ++j) {
    std::vector<double> column;
    for (const auto& block : blocks) column.push_back(block[j]);
    testing::expect_near(c["t_ci"][j], t_interval(column), "t");
  }
  const Friedman tied = friedman({{5, 5, 5}, {7, 7, 7}});
  EXPECT_EQ(tied.chi2, 0);
  EXPECT_EQ(tied.p, 1);
}

}  // namespace
}  // namespace syrinx::ab
