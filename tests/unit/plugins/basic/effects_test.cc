#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "loudness.h"
#include "wsola.h"

namespace basic {
namespace {

std::vector<float> sine(double hz, double seconds, int rate, double gain = 1) {
  std::vector<float> out(static_cast<size_t>(seconds * rate));
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(gain * std::sin(2 * M_PI * hz * static_cast<double>(i) / rate));
  return out;
}

// The standard's own example: 997 Hz at full scale in one channel is -3.01 LUFS, at any rate.
TEST(Loudness, FullScaleSine) {
  for (int rate : {16000, 24000, 44100, 48000}) EXPECT_NEAR(integrated_loudness({sine(997, 5, rate)}, rate), -3.01, 0.05) << rate;
  EXPECT_NEAR(integrated_loudness({sine(997, 5, 24000, 0.1)}, 24000), -23.01, 0.05);
  EXPECT_NEAR(integrated_loudness({sine(997, 5, 24000), sine(997, 5, 24000)}, 24000), 0.0, 0.05);
}

TEST(Loudness, SilenceIsGatedOut) {
  auto wave = sine(997, 5, 24000);
  wave.resize(wave.size() * 3);
  EXPECT_NEAR(integrated_loudness({wave}, 24000), -3.01, 0.4);
  EXPECT_TRUE(std::isinf(integrated_loudness({std::vector<float>(48000)}, 24000)));
  EXPECT_TRUE(std::isinf(integrated_loudness({}, 24000)));
  EXPECT_TRUE(std::isinf(integrated_loudness({sine(997, 0.2, 24000)}, 24000)));
}

double pitch(const std::vector<float>& wave, int rate) {
  int crossings = 0;
  for (size_t i = 1; i < wave.size(); ++i) crossings += wave[i - 1] < 0 && wave[i] >= 0;
  return crossings * static_cast<double>(rate) / static_cast<double>(wave.size());
}

TEST(Wsola, ChangesTheLengthAndNotThePitch) {
  const auto wave = sine(200, 2, 24000, 0.5);
  for (double tempo : {0.5, 0.8, 1.0, 1.25, 2.0}) {
    Wsola wsola(24000, tempo);
    std::vector<float> out;
    wsola.push(wave.data(), static_cast<int64_t>(wave.size()), &out);
    wsola.finish(&out);
    EXPECT_NEAR(static_cast<double>(out.size()), static_cast<double>(wave.size()) / tempo, 1) << tempo;
    EXPECT_NEAR(pitch(out, 24000), 200, 3) << tempo;
    float most = 0;
    for (float x : out) most = std::max(most, std::fabs(x));
    EXPECT_NEAR(most, 0.5, 0.03) << tempo;
  }
}

TEST(Wsola, AnyChunkingGivesTheSameSamples) {
  std::mt19937 random(4);
  std::vector<float> wave(40000);
  for (size_t i = 0; i < wave.size(); ++i) wave[i] = static_cast<float>(std::sin(0.05 * static_cast<double>(i)) + 0.3 * std::sin(0.31 * static_cast<double>(i)));
  for (double tempo : {0.7, 1.6}) {
    std::vector<float> whole, pieces;
    Wsola a(24000, tempo), b(24000, tempo);
    a.push(wave.data(), static_cast<int64_t>(wave.size()), &whole);
    a.finish(&whole);
    for (size_t at = 0; at < wave.size();) {
      const size_t n = std::min<size_t>(wave.size() - at, 1 + random() % 3000);
      b.push(wave.data() + at, static_cast<int64_t>(n), &pieces);
      at += n;
    }
    b.finish(&pieces);
    EXPECT_EQ(whole, pieces) << tempo;
  }
}

TEST(Wsola, NothingGivesNothing) {
  Wsola wsola(24000, 1.5);
  std::vector<float> out;
  wsola.finish(&out);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace basic
