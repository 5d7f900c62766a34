// Speakers: strings, unit length, random ones, against the recorded ones.
#include "speaker/vector.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdio>
#include <syrinx/sdk.hpp>

#include "chattts.h"
#include "safetensors.h"
#include "speaker/half.h"
#include "speaker/lzma.h"

namespace {

using chattts::Float;
using chattts::SpeakerVector;

std::vector<float> values(const SpeakerVector& vector) {
  std::vector<float> out;
  for (size_t i = 0; i < vector.size(); ++i) out.push_back(static_cast<float>(vector.at(i)));
  return out;
}
std::vector<float> values(const std::vector<uint16_t>& halves) {
  std::vector<float> out;
  for (uint16_t half : halves) out.push_back(chattts::half_to_float(half));
  return out;
}

TEST(Speaker, EqualsTheRecordedOnes) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  for (const std::string folder : {"tiny", "official"}) {
    const auto golden = syrinx::testing::chattts_json(folder + "/speaker.json");
    const auto tensors = syrinx::testing::read_safetensors(
        syrinx::testing::chattts_golden(folder + "/speaker.safetensors"));
    const auto manifest = syrinx::testing::chattts_json(folder + "/manifest.json");
    const auto statistics =
        chattts::SpeakerStatistics::parse(golden["spk_stat"].get<std::string>());
    EXPECT_EQ(values(statistics.deviation), tensors.at("stat.std").as<float>());
    EXPECT_EQ(values(statistics.mean), tensors.at("stat.mean").as<float>());
    size_t same_bytes = 0;
    double largest = 0, tolerance = 0;
    for (const auto& row : golden["speakers"]) {
      const SpeakerVector read = chattts::parse_speaker_string(row["spk_emb"].get<std::string>());
      const std::string written = chattts::speaker_string(read);
      same_bytes += written == row["spk_emb"];
      EXPECT_EQ(chattts::parse_speaker_string(written).bytes, read.bytes);
      if (row.contains("random")) {
        const auto seed = row["manual_seed"].get<uint64_t>();
        EXPECT_EQ(values(chattts::random_halves(read.size(), seed)),
                  tensors.at("random.randn").as<float>());
        EXPECT_EQ(values(chattts::random_speaker(statistics, seed)),
                  tensors.at("random.vector").as<float>());
        EXPECT_EQ(chattts::random_speaker(statistics, seed).bytes, read.bytes);
        continue;
      }
      const std::string name = "s" + std::to_string(row["seed"].get<int>());
      EXPECT_EQ(values(read), tensors.at(name + ".vector").as<float>());
      const auto want = tensors.at(name + ".normalized").as<float>();
      const auto made = read.normalized(want.size());
      for (size_t i = 0; i < want.size(); ++i)
        largest = std::max(largest, static_cast<double>(std::abs(made[i] - want[i])));
      EXPECT_EQ(made, want);
    }
    std::printf(
        "%s/speaker: largest error of the unit vectors %g, tolerance %g (halves are exact); "
        "strings equal to the reference's bytes: %zu of %zu\n",
        folder.c_str(), largest, tolerance, same_bytes, golden["speakers"].size());
  }
}

TEST(Speaker, UnitLengthInItsOwnArithmetic) {
  SpeakerVector vector = SpeakerVector::zeros(Float::kSingle, 768);
  for (size_t i = 0; i < vector.size(); ++i) vector.set(i, std::sin(static_cast<double>(i)) * 5);
  for (Float type : {Float::kDouble, Float::kSingle, Float::kHalf, Float::kBrain}) {
    const auto unit = vector.as(type).normalized(768);
    double norm = 0;
    for (float v : unit) norm += double{v} * v;
    EXPECT_NEAR(std::sqrt(norm), 1,
                type == Float::kBrain  ? 1e-2
                : type == Float::kHalf ? 1e-3
                                       : 1e-6)
        << name_of(type);
    if (type != Float::kHalf) continue;
    for (float v : unit) EXPECT_EQ(chattts::round_to_half(v), v);
  }
}

