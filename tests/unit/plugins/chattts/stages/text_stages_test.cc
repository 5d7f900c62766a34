// Splitter, normalizer, tokenizer and speaker as stages of a pipeline.
#include <gmock/gmock.h>

#include <filesystem>

#include "chattts.h"
#include "pipeline.h"
#include "safetensors.h"
#include "speaker/half.h"
#include "speaker/prompt_codes.h"
#include "speaker/voice_file.h"
#include "text/wordpiece.h"

namespace {

using syrinx::testing::Pipeline;
using Ids = std::vector<int32_t>;

// A model's folder with nothing but a small tokenizer and what speakers need.
class Stages : public ::testing::Test {
 protected:
  Stages() {
    std::filesystem::create_directories(folder_ + "/asset/tokenizer");
    std::filesystem::create_directories(folder_ + "/asset/gpt");
    const std::string json =
        syrinx::testing::chattts_tokenizer({"[PAD]", "[UNK]", "hello", "world", ".", "你", "好",
                                            "。", "[", "]", "pt", "##ts", "ref", "一"})
            .dump();
    std::ofstream(folder_ + "/asset/tokenizer/tokenizer.json") << json;
    std::ofstream(folder_ + "/asset/gpt/config.json") << R"({"hidden_size": 16})";
    tokenizer_ = std::make_unique<chattts::WordPiece>(chattts::WordPiece::parse(json, "small"));
    voice_ = chattts::SpeakerVector::zeros(chattts::Float::kHalf, 16);
    for (size_t i = 0; i < 16; ++i) voice_.set(i, static_cast<double>(i) * 0.37 - 3);
  }
  ~Stages() override { std::filesystem::remove_all(folder_); }

  std::string stage(const std::string& name, const std::string& options,
                    const std::string& more = "") const {
    return "  " + name + ": { plugin: chattts/" + name + ", options: { " + options + " }" + more +
           " }\n";
  }
  std::string assets() const { return "assets: \"" + folder_ + "\""; }

  struct Seen {
    std::vector<std::string> texts;
    std::vector<Ids> ids;  // of i32 tensors
    std::vector<std::vector<float>> floats;
    std::string error;
  };
  static Seen run(Pipeline& pipeline, const std::string& text,
                  const syrinx::core::Json& options = syrinx::core::Json::object()) {
    Seen seen;
    if (!pipeline.engine) {
      seen.error = syrinx::core::to_text(pipeline.errors, false);
      return seen;
    }
    syrinx::core::Listener listener;
    listener.on_output = [&](const syrinx::core::Output& output) {
      if (!output.text.empty()) seen.texts.emplace_back(output.text);
      for (const syx_tensor* tensor : output.tensors) {
        if (!tensor || !tensor->dl) continue;
        const DLTensor& dl = tensor->dl->dl_tensor;
        const char* from = static_cast<const char*>(dl.data) + dl.byte_offset;
        int64_t count = 1;
        for (int i = 0; i < dl.ndim; ++i) count *= dl.shape[i];
        if (dl.dtype.code == kDLFloat)
          seen.floats.emplace_back(reinterpret_cast<const float*>(from),
                                   reinterpret_cast<const float*>(from) + count);
        if (dl.dtype.code == kDLInt)
          seen.ids.emplace_back(reinterpret_cast<const int32_t*>(from),
                                reinterpret_cast<const int32_t*>(from) + count);
      }
    };
    listener.on_end = [&](const syrinx::core::Report& report) {
      if (!report.errors.empty()) seen.error = syrinx::core::to_text(report.errors, false);
    };
    syrinx::core::Request request;
    request.text = text;
    request.options = options;
    pipeline.engine->submit(std::move(request), std::move(listener));
    pipeline.engine->drain();
    return seen;
  }

