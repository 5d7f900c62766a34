// The run engine with the toy stages: what fails, fails alone; what is cancelled, stops; an utterance gives the same alone and
// among others.
#include "core/run/engine.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "pipeline.h"

namespace syrinx::core {
namespace {

using ::testing::HasSubstr;
using testing::Pipeline;
using testing::Spoken;

const char* const kToy = R"(
stages:
  normalizer: { plugin: toy/lowercase }
  trouble: { plugin: toy/trouble, options: { at: finish, word: boom } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { rows: 5 } }
  sampler: { plugin: basic/sampler, options: { temperature: 0.7 } }
  vocoder: { plugin: toy/beep }
flow: [normalizer, trouble, tokenizer, generator, vocoder]
)";

TEST(Engine, ToyPipelineGivesAudio) {
  Pipeline pipeline(kToy);
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto spoken = pipeline.speak("Hello World");
  ASSERT_TRUE(spoken->ended);
  EXPECT_TRUE(spoken->report.ok);
  EXPECT_GT(spoken->audio.size(), 4u * 480);
  EXPECT_EQ(spoken->audio.size() % 480, 0u);
  EXPECT_DOUBLE_EQ(spoken->report.audio_s, static_cast<double>(spoken->audio.size()) / 24000);
  EXPECT_EQ(spoken->report.stages.size(), 6u);
}

TEST(Engine, EmptyTextEnds) {
  Pipeline pipeline(kToy);
  const auto spoken = pipeline.speak("");
  EXPECT_TRUE(spoken->report.ok);
}

// Some fail, some are cancelled, the rest must not notice.
TEST(Engine, AloneAndAmongOthers) {
  std::vector<std::string> texts;
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) {
    std::string text = "text " + std::to_string(i);
    for (size_t n = random() % 60; n > 0; --n) text += static_cast<char>('a' + random() % 26);
    if (i % 7 == 3) text += " boom";
    texts.push_back(text);
  }
  std::map<std::string, std::vector<float>> alone;
  {
    Pipeline pipeline(kToy);
    for (const std::string& text : texts) alone[text] = pipeline.speak(text)->audio;
  }
  for (int round = 0; round < 3; ++round) {
    Pipeline pipeline(kToy);
    std::vector<std::shared_ptr<Spoken>> spoken;
    std::vector<Ticket> cancelled;
    for (size_t i = 0; i < texts.size(); ++i) {
      Request request;
      request.text = request.id = texts[i];
      request.index = i;
      Ticket ticket = 0;
      spoken.push_back(pipeline.submit(request, &ticket));
      if (i % 5 == 1) {
        if (random() % 2) std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
        pipeline.engine->cancel(ticket);
      }
    }
    pipeline.engine->drain();
    for (size_t i = 0; i < texts.size(); ++i) {
      ASSERT_TRUE(spoken[i]->ended) << texts[i];
      const Report& report = spoken[i]->report;
      if (report.cancelled) {
        EXPECT_EQ(i % 5, 1u);
      } else if (i % 7 == 3) {
        ASSERT_EQ(report.errors.size(), 1u) << texts[i];
        EXPECT_THAT(report.errors[0].message, HasSubstr("trouble as ordered"));
      } else {
        EXPECT_TRUE(report.ok) << texts[i];
        EXPECT_EQ(spoken[i]->audio, alone[texts[i]]) << texts[i];
      }
    }
  }
}

TEST(Engine, UtteranceOptionsReachTheSlotAndTheStage) {
  Pipeline pipeline(kToy);
  const auto plain = pipeline.speak("some words to speak"), hot = pipeline.speak("some words to speak", {{"temperature", 30.0}}),
             quiet = pipeline.speak("some words to speak", {{"vocoder.gain", 0.0}}), shorter = pipeline.speak("some words to speak", {{"max_new_token", 6}});
  EXPECT_NE(plain->audio, hot->audio);
  EXPECT_EQ(*std::max_element(quiet->audio.begin(), quiet->audio.end()), 0.0f);
  EXPECT_EQ(shorter->audio.size(), 6u * 480);
}

TEST(Engine, UnknownUtteranceOptionIsRefused) {
  Pipeline pipeline(kToy);
  const auto spoken = pipeline.speak("some words", {{"temprature", 1.0}});
  EXPECT_FALSE(spoken->report.ok);
  ASSERT_FALSE(spoken->report.errors.empty());
  EXPECT_EQ(spoken->report.errors[0].code, "E0112");
  EXPECT_THAT(spoken->report.errors[0].help, ::testing::Contains(HasSubstr("temperature")));
}