TEST(Speaker, WhatWouldGiveNaNIsRefused) {
  const auto message = [](SpeakerVector vector, size_t dim = 0) -> std::string {
    try {
      vector.normalized(dim);
    } catch (const syrinx::Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  SpeakerVector vector = SpeakerVector::zeros(Float::kHalf, 4);
  EXPECT_THAT(message(vector), ::testing::HasSubstr("all zeros"));
  vector.set(1, 1);
  EXPECT_EQ(message(vector), "accepted");
  EXPECT_THAT(message(vector, 768), ::testing::HasSubstr("4 values and the model takes 768"));
  vector.set(2, std::nan(""));
  EXPECT_THAT(message(vector), ::testing::HasSubstr("value 2"));
  for (size_t i = 0; i < 4; ++i) vector.set(i, 60000);
  EXPECT_THAT(message(vector), ::testing::HasSubstr("beyond what f16 holds"));
  EXPECT_EQ(message(vector.as(Float::kSingle)), "accepted");
}

TEST(Speaker, ForeignStringsAreRefused) {
  EXPECT_THROW(chattts::parse_speaker_string(""), syrinx::Failure);
  EXPECT_THROW(chattts::parse_speaker_string("hello"), syrinx::Failure);
  EXPECT_THROW(chattts::parse_speaker_string("蘁淰敭欀"), syrinx::Failure);
  EXPECT_THROW(
      chattts::parse_speaker_string(chattts::to_base16384(chattts::lzma2_encode({1, 2, 3}))),
      syrinx::Failure);
  EXPECT_THROW(chattts::SpeakerStatistics::parse("媀\u3D01"), syrinx::Failure);
  EXPECT_THROW(chattts::random_halves(15, 1), syrinx::Failure);
}

TEST(Speaker, TheFirstValuesOfTheWebPagesVoices) {
  // The first four deviations and means of the published statistics are facts of its documentation;
  // a voice's first values follow from them and 768 draws.
  chattts::SpeakerStatistics statistics;
  statistics.deviation.resize(768);
  statistics.mean.resize(768);
  const float deviation[] = {3.1484375f, 3.88671875f, 9.953125f, 3.634765625f},
              mean[] = {1.853515625f, 0.39501953125f, -1.27734375f, 1.5537109375f};
  for (size_t i = 0; i < 4; ++i) {
    statistics.deviation[i] = chattts::float_to_half(deviation[i]);
    statistics.mean[i] = chattts::float_to_half(mean[i]);
  }
  const std::pair<uint64_t, std::vector<float>> kFirst[] = {
      {2, {3.724609375f, -1.677734375f, -4.8046875f, 3.0859375f}},
      {1111, {3.853515625f, -1.275390625f, 7.56640625f, 5.18359375f}},
      {2222, {0.2197265625f, 1.7734375f, -3.53125f, -1.4697265625f}},
      {3333, {-0.546875f, -5.98828125f, 8.734375f, 5.734375f}},
      {4444, {-1.65234375f, -1.63671875f, 2.76171875f, 2.419921875f}},
      {5555, {-1.28125f, -7.61328125f, -1.7158203125f, 3.12890625f}},
      {6666, {9.65625f, 3.90234375f, -3.322265625f, 3.060546875f}},
      {7777, {3.34375f, 0.482666015625f, -26.296875f, 9.9453125f}},
      {8888, {3.6015625f, -3.404296875f, -14.9375f, 2.373046875f}},
      {9999, {2.662109375f, -4.828125f, -7.35546875f, -1.3779296875f}}};
  for (const auto& [seed, first] : kFirst) {
    const auto made = values(chattts::random_speaker(statistics, seed));
    EXPECT_EQ(std::vector<float>(made.begin(), made.begin() + 4), first) << seed;
  }
}

}  // namespace