  std::string folder_ = ::testing::TempDir() + "/syrinx-chattts-stages-" + std::to_string(getpid());
  std::unique_ptr<chattts::WordPiece> tokenizer_;
  chattts::SpeakerVector voice_;
};

TEST_F(Stages, TextBecomesThePromptsIds) {
  Pipeline pipeline("stages:\n" + stage("splitter", "target: 1") + stage("normalizer", "") +
                    stage("tokenizer", assets()) + "flow: [splitter, normalizer, tokenizer]\n");
  const Seen seen = run(pipeline, "Hello world! 你好？\n\n[laugh]\n");
  EXPECT_EQ(seen.error, "");
  ASSERT_EQ(seen.ids.size(), 2u);  // the last piece has nothing to say
  EXPECT_EQ(seen.ids[0], tokenizer_->encode("[Stts][empty_spk][speed_5]hello world.[Ptts]"));
  EXPECT_EQ(seen.ids[1], tokenizer_->encode("[Stts][empty_spk][speed_5]你好。[Ptts]"));
}

TEST_F(Stages, TheSpeakerStandsInThePrompt) {
  const std::string speaker = stage(
      "speaker", assets() + ", spk_emb: \"" + chattts::speaker_string(voice_) + "\", txt_smp: ref");
  Pipeline pipeline("stages:\n" + speaker + stage("splitter", "target: 1") +
                    stage("tokenizer", assets() + ", prompt: \"[speed_2]\"",
                          ", in: { text: splitter.text, speaker: speaker.speaker }") +
                    "flow: [splitter, tokenizer]\n");
  const Seen seen = run(pipeline, "Hello. World. [Ptts]");
  EXPECT_EQ(seen.error, "");
  ASSERT_EQ(seen.ids.size(), 3u);
  EXPECT_EQ(seen.ids[0], tokenizer_->encode("[Stts][spk_emb]ref[speed_2]hello.[Ptts]"));
  EXPECT_EQ(seen.ids[1], tokenizer_->encode("[Stts][spk_emb]ref[speed_2]world.[Ptts]"));
  EXPECT_EQ(seen.ids[2], tokenizer_->encode("[Stts][spk_emb]ref[speed_2][\u200BPtts][Ptts]"));
}

TEST_F(Stages, CompatIsTheReference) {
  Pipeline pipeline("stages:\n" + stage("splitter", "compat: chattts") +
                    stage("normalizer", "compat: chattts") +
                    stage("tokenizer", assets() + ", compat: chattts") +
                    "flow: [splitter, normalizer, tokenizer]\n");
  const Seen seen = run(pipeline, "hello?\n\n[Ptts]1");
  EXPECT_EQ(seen.error, "");
  ASSERT_EQ(seen.ids.size(), 3u);
  EXPECT_EQ(seen.ids[0], tokenizer_->encode("[Stts][empty_spk][speed_5]hello[Ptts]"));
  EXPECT_EQ(seen.ids[1], tokenizer_->encode("[Stts][empty_spk][speed_5][Ptts]"));
  EXPECT_EQ(seen.ids[2], tokenizer_->encode("[Stts][empty_spk][speed_5][Ptts][Ptts]"));
}

TEST_F(Stages, UndecoratedAsRefinersAsk) {
  Pipeline pipeline("stages:\n" + stage("tokenizer", assets() + ", decorate: none") +
                    "flow: [tokenizer]\n");
  EXPECT_EQ(run(pipeline, "[Sbreak]hello[Pbreak]").ids,
            (std::vector<Ids>{tokenizer_->encode("[Sbreak]hello[Pbreak]")}));
  EXPECT_EQ(run(pipeline, "").ids.size(), 0u);
}

TEST_F(Stages, SpeakersOfEveryKind) {
  chattts::SpeakerStatistics statistics;
  chattts::Bytes bytes;
  for (float value : {2.0f, 0.5f})
    for (int i = 0; i < 16; ++i) {
      const uint16_t half = chattts::float_to_half(value);
      (value == 2.0f ? statistics.deviation : statistics.mean).push_back(half);
      bytes.push_back(static_cast<uint8_t>(half));
      bytes.push_back(static_cast<uint8_t>(half >> 8));
    }
  const std::string codes = chattts::prompt_string({4, 2, {1, 2, 3, 4, 5, 6, 7, 8}});
  Pipeline pipeline(
      "stages:\n" +
      stage("speaker", assets() + ", spk_stat: \"" + chattts::to_base16384(bytes) + "\"") +
      "flow: [speaker]\n");
  ASSERT_TRUE(pipeline.engine) << syrinx::core::to_text(pipeline.errors, false);

  EXPECT_TRUE(run(pipeline, "").floats.empty());
  EXPECT_EQ(run(pipeline, "", {{"random", 2}}).floats.at(0),
            chattts::random_speaker(statistics, 2).normalized(16));
  const Seen zero_shot = run(pipeline, "", {{"spk_smp", codes}, {"txt_smp", "ref"}});
  EXPECT_EQ(zero_shot.ids, (std::vector<Ids>{{1, 2, 3, 4, 5, 6, 7, 8}}));
  EXPECT_EQ(zero_shot.texts, (std::vector<std::string>{"ref"}));
  EXPECT_EQ(run(pipeline, "", {{"spk_emb", chattts::speaker_string(voice_)}}).floats.at(0),
            voice_.normalized(16));

  chattts::Voice voice;
  voice.embedding = voice_;
  voice.codes = codes;
  voice.transcript = "一";
  for (const char* name : {"/v.pt", "/v.csv", "/v.txt", "/v.json"}) {
    chattts::write_voice(voice, folder_ + name);
    EXPECT_EQ(run(pipeline, "", {{"voice", folder_ + name}}).floats.at(0), voice_.normalized(16))
        << name;
    EXPECT_EQ(run(pipeline, "", {{"spk_emb", folder_ + name}}).floats.at(0), voice_.normalized(16))
        << name;
  }
  EXPECT_EQ(run(pipeline, "", {{"voice", folder_ + "/v.json"}}).texts,
            (std::vector<std::string>{"一"}));

  EXPECT_THAT(run(pipeline, "", {{"spk_emb", "no such file"}}).error,
              ::testing::HasSubstr("cannot read no such file"));
  EXPECT_THAT(run(pipeline, "", {{"spk_emb", "蘁淰"}}).error, ::testing::HasSubstr("cut off"));
  EXPECT_THAT(
      run(pipeline, "", {{"random", 2}, {"spk_emb", chattts::speaker_string(voice_)}}).error,
      ::testing::HasSubstr("at once"));
  EXPECT_THAT(run(pipeline, "",
                  {{"spk_emb", chattts::speaker_string(
                                   chattts::SpeakerVector::zeros(chattts::Float::kHalf, 16))}})
                  .error,
              ::testing::HasSubstr("all zeros"));
  EXPECT_THAT(run(pipeline, "",
                  {{"spk_emb", chattts::speaker_string(
                                   chattts::SpeakerVector::zeros(chattts::Float::kHalf, 768))}})
                  .error,
              ::testing::HasSubstr("768 values and the model takes 16"));
}

TEST_F(Stages, AMissingTokenizerIsAnError) {
  std::filesystem::remove(folder_ + "/asset/tokenizer/tokenizer.json");
  Pipeline pipeline("stages:\n" + stage("tokenizer", assets()) + "flow: [tokenizer]\n");
  EXPECT_FALSE(pipeline.engine);
  EXPECT_THAT(syrinx::core::to_text(pipeline.errors, false),
              ::testing::HasSubstr("tokenizer/tokenizer.json"));
}

}  // namespace
