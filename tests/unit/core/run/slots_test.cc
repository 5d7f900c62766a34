// Flow slots: a refiner that uses the tokenizer and the generator of the flow, whose generator also takes a speaker that the
// refiner does not send.
#include <gmock/gmock.h>

#include <random>

#include "core/run/impl.h"
#include "pipeline.h"

namespace syrinx::core {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;
using testing::Pipeline;
using testing::Spoken;

std::string whole(const std::string& generator_options, const std::string& run) {
  return R"(
stages:
  split: { plugin: basic/normalizer }
  trouble: { plugin: toy/trouble, options: { at: finish, word: boom } }
  refiner: { plugin: toy/refiner, uses: { generator: generator, tokenizer: tokenizer } }
  tokenizer: { plugin: toy/tokenizer }
  speaker: { plugin: toy/speaker }
  generator:
    plugin: toy/generator
    in: { speaker: speaker.speaker }
    uses: { sampler: sampler }
    options: { )" +
         generator_options + R"( }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
flow: [split, trouble, refiner, tokenizer, generator, vocoder]
run: { )" + run + " }\n";
}

const char* const kOnlySlots = R"(
stages:
  refiner: { plugin: toy/refiner, uses: { generator: generator, tokenizer: tokenizer } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler } }
  sampler: { plugin: basic/sampler }
flow: [refiner]
)";

TEST(Slots, StagesThatOnlyWorkInSlots) {
  Pipeline pipeline(kOnlySlots);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto spoken = pipeline.speak("some words");
  ASSERT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
  EXPECT_THAT(spoken->text, StartsWith("some words "));
  EXPECT_LE(spoken->text.size(), std::string("some words ").size() + 8);
}

// The answer's LAST and the next question may meet the utterance in the slot before it has been put away.
TEST(Slots, TheNextQuestionFollowsTheLastAnswer) {
  Pipeline pipeline(kOnlySlots);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  for (int i = 0; i < 50; ++i) {
    const auto spoken = pipeline.speak("words " + std::to_string(i), {{"rounds", 5}});
    ASSERT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
    EXPECT_EQ(std::count(spoken->text.begin(), spoken->text.end(), ' '), 1 + 5) << spoken->text;
  }
}

TEST(Slots, TheUsersOptionsWinInItsSlots) {
  Pipeline pipeline(kOnlySlots);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto letters = [&](Json options) {
    const auto spoken = pipeline.speak("w", std::move(options));
    EXPECT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
    return spoken->text.size() - 2;
  };
  const Json long_one = {{"min_new_token", 60}, {"max_new_token", 90}, {"generator.max_new_token", 70}};
  EXPECT_EQ(letters(long_one), 8u);
  Json more = long_one;
  more["letters"] = 33;
  EXPECT_EQ(letters(more), 33u);
}

TEST(Slots, WhatTheUserDoesNotSendIsCompleteAtOnce) {
  Pipeline pipeline(whole("", ""));
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto plain = pipeline.speak("Some words."), other = pipeline.speak("Some words.", {{"voice", 7.0}});
  ASSERT_TRUE(plain->report.ok) << to_text(plain->report.errors, false);
  ASSERT_TRUE(other->report.ok) << to_text(other->report.errors, false);
  EXPECT_GT(plain->audio.size(), 0u);
  EXPECT_NE(plain->audio, other->audio);
}