struct Ordered {
  const char *at, *how, *code, *says;
};

class Trouble : public ::testing::TestWithParam<Ordered> {};

TEST_P(Trouble, EndsOneUtteranceWithAReport) {
  const Ordered& given = GetParam();
  Pipeline pipeline(std::string("stages:\n  trouble: { plugin: toy/trouble, options: { at: ") + given.at + ", how: " + given.how + ", word: boom } }\n" +
                    "  after: { plugin: toy/lowercase }\nflow: [trouble, after]\n");
  ASSERT_TRUE(pipeline.engine) << to_text(pipeline.errors, false);
  const auto bad = pipeline.submit({.text = "boom", .id = "bad"}), good = pipeline.submit({.text = "GOOD", .id = "good"});
  pipeline.engine->drain();
  EXPECT_FALSE(bad->report.ok);
  ASSERT_FALSE(bad->report.errors.empty());
  EXPECT_EQ(bad->report.errors[0].code, given.code);
  EXPECT_THAT(to_text(bad->report.errors, false), HasSubstr(given.says));
  EXPECT_TRUE(good->report.ok) << to_text(good->report.errors, false);
  EXPECT_EQ(good->text, "good");
}

INSTANTIATE_TEST_SUITE_P(Ways, Trouble,
                         ::testing::Values(Ordered{"push", "error", "E0501", "trouble as ordered"}, Ordered{"finish", "error", "E0501", "trouble as ordered"},
                                           Ordered{"push", "exception", "E0501", "thrown as ordered"}, Ordered{"finish", "silent_error", "E0501", "trouble"},
                                           Ordered{"finish", "no_last", "E0502", "LAST"}, Ordered{"finish", "twice_last", "E0502", "LAST"},
                                           Ordered{"finish", "wrong_port", "E0502", "port 7"}),
                         [](const auto& info) { return std::string(info.param.at) + "_" + info.param.how; });

TEST(Engine, TroubleInCreateIsReportedWithItsPlace) {
  Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: create } }\nflow: [trouble]\n");
  EXPECT_FALSE(pipeline.engine);
  ASSERT_FALSE(pipeline.errors.empty());
  EXPECT_THAT(to_text(pipeline.errors, false), HasSubstr("trouble as ordered"));
  EXPECT_THAT(to_text(pipeline.errors, false), HasSubstr(":3:"));
}

TEST(Engine, ExceptionInCreateIsReported) {
  Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: create, how: exception } }\nflow: [trouble]\n");
  EXPECT_FALSE(pipeline.engine);
  EXPECT_THAT(to_text(pipeline.errors, false), HasSubstr("thrown in create"));
}

TEST(Engine, CancelStopsASleeper) {
  Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: push, how: sleep, ms: 600000 } }\nflow: [trouble]\n");
  Ticket ticket = 0;
  const auto spoken = pipeline.submit({.text = "x", .id = "x"}, &ticket);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  pipeline.engine->cancel(ticket);
  pipeline.engine->drain();
  EXPECT_TRUE(spoken->report.cancelled);
  EXPECT_TRUE(spoken->report.errors.empty());
}

TEST(Engine, DestructionStopsASleeper) {
  std::shared_ptr<Spoken> spoken;
  {
    Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: push, how: sleep, ms: 600000 } }\nflow: [trouble]\n");
    spoken = pipeline.submit({.text = "x", .id = "x"});
  }
  EXPECT_TRUE(spoken->ended);
  EXPECT_TRUE(spoken->report.cancelled);
}

TEST(Engine, ADeadlineFinishesEarly) {
  Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: push, how: sleep, ms: 600000, word: slow } }\nflow: [trouble]\n");
  const auto slow = pipeline.submit({.text = "slow", .id = "slow", .deadline_s = 0.05}), fast = pipeline.submit({.text = "fast", .id = "fast"});
  pipeline.engine->drain();
  EXPECT_TRUE(slow->report.ok);
  EXPECT_EQ(slow->text, "slow");
  EXPECT_EQ(fast->text, "fast");
}

TEST(Engine, BrokenStageEndsWhatFollows) {
  Pipeline pipeline("stages:\n  trouble: { plugin: toy/trouble, options: { at: push, how: unavailable, word: boom } }\nflow: [trouble]\n");
  EXPECT_TRUE(pipeline.speak("fine")->report.ok);
  EXPECT_THAT(to_text(pipeline.speak("boom")->report.errors, false), HasSubstr("the device is lost"));
  EXPECT_FALSE(pipeline.speak("fine")->report.ok);
}

}  // namespace
}  // namespace syrinx::core
