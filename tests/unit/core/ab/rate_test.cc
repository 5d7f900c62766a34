#include "core/ab/rate.h"

#include <gmock/gmock.h>

#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

using ::testing::HasSubstr;

constexpr int kItems = 12;

RatedSession made_session(const std::string& mode) {
  RatedSession session{"s", mode, {}, "A", {}};
  for (int i = 0; i < kItems; ++i) {
    const std::string n = std::to_string(i);
    for (const char* arm : {"A", "B"}) session.key.arms[arm + n] = arm;
    if (mode == "mushra") session.key.arms["ref" + n] = "reference", session.key.arms["mid" + n] = "anchor_mid";
    session.audio_s["t" + n] = 4;
  }
  session.key.arms["cA"] = "A";
  session.key.arms["cL"] = "A low-passed";
  session.key.expected["catch"] = "cA";
  session.audio_s["catch"] = 4;
  return session;
}

RatingsFile ratings(const std::string& mode, const std::string& rater, const std::string& finished, Json answers, bool complete = true) {
  return {rater + finished, {{"schema", "ab-ratings/1"}, {"session", "s"}, {"rater", rater}, {"mode", mode}, {"started", ""}, {"finished", finished},
                             {"complete", complete}, {"order", Json::array()}, {"answers", std::move(answers)}}};
}

// B wins `wins` of the texts; of two sides each is chosen about as often.
Json votes(int wins, bool catch_right = true, double time = 9) {
  Json out = Json::array();
  for (int i = 0; i < kItems; ++i) {
    const std::string n = std::to_string(i);
    const bool swap = i % 2;
    const std::string choice = (i < wins ? "B" : "A") + n;
    out.push_back({{"trial", "t" + n}, {"item", "u" + n}, {"kind", "test"}, {"presented", swap ? Json{"B" + n, "A" + n} : Json{"A" + n, "B" + n}},
                   {"choice", choice}, {"x", "B" + n}, {"time_s", time}, {"plays", Json::object()}});
  }
  out.push_back({{"trial", "catch"}, {"item", "u0"}, {"kind", "catch"}, {"presented", {"cL", "cA"}}, {"choice", catch_right ? "cA" : "cL"}, {"time_s", time}, {"plays", Json::object()}});
  out.push_back({{"trial", "t0"}, {"item", "u0"}, {"kind", "training"}, {"presented", {"A0", "B0"}}, {"choice", "A0"}, {"time_s", time}, {"plays", Json::object()}});
  return out;
}

TEST(Rate, PreferenceCountsTestsOfTheLastCompleteRatings) {
  const RatedSession session = made_session("preference");
  const auto result = rate(session, {ratings("preference", "ann", "2026-01-02", votes(9)), ratings("preference", "ann", "2026-01-01", votes(0)),
                                     ratings("preference", "bob", "2026-01-01", votes(8)), ratings("preference", "bob", "2026-01-03", votes(1), false),
                                     ratings("preference", "cat", "2026-01-01", votes(6, false)), ratings("preference", "dan", "2026-01-01", votes(6, true, 1))},
                           {{1, 500}, false, true});
  ASSERT_TRUE(result) << result.errors()[0].message;
  const Json& r = *result;
  EXPECT_EQ(r["ignored"].size(), 2u);
  EXPECT_EQ(r["all"]["n"], 4 * kItems);
  EXPECT_EQ(r["all"]["k"], 9 + 8 + 6 + 6);
  EXPECT_EQ(r["all"]["b"], "B");
  EXPECT_EQ(r["raters"]["cat"]["reasons"], Json({"catch"}));
  EXPECT_EQ(r["raters"]["dan"]["reasons"], Json({"fast"}));
  EXPECT_EQ(r["screened"]["n"], 2 * kItems);
  EXPECT_EQ(r["screened"]["k"], 17);
  EXPECT_TRUE(r["screened"].contains("clopper_pearson"));
  EXPECT_GE(r["screened"]["clustered"]["ci"][1].get<double>(), 17.0 / 24);
  EXPECT_THAT(rate_text(r), HasSubstr("screened out cat: catch"));
}

