// How stages work together: splitting and joining, slots, back-pressure, finishing early.
#include <gmock/gmock.h>

#include <thread>

#include "pipeline.h"

namespace syrinx::core {
namespace {

using testing::Pipeline;

TEST(Manners, PiecesComeInOrder) {
  Pipeline pipeline("stages:\n  split: { plugin: basic/normalizer }\n  lower: { plugin: toy/lowercase }\nflow: [split, lower]\n");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  std::string text, want;
  for (int i = 0; i < 200; ++i) {
    text += "Sentence number " + std::to_string(i) + ". ";
    want += "sentence number " + std::to_string(i) + ".";
  }
  EXPECT_EQ(pipeline.speak(text)->text, want);
}

TEST(Manners, PiecesOfPiecesAndNothingAtAll) {
  Pipeline pipeline(
      "stages:\n  lines: { plugin: basic/normalizer, options: { least: 30 } }\n  sentences: { plugin: basic/normalizer }\n"
      "  lower: { plugin: toy/lowercase }\nflow: [lines, sentences, lower]\n");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  EXPECT_EQ(pipeline.speak("One. Two. Three.\nFour. Five is a longer one. Six.\n\nSeven.")->text, "one.two.three.four.five is a longer one.six.seven.");
  const auto nothing = pipeline.speak("  \n ");
  EXPECT_TRUE(nothing->report.ok);
  EXPECT_EQ(nothing->text, "");
}

const char* const kBytes = R"(
stages:
  split: { plugin: basic/normalizer }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler } }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
  writer: { plugin: basic/wav, options: { path: "" } }
flow: [split, tokenizer, generator, vocoder, writer]
)";

TEST(Manners, AWriterJoinsPieces) {
  Pipeline pipeline(kBytes);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto spoken = pipeline.speak("First sentence. Second sentence. Third.");
  ASSERT_TRUE(spoken->report.ok);
  ASSERT_GT(spoken->text.size(), 44u);
  EXPECT_EQ(spoken->text.substr(0, 4), "RIFF");
  const auto* size = reinterpret_cast<const uint32_t*>(spoken->text.data() + 40);
  EXPECT_EQ(*size + 44, spoken->text.size());
  EXPECT_NEAR(spoken->report.audio_s, *size / 2.0 / 24000, 1e-9);
}

TEST(Manners, NothingToSayIsAnEmptyFile) {
  Pipeline pipeline(kBytes);
  const auto spoken = pipeline.speak("");
  EXPECT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
  EXPECT_EQ(spoken->text.size(), 44u);
}

const char* const kRefined = R"(
stages:
  refiner: { plugin: toy/refiner, uses: { generator: generator, tokenizer: tokenizer } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { rows: 3 } }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
flow: [refiner, tokenizer, generator, vocoder]
)";

// One generator in the flow and in a slot; many at once, so rows of both kinds share steps.
TEST(Manners, ARefinerUsesTheGeneratorOfTheFlow) {
  Pipeline pipeline(kRefined);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  std::map<std::string, std::vector<float>> alone;
  for (int i = 0; i < 12; ++i) {
    const std::string text = "words to refine " + std::to_string(i * 7919);
    const auto spoken = pipeline.speak(text);
    ASSERT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
    alone[text] = spoken->audio;
  }
  std::map<std::string, std::shared_ptr<testing::Spoken>> together;
  for (const auto& [text, audio] : alone) together[text] = pipeline.submit({.text = text, .id = text});
  pipeline.engine->drain();
  for (const auto& [text, audio] : alone) EXPECT_EQ(together[text]->audio, audio) << text;
}

// A queue of one item everywhere: everything still flows, and nothing is lost.
TEST(Manners, TheSmallestQueues) {
  Pipeline pipeline(std::string(kBytes) + "run: { queue: 1 }\n");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  Pipeline wide(kBytes);
  const std::string text = "One sentence here. Another there. And a third one, longer than both of them together. Short.";
  EXPECT_EQ(pipeline.speak(text)->text, wide.speak(text)->text);
}

TEST(Manners, FinishingEarlyKeepsWhatThereIs) {
  Pipeline pipeline(R"(
stages:
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { min_new_token: 100000, max_new_token: 100000 } }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
  writer: { plugin: basic/wav, options: { path: "" } }
flow: [tokenizer, generator, vocoder, writer]
)");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  Ticket ticket = 0;
  const auto spoken = pipeline.submit({.text = "endless", .id = "endless"}, &ticket);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  pipeline.engine->cancel(ticket, true);
  pipeline.engine->drain();
  EXPECT_TRUE(spoken->report.ok) << to_text(spoken->report.errors, false);
  EXPECT_GT(spoken->text.size(), 44u);
}

TEST(Manners, SeedsAndIdsDecide) {
  Pipeline pipeline(kRefined);
  const auto with = [&](uint64_t seed, const std::string& id) {
    auto spoken = pipeline.submit({.text = "the same words", .id = id, .seed = seed, .seed_given = true});
    pipeline.engine->drain();
    return spoken->audio;
  };
  EXPECT_EQ(with(1, "a"), with(1, "a"));
  EXPECT_NE(with(1, "a"), with(2, "a"));
  EXPECT_NE(with(1, "a"), with(1, "b"));
}

}  // namespace
}  // namespace syrinx::core
