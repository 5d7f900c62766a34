// Voices as files, there and back without losing a bit.
#include "speaker/voice_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <syrinx/sdk.hpp>

#include "speaker/prompt_codes.h"
#include "speaker/tensor_file.h"

namespace {

using chattts::Bytes;
using chattts::Float;
using chattts::SpeakerVector;
using chattts::Voice;
using chattts::VoiceStyle;

Bytes bytes(const std::string& text) { return Bytes(text.begin(), text.end()); }

SpeakerVector sample(Float type) {
  SpeakerVector out = SpeakerVector::zeros(type, 768);
  for (size_t i = 0; i < out.size(); ++i)
    out.set(i,
            std::sin(static_cast<double>(i) + 0.1) * std::pow(10, static_cast<double>(i % 4) - 2));
  out.set(5, -0.0);
  return out;
}

class VoiceFile : public ::testing::Test {
 protected:
  VoiceFile() { std::filesystem::create_directories(folder_); }
  ~VoiceFile() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string folder_ = ::testing::TempDir() + "/syrinx-voices-" + std::to_string(getpid());
};

TEST_F(VoiceFile, EveryFormatKeepsEveryBit) {
  for (Float type : {Float::kHalf, Float::kBrain, Float::kSingle, Float::kDouble}) {
    Voice voice;
    voice.embedding = sample(type);
    for (const auto& [name, style] :
         {std::pair("v.json", VoiceStyle::kOwn), std::pair("list.json", VoiceStyle::kList),
          std::pair("v.csv", VoiceStyle::kOwn), std::pair("v.pt", VoiceStyle::kOwn),
          std::pair("v.txt", VoiceStyle::kOwn)}) {
      const auto lost = chattts::write_voice(voice, path(name), style);
      if (std::string(name) == "v.txt" && type != Float::kHalf) {
        EXPECT_THAT(lost, ::testing::ElementsAre(::testing::HasSubstr("a string holds halves")));
        continue;
      }
      EXPECT_TRUE(lost.empty()) << name;
      const Voice read = chattts::read_voice(path(name));
      ASSERT_TRUE(read.embedding) << name;
      EXPECT_STREQ(name_of(read.embedding->type), name_of(type)) << name;
      EXPECT_EQ(read.embedding->bytes, voice.embedding->bytes) << name;
    }
  }
}

TEST_F(VoiceFile, OurOwnKeepsEverything) {
  Voice voice;
  voice.embedding = sample(Float::kHalf);
  voice.codes = chattts::prompt_string({4, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}});
  voice.transcript = "参考 text";
  voice.name = "Test";
  voice.licence = "CC0-1.0";
  chattts::write_voice(voice, path("v.json"));
  const Voice read = chattts::read_voice(path("v.json"));
  EXPECT_EQ(read.embedding->bytes, voice.embedding->bytes);
  EXPECT_EQ(read.codes, voice.codes);
  EXPECT_EQ(read.transcript, voice.transcript);
  EXPECT_EQ(read.name, "Test");
  EXPECT_EQ(read.licence, "CC0-1.0");
  EXPECT_EQ(chattts::write_voice(voice, path("v.pt")).size(), 2u);  // says what it drops
  voice.embedding.reset();
  chattts::write_voice(voice, path("codes.json"));
  EXPECT_EQ(chattts::read_voice(path("codes.json")).codes, voice.codes);
  EXPECT_THROW(chattts::write_voice(voice, path("v.pt")), syrinx::Failure);
}