TEST(Rate, NoneIsDroppedOrSplit) {
  Json answers = votes(6);
  answers[0]["choice"] = nullptr;
  const std::vector<RatingsFile> files = {ratings("preference", "ann", "1", answers)};
  const auto dropped = rate(made_session("preference"), files, {{1, 500}, false, false});
  const auto split = rate(made_session("preference"), files, {{1, 500}, true, false});
  EXPECT_EQ((*dropped)["all"]["n"], kItems - 1);
  EXPECT_EQ((*dropped)["all"]["k"], 5);
  EXPECT_EQ((*split)["all"]["n"], kItems);
  EXPECT_EQ((*split)["all"]["k"], 5.5);
  EXPECT_EQ((*split)["all"]["none"], 1);
}

TEST(Rate, AbxCountsWhatIsRight) {
  const auto result = rate(made_session("abx"), {ratings("abx", "ann", "1", votes(10))}, {{1, 500}, false, false});
  ASSERT_TRUE(result);
  EXPECT_EQ((*result)["all"]["k"], 10);
  EXPECT_NEAR((*result)["all"]["p"].get<double>(), 0.019287109375, 1e-12);
}

TEST(Rate, ScoresBySystem) {
  std::vector<RatingsFile> files;
  for (int rater = 0; rater < 6; ++rater) {
    Json answers = Json::array();
    for (int i = 0; i < kItems; ++i) {
      const std::string n = std::to_string(i);
      const auto noise = Stream(3, {std::to_string(rater), n}).normal(2);
      answers.push_back({{"trial", "t" + n}, {"item", "u" + n}, {"kind", "test"}, {"presented", {"A" + n, "B" + n, "ref" + n, "mid" + n}}, {"time_s", 20}, {"plays", Json::object()},
                         {"scores", {{"A" + n, 50 + noise[0]}, {"B" + n, 60 + noise[1]}, {"ref" + n, rater == 5 ? 70 : 99}, {"mid" + n, 30}}}});
    }
    files.push_back(ratings("mushra", "r" + std::to_string(rater), "1", answers));
  }
  const auto result = rate(made_session("mushra"), files, {{1, 500}, false, false});
  ASSERT_TRUE(result) << result.errors()[0].message;
  EXPECT_FALSE((*result)["raters"]["r5"]["keep"].get<bool>());
  EXPECT_NEAR((*result)["screened"]["systems"]["B"]["mean"].get<double>(), 60, 1);
  EXPECT_LT((*result)["screened"]["friedman"]["p"].get<double>(), 1e-6);
  EXPECT_EQ((*result)["screened"]["pairs"].size(), 6u);
}

TEST(Rate, WhatIsRefused) {
  const auto why = [](const RatingsFile& file) {
    const auto result = rate(made_session("preference"), {file}, {{1, 500}, false, false});
    return result ? std::string("accepted") : result.errors()[0].message;
  };
  RatingsFile other = ratings("preference", "ann", "1", votes(6));
  other.document["session"] = "t";
  EXPECT_THAT(why(other), HasSubstr("another session"));
  EXPECT_THAT(why(ratings("abx", "ann", "1", votes(6))), HasSubstr("another session"));
  EXPECT_THAT(why({"x", Json::array()}), HasSubstr("no ratings"));
  EXPECT_THAT(why(ratings("preference", "ann", "1", votes(6), false)), HasSubstr("complete"));
  RatingsFile strange = ratings("preference", "ann", "1", votes(6));
  strange.document["answers"][0]["presented"][0] = "zzz";
  EXPECT_THAT(why(strange), HasSubstr("zzz"));
  strange = ratings("preference", "ann", "1", votes(6));
  strange.document["answers"][0]["choice"] = "A5";
  EXPECT_THAT(why(strange), HasSubstr("not presented"));
}

}  // namespace
}  // namespace syrinx::ab