// Few places, short queues, texts of many pieces, some of them failing or cancelled: the others do not notice.
TEST(Slots, ManyAtOnce) {
  std::vector<std::string> texts;
  std::mt19937 random(5);
  for (int i = 0; i < 30; ++i) {
    std::string text = "Text number " + std::to_string(i) + ".";
    for (size_t n = random() % 5; n > 0; --n) text += " Another sentence with " + std::to_string(random()) + ".";
    if (i % 7 == 3) text += " And boom.";
    texts.push_back(text);
  }
  for (const auto& [rows, queue] : {std::pair{1, 1}, std::pair{3, 16}}) {
    const std::string yaml = whole("rows: " + std::to_string(rows), "queue: " + std::to_string(queue));
    std::map<std::string, std::vector<float>> alone;
    {
      Pipeline pipeline(yaml);
      for (const std::string& text : texts) alone[text] = pipeline.speak(text, {{"rounds", 2}})->audio;
    }
    Pipeline pipeline(yaml);
    ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
    std::vector<std::shared_ptr<Spoken>> spoken;
    for (size_t i = 0; i < texts.size(); ++i) {
      Ticket ticket = 0;
      spoken.push_back(pipeline.submit({.text = texts[i], .id = texts[i], .index = i, .options = {{"rounds", 2}}}, &ticket));
      if (i % 5 == 1) pipeline.engine->cancel(ticket);
      if (i % 5 == 4) pipeline.engine->cancel(ticket, true);
    }
    pipeline.engine->drain();
    for (size_t i = 0; i < texts.size(); ++i) {
      ASSERT_TRUE(spoken[i]->ended) << texts[i];
      if (i % 5 == 1 || i % 5 == 4) continue;
      EXPECT_EQ(spoken[i]->report.ok, i % 7 != 3) << to_text(spoken[i]->report.errors, false);
      if (i % 7 != 3) {
        EXPECT_EQ(spoken[i]->audio, alone[texts[i]]) << texts[i];
      }
    }
  }
}

// Asked to finish early, an utterance that waits for a place in a slot is let go.
TEST(Slots, FinishingEarlyWhileTheSlotIsFull) {
  Pipeline pipeline(whole("rows: 1, min_new_token: 20000, max_new_token: 20000, per_token: 1", ""));
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  std::vector<std::shared_ptr<Spoken>> spoken;
  std::vector<Ticket> tickets(6);
  for (Ticket& ticket : tickets) spoken.push_back(pipeline.submit({.text = "Words.", .id = std::to_string(spoken.size())}, &ticket));
  for (const Ticket ticket : tickets) pipeline.engine->cancel(ticket, true);
  pipeline.engine->drain();
  for (const auto& one : spoken) EXPECT_TRUE(one->report.ok) << to_text(one->report.errors, false);
}

TEST(Slots, TwoUsersOfOneStage) {
  Pipeline pipeline(R"(
stages:
  first: { plugin: toy/refiner, uses: { generator: generator, tokenizer: tokenizer }, options: { letters: 5 } }
  second: { plugin: toy/refiner, uses: { generator: generator, tokenizer: tokenizer }, options: { letters: 6 } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { min_new_token: 50 } }
  sampler: { plugin: basic/sampler }
flow: [first, second]
)");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  std::vector<std::shared_ptr<Spoken>> spoken;
  for (int i = 0; i < 10; ++i) spoken.push_back(pipeline.submit({.text = "w", .id = std::to_string(i)}));
  pipeline.engine->drain();
  for (const auto& one : spoken) {
    ASSERT_TRUE(one->report.ok) << to_text(one->report.errors, false);
    EXPECT_EQ(one->text.size(), 1u + 1 + 5 + 1 + 6) << one->text;
  }
}

TEST(Slots, NearerOptionsWin) {
  Json options = {{"temperature", 0.5}, {"lm.temperature", 0.7}, {"lm.top_k", 5}, {"speed", 2}};
  override_options(options, {{"temperature", 0.1}});
  EXPECT_EQ(options, (Json{{"temperature", 0.1}, {"lm.top_k", 5}, {"speed", 2}}));
  override_options(options, {{"vocoder.speed", 3}});
  EXPECT_EQ(options, (Json{{"temperature", 0.1}, {"lm.top_k", 5}, {"speed", 2}, {"vocoder.speed", 3}}));
  override_options(options, "no map");
  EXPECT_EQ(options.size(), 4u);
}

}  // namespace
}  // namespace syrinx::core