TEST_F(VoiceFile, WhatToolsWrite) {
  const auto first = [](const std::string& text) {
    const Voice voice = chattts::parse_voice(bytes(text), "v");
    return std::string(name_of(voice.embedding->type)) + " " +
           std::to_string(voice.embedding->size()) + " " + std::to_string(voice.embedding->at(0));
  };
  EXPECT_EQ(first("[0.5, 1.25, -3]"), "bf16 3 0.500000");
  EXPECT_EQ(first("[[0.5, 1.25]]"), "bf16 2 0.500000");
  EXPECT_EQ(first("0.50048828125 1"), "f16 2 0.500488");
  EXPECT_EQ(first("0.123456789,2,3"), "f32 3 0.123457");
  EXPECT_EQ(first("\xEF\xBB\xBF 0.12345678912345\n2\n3\n"), "f64 3 0.123457");
  EXPECT_EQ(first(R"({"spk_emb":[1,2],"dtype":"f32"})"), "f32 2 1.000000");
  EXPECT_EQ(first(R"({"tensor":[[1,2]],"gender":"f"})"), "bf16 2 1.000000");
  EXPECT_EQ(first(R"({"Warm voice":{"seed":2,"tensor":[1,2]}})"), "bf16 2 1.000000");
  EXPECT_EQ(chattts::parse_voice(bytes(R"({"Warm voice":{"tensor":[1,2]}})"), "v").name,
            "Warm voice");
  const std::string text = chattts::speaker_string(sample(Float::kHalf));
  EXPECT_EQ(chattts::parse_voice(bytes(" " + text + "\n"), "v").embedding->bytes,
            sample(Float::kHalf).bytes);
  EXPECT_EQ(chattts::parse_voice(bytes("{\"spk_emb\":\"" + text + "\"}"), "v").embedding->bytes,
            sample(Float::kHalf).bytes);
  EXPECT_EQ(chattts::voice_of(text).embedding->bytes, sample(Float::kHalf).bytes);
  EXPECT_EQ(
      chattts::parse_voice(chattts::write_tensor_file(sample(Float::kBrain)), "v").embedding->bytes,
      sample(Float::kBrain).bytes);
}

TEST_F(VoiceFile, OthersAreRefusedWithTheReason) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      chattts::parse_voice(bytes(text), "v.x");
    } catch (const syrinx::Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message(""), ::testing::HasSubstr("v.x: holds no numbers"));
  EXPECT_THAT(
      message("hello world"),
      ::testing::HasSubstr("value 1, \"hello\", is no number; nor is the whole a speaker string"));
  EXPECT_THAT(message("1,2,x"), ::testing::HasSubstr("value 3, \"x\""));
  EXPECT_THAT(message("[1,\"a\"]"), ::testing::HasSubstr("no number at 1"));
  EXPECT_THAT(message("{\"a\":1}"), ::testing::HasSubstr("neither a vector"));
  EXPECT_THAT(message("{\"a\":{\"tensor\":[1]},\"b\":{\"tensor\":[2]}}"),
              ::testing::HasSubstr("holds 2 voices"));
  EXPECT_THAT(message("{\"a\":"), ::testing::HasSubstr("is no JSON"));
  EXPECT_THAT(message("{\"spk_emb\":5}"), ::testing::HasSubstr("neither a string nor a list"));
  EXPECT_THAT(message("{\"spk_emb\":[1],\"dtype\":\"f8\"}"), ::testing::HasSubstr("\"f8\""));
  EXPECT_THAT(message("{\"spk_smp\":5}"), ::testing::HasSubstr("\"spk_smp\" is no text"));
  EXPECT_THROW(chattts::read_voice(path("missing.pt")), syrinx::Failure);
  EXPECT_THROW(chattts::read_voice(folder_), syrinx::Failure);
}

TEST_F(VoiceFile, NoHalfFileIsLeftAndNothingElseReplaced) {
  Voice voice;
  voice.embedding = sample(Float::kHalf);
  EXPECT_THROW(chattts::write_voice(voice, path("no/such/folder.json")), syrinx::Failure);
  EXPECT_THROW(chattts::write_voice(voice, path("v.wav")), syrinx::Failure);
  EXPECT_FALSE(std::filesystem::exists(path("v.wav")));
  std::filesystem::create_symlink(path("target.json"), path("link.json"));
  EXPECT_THROW(chattts::write_voice(voice, path("link.json")), syrinx::Failure);
  EXPECT_TRUE(std::filesystem::is_symlink(path("link.json")));
  voice.embedding->set(3, NAN);
  EXPECT_THROW(chattts::write_voice(voice, path("v.csv")), syrinx::Failure);
  EXPECT_THAT(std::distance(std::filesystem::directory_iterator(folder_),
                            std::filesystem::directory_iterator()),
              1);
}

}  // namespace
