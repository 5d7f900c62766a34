// Forced comparison with the toy stages and samplers of basic.
#include "core/ab/forced.h"

#include <gmock/gmock.h>

#include <cmath>

#include "core/ab/speaker.h"
#include "pipeline.h"

namespace syrinx::ab {
namespace {

using ::testing::HasSubstr;

core::Plan plan_of(const std::string& sampler, const std::string& generator = "") {
  testing::Pipeline pipeline(R"(
stages:
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: draws }, options: { )" + generator + R"( } }
  draws: { plugin: basic/sampler, options: { )" + sampler + R"( } }
  vocoder: { plugin: toy/beep }
flow: [tokenizer, generator, vocoder]
)");
  EXPECT_TRUE(pipeline.engine) << core::to_text(pipeline.errors, false);
  return pipeline.engine->plan();
}

ForcedOutcome compare(const core::Plan& a, const core::Plan& b, const std::string& words = "a few words to say", uint64_t seed = 1) {
  auto run = ForcedRun::create(a, b);
  EXPECT_TRUE(run) << core::to_text(run.errors(), false);
  Text text;
  text.id = "t0001";
  text.text = words;
  return (*run)->compare(text, seed);
}

TEST(Forced, AGeneratorAgainstItself) {
  const core::Plan plan = plan_of("temperature: 0.7");
  auto run = ForcedRun::create(plan, plan);
  ASSERT_TRUE(run);
  for (const char* words : {"one text", "another, longer text behind it"}) {
    Text text;
    text.id = text.text = words;
    const ForcedOutcome outcome = (*run)->compare(text, 3);
    ASSERT_TRUE(outcome.forced) << outcome.reason;
    const Forced& f = *outcome.forced;
    EXPECT_GT(f.steps, 10);
    EXPECT_EQ(f.draws, f.steps);  // one head
    EXPECT_EQ(f.only_a, 0);
    EXPECT_EQ(f.only_b, 0);
    EXPECT_EQ(f.top, 1);
    EXPECT_EQ(f.drawn, 1);
    EXPECT_EQ(f.kl_max, 0);
    EXPECT_EQ(f.score_diff, 0);
    EXPECT_FALSE(f.first);
    EXPECT_EQ(values_of(f).at("forced_first"), std::nullopt);
    EXPECT_THAT(to_text(outcome), HasSubstr("every draw is the same"));
  }
}

// Another temperature under one generator: the scores before it are the same.
TEST(Forced, AnotherSampler) {
  const ForcedOutcome outcome = compare(plan_of("temperature: 0.7"), plan_of("temperature: 1.2"));
  ASSERT_TRUE(outcome.forced) << outcome.reason;
  const Forced& f = *outcome.forced;
  EXPECT_EQ(f.score_diff, 0);
  EXPECT_EQ(f.top, 1);
  EXPECT_LT(f.drawn, 1);
  EXPECT_GT(f.drawn, 0.3);
  EXPECT_GT(f.kl_mean, 0.01);
  EXPECT_GE(f.kl_max, f.kl_mean);
  EXPECT_EQ(f.only_a + f.only_b, 0);
  ASSERT_TRUE(f.first);
  EXPECT_EQ(f.first->sampler, "draws");
  EXPECT_EQ(f.first->head, 0);
  EXPECT_NE(f.first->drawn_a.id, f.first->drawn_b.id);
  EXPECT_GT(f.first->drawn_a.p_a, 0);
  EXPECT_GT(f.first->drawn_b.p_b, 0);
  EXPECT_GE(f.first->drawn_b.rank_b.value(), 1);
  if (f.first->drawn_b.rank_a) {
    ASSERT_TRUE(f.first->gap);
    EXPECT_GT(*f.first->gap, 0);  // A's own draw won in A
  }
  const Json json = to_json(outcome);
  EXPECT_EQ(json["first"]["step"], f.first->step);
  EXPECT_EQ(json["first"]["drawn_a"]["id"], f.first->drawn_a.id);
}

