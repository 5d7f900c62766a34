#include "core/ab/session.h"

#include <gmock/gmock.h>

#include "ab_goldens.h"
#include "core/ab/level.h"
#include "core/ab/rng.h"
#include "core/ab/spectrum.h"

namespace syrinx::ab {
namespace {

using ::testing::HasSubstr;

Json golden_session(const std::string& mode) { return *read_json(testing::ab_folder() + "sessions/" + mode + ".json"); }

TEST(Session, GivenOnesAreReadAndTheirKeysOpened) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const char* mode : {"preference", "abx", "mushra"}) {
    const auto session = parse_session(golden_session(mode), mode);
    ASSERT_TRUE(session) << session.errors()[0].message;
    ASSERT_TRUE(session->key);
    EXPECT_EQ(session->key->arms.size(), session->seconds.size());
    for (const SessionTrial& trial : session->trials) {
      EXPECT_EQ(session->key->expected.count(trial.id), trial.kind == "catch" ? 1u : 0u);
      for (const auto& stimulus : sides(*session, trial, "r1")) EXPECT_EQ(session->key->arms.count(stimulus), 1u);
    }
    EXPECT_THAT(trial_order(*session, "r1"), ::testing::Not(::testing::IsEmpty()));
    // Played at their gains all are equally loud.
    for (const auto& [name, stimulus] : session->document["stimuli"].items()) {
      auto audio = parse_wav(*from_base64(stimulus["audio"].get<std::string>().substr(22)), name);
      for (double& v : audio->channels[0]) v *= std::pow(10, stimulus["gain_db"].get<double>() / 20);
      EXPECT_NEAR(*loudness(*audio).lufs, session->document["target_lufs"].get<double>(), 1e-3);
    }
  }
}

TEST(Session, WhatIsNoSessionIsRefusedWithItsReason) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto refusal = [](const std::function<void(Json&)>& change) {
    Json document = golden_session("preference");
    change(document);
    const auto session = parse_session(document, "x.json");
    return session ? std::string("accepted") : session.errors()[0].message;
  };
  EXPECT_THAT(refusal([](Json& d) { d["schema"] = "other"; }), HasSubstr("schema"));
  EXPECT_THAT(refusal([](Json& d) { d["seed"] = "-1"; }), HasSubstr("seed"));
  EXPECT_THAT(refusal([](Json& d) { d["session"] = "a/b"; }), HasSubstr("a/b"));
  EXPECT_THAT(refusal([](Json& d) { d["mode"] = "mushra"; }), HasSubstr("no reference"));
  EXPECT_THAT(refusal([](Json& d) { d["mode"] = "mos"; }), HasSubstr("2 sounds"));
  EXPECT_THAT(refusal([](Json& d) { d["trials"] = Json::array(); }), HasSubstr("no trials"));
  EXPECT_THAT(refusal([](Json& d) { d["trials"][1]["id"] = d["trials"][0]["id"]; }), HasSubstr("two trials"));
  EXPECT_THAT(refusal([](Json& d) { d["trials"][0]["stimuli"][0] = "nothing"; }), HasSubstr("nothing"));
  EXPECT_THAT(refusal([](Json& d) { d["trials"][0]["kind"] = "exam"; }), HasSubstr("exam"));
  EXPECT_THAT(refusal([](Json& d) { d["stimuli"].front()["audio"] = "data:audio/wav;base64,!"; }), HasSubstr("base64"));
  EXPECT_THAT(refusal([](Json& d) { d["stimuli"].front()["audio"] = "https://example.org/x.wav"; }), HasSubstr("needs audio"));
  EXPECT_THAT(refusal([](Json& d) { d["sealed"] = "AAAA"; }), HasSubstr("key"));
}

TEST(Session, MadeOnesHideTheirArmsAndKeepTheirPeaks) {
  std::vector<SessionItem> items;
  for (int i = 0; i < 3; ++i) {
    std::vector<double> x = Stream(1, {std::to_string(i)}).normal(12000);
    for (double& v : x) v *= 0.05 * (i + 1);
    std::vector<double> y = x;
    for (double& v : y) v *= 0.5;
    items.push_back({"u" + std::to_string(i), "text </script>", {{"A", {24000, {x}}}, {"B", {24000, {y}}}}, Audio{24000, {x}}});
  }
  SessionWish wish;
  wish.name = "s";
  wish.catches = wish.repeats = 1;
  const auto session = make_session(items, wish);
  ASSERT_TRUE(session) << session.errors()[0].message;
  EXPECT_EQ(session->trials.size(), 5u);
  EXPECT_EQ(session->key->expected.size(), 1u);
  const std::string page = make_page("<x>@SESSION@</x>", *session);
  EXPECT_EQ(page.find("\"arms\""), std::string::npos);
  EXPECT_EQ(page.find("</script>"), std::string::npos);
  const auto opened = unseal(session->document["sealed"], wish.seed, "s");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->arms, session->key->arms);
  EXPECT_EQ(opened->expected, session->key->expected);
  for (const auto& [name, stimulus] : session->document["stimuli"].items()) {
    const auto audio = parse_wav(*from_base64(stimulus["audio"].get<std::string>().substr(22)), name);
    EXPECT_LE(db_of_amplitude(true_peak(audio->mono())) + stimulus["gain_db"].get<double>(), -0.999);
  }
  wish.mode = "mushra";
  ASSERT_TRUE(make_session(items, wish));
  items[1].recording.reset();
  const auto refused = make_session(items, wish);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.errors()[0].help[0], HasSubstr("preference"));
}

TEST(Session, LowPassedCopiesKeepTheirPlace) {
  std::vector<double> low(4800), high(4800);
  for (size_t i = 0; i < low.size(); ++i) {
    low[i] = std::sin(2 * M_PI * 500 * static_cast<double>(i) / 24000);
    high[i] = std::sin(2 * M_PI * 6000 * static_cast<double>(i) / 24000);
  }
  const Audio out = low_passed({24000, {low, high}}, 3500);
  for (size_t i = 500; i < 4300; ++i) {
    EXPECT_NEAR(out.channels[0][i], low[i], 0.01);
    EXPECT_NEAR(out.channels[1][i], 0, 0.01);
  }
}

TEST(Files, Base64AndCanonicalForm) {
  for (const std::string& text : {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xFF\x10", 3)}) EXPECT_EQ(*from_base64(base64(text)), text);
  EXPECT_EQ(base64("ab"), "YWI=");
  EXPECT_EQ(canonical({{"b", 0.1 + 0.2}, {"a", {1, NAN, "x"}}}, -1), R"({"a":[1,null,"x"],"b":0.3})");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_FALSE(write_whole("/nowhere/at/all", "x"));
}

}  // namespace
}  // namespace syrinx::ab