// A removed candidate costs what the header says.
TEST(Forced, RemovedCandidatesHaveAKnownPrice) {
  const ForcedOutcome outcome = compare(plan_of("temperature: 1.0, top_k: 0, top_p: 1.0"), plan_of("temperature: 1.0, top_k: 1, top_p: 1.0, min_keep: 1"));
  ASSERT_TRUE(outcome.forced) << outcome.reason;
  const Forced& f = *outcome.forced;
  EXPECT_EQ(f.top, 1);
  EXPECT_GT(f.kl_max, 5);
  EXPECT_LT(f.kl_max, -std::log(1e-10));
  ASSERT_TRUE(f.first);
  EXPECT_EQ(f.first->drawn_a.p_b, 0);
  EXPECT_EQ(f.first->drawn_a.rank_b, std::nullopt);
  EXPECT_EQ(f.first->drawn_b.rank_b, 1);
}

// Free runs go apart for good at the first other code; on A's history the two still agree mostly.
TEST(Forced, AnotherGeneratorStaysOnTheHistory) {
  const std::string words = "a long text with many words, so that there is something to tell apart in it";
  const core::Plan a = plan_of("temperature: 0.7", "per_token: 4");
  // Another expected length moves the score of the end in every step and which token a late step looks at.
  const core::Plan b = plan_of("temperature: 0.7", "per_token: 4, min_new_token: 8");
  const ForcedOutcome same = compare(a, b, words);
  ASSERT_TRUE(same.forced) << same.reason;
  EXPECT_EQ(same.forced->score_diff, 0);
  EXPECT_EQ(same.forced->drawn, 1);

  const core::Plan c = plan_of("temperature: 0.7", "per_token: 5");
  const ForcedOutcome outcome = compare(a, c, words);
  ASSERT_TRUE(outcome.forced) << outcome.reason;
  const Forced& f = *outcome.forced;
  EXPECT_GT(f.score_diff, 1);
  EXPECT_GT(f.kl_max, 0);
  EXPECT_LT(f.drawn, 1);
  EXPECT_EQ(f.only_a, 0);
  EXPECT_EQ(f.only_b, 0);  // ended where A ended, though its own end is later
  ASSERT_TRUE(f.first);
  Text text;
  text.id = "t0001";
  text.text = words;
  std::vector<StageResult> free;
  for (const core::Plan* plan : {&a, &c}) {
    auto speaker = Speaker::create(*plan, {nullptr, true, {}});
    ASSERT_TRUE(speaker);
    free.push_back((*speaker)->speak(text, 1).stages.at("generator"));
  }
  EXPECT_NE(free[0].digest, free[1].digest);
}

TEST(Forced, ArmsOfOtherLengthsCountWhatBothHave) {
  const ForcedOutcome outcome = compare(plan_of("temperature: 0.7", "max_new_token: 9"), plan_of("temperature: 0.7", "max_new_token: 5"));
  ASSERT_TRUE(outcome.forced) << outcome.reason;
  EXPECT_EQ(outcome.forced->draws, 5);
  EXPECT_EQ(outcome.forced->only_a, 4);
  const ForcedOutcome other = compare(plan_of("temperature: 0.7", "max_new_token: 5"), plan_of("temperature: 0.7", "max_new_token: 9"));
  ASSERT_TRUE(other.forced) << other.reason;
  EXPECT_EQ(other.forced->draws, 5);
  EXPECT_EQ(other.forced->only_b, 4);
}

// torch's noise goes by places in a sequence: then there is no gap to tell.
TEST(Forced, NoGapWithoutNoiseOfCandidates) {
  const ForcedOutcome outcome = compare(plan_of("temperature: 0.7, rng: torch, seed: 1"), plan_of("temperature: 1.4, rng: torch, seed: 2"));
  ASSERT_TRUE(outcome.forced) << outcome.reason;
  ASSERT_TRUE(outcome.forced->first);
  EXPECT_FALSE(outcome.forced->first->gap);
}

TEST(Forced, SaysWhyThereIsNothing) {
  testing::Pipeline without("stages:\n  only: { plugin: toy/lowercase }\nflow: [only]\n");
  ASSERT_TRUE(without.engine);
  EXPECT_THAT(compare(without.engine->plan(), plan_of("")).reason, HasSubstr("arm A has no stage that draws"));
  // A generator of another name asks other questions.
  core::Plan renamed = plan_of("");
  for (core::PlannedStage& stage : renamed.stages)
    if (stage.name == "generator") stage.name = "speaker_of_codes";
  const ForcedOutcome outcome = compare(plan_of(""), renamed);
  EXPECT_THAT(outcome.reason, HasSubstr("no draw of arm B answers"));
  EXPECT_THAT(to_text(outcome), HasSubstr("not comparable"));
}

}  // namespace
}  // namespace syrinx::ab
