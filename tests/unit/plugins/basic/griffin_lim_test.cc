#include "griffin_lim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "mel.h"
#include "safetensors.h"
#include "voice.h"

namespace basic {
namespace {

std::vector<float> magnitudes(const std::vector<float>& wave, int64_t frames, int fft, int hop) {
  const int lines = fft / 2 + 1;
  std::vector<float> out(static_cast<size_t>(frames) * lines);
  for (int64_t f = 0; f < frames; ++f)
    for (int k = 0; k < lines; ++k) {
      std::complex<double> sum = 0;
      for (int n = 0; n < fft; ++n) {
        const int64_t at = f * hop + n - fft / 2;
        if (at < 0 || at >= static_cast<int64_t>(wave.size())) continue;
        sum += wave[static_cast<size_t>(at)] * (0.5 - 0.5 * std::cos(2 * M_PI * n / fft)) * std::polar(1.0, -2 * M_PI * k * n / fft);
      }
      out[static_cast<size_t>(f) * lines + k] = static_cast<float>(std::abs(sum));
    }
  return out;
}

// A signal is found again whose magnitudes are those asked for, better with more passes.
TEST(GriffinLim, ConvergesToTheMagnitudes) {
  constexpr int kFft = 256, kHop = 64;
  constexpr int64_t kFrames = 40;
  std::vector<float> wave(kHop * (kFrames - 1));
  for (size_t i = 0; i < wave.size(); ++i)
    wave[i] = static_cast<float>(0.4 * std::sin(0.11 * static_cast<double>(i) + 3e-5 * static_cast<double>(i * i)) + 0.2 * std::sin(0.5 * static_cast<double>(i)));
  const auto want = magnitudes(wave, kFrames, kFft, kHop);
  double before = 1e9;
  for (int passes : {1, 10, 60}) {
    GriffinLim algorithm;
    algorithm.fft = kFft;
    algorithm.hop = kHop;
    algorithm.iterations = passes;
    const auto got = algorithm.run(want, kFrames, 5, [](int) { return true; });
    ASSERT_EQ(got.size(), wave.size());
    const auto there = magnitudes(got, kFrames, kFft, kHop);
    double error = 0, energy = 0;
    for (size_t i = 0; i < want.size(); ++i) error += std::pow(there[i] - want[i], 2), energy += want[i] * want[i];
    const double convergence = std::sqrt(error / energy);
    EXPECT_LT(convergence, before);
    before = convergence;
  }
  EXPECT_LT(before, 0.1);
}

TEST(GriffinLim, KeyDecides) {
  const std::vector<float> flat(10 * 129, 1.0f);
  GriffinLim algorithm;
  algorithm.fft = 256;
  algorithm.hop = 64;
  algorithm.iterations = 2;
  const auto go = [](int) { return true; };
  EXPECT_EQ(algorithm.run(flat, 10, 1, go), algorithm.run(flat, 10, 1, go));
  EXPECT_NE(algorithm.run(flat, 10, 1, go), algorithm.run(flat, 10, 2, go));
  EXPECT_TRUE(algorithm.run({}, 0, 1, go).empty());
}

// The filter bank against recorded mel spectra of recorded audio.
TEST(MelBank, RecordedSpectra) {
  const std::string path = std::string(SYRINX_SHARED_DIR) + "/goldens/common/mel.safetensors";
  if (!syrinx::testing::exists(path)) GTEST_SKIP() << "no reference outputs: " << path;
  auto tensors = syrinx::testing::read_safetensors(path);
  auto wave = tensors.at("a0.wav").as<float>();
  const auto want = tensors.at("a0.log_mel").as<float>();
  const int64_t frames = tensors.at("a0.log_mel").shape[1];
  const MelBank bank;
  const auto filters = bank.filters();
  // Reflected edges, as the reference has them; a few frames are enough.
  std::vector<float> padded(512);
  for (int i = 0; i < 512; ++i) padded[static_cast<size_t>(i)] = wave[static_cast<size_t>(512 - i)];
  padded.insert(padded.end(), wave.begin(), wave.end());
  for (int64_t f : {int64_t{0}, int64_t{1}, int64_t{7}, int64_t{40}}) {
    const std::vector<float> one(padded.begin() + f * 256, padded.begin() + f * 256 + 1024);
    std::vector<float> spectrum(513);
    for (int k = 0; k <= 512; ++k) {
      std::complex<double> sum = 0;
      for (int n = 0; n < 1024; ++n) sum += one[static_cast<size_t>(n)] * (0.5 - 0.5 * std::cos(2 * M_PI * n / 1024)) * std::polar(1.0, -2 * M_PI * k * n / 1024.0);
      spectrum[static_cast<size_t>(k)] = static_cast<float>(std::abs(sum));
    }
    for (int m = 0; m < 100; ++m) {
      double sum = 0;
      for (int k = 0; k <= 512; ++k) sum += filters[static_cast<size_t>(m) * 513 + k] * spectrum[static_cast<size_t>(k)];
      EXPECT_NEAR(std::log(std::max(sum, 1e-5)), want[static_cast<size_t>(m * frames + f)], 0.05) << "frame " << f << " bin " << m;
    }
  }
}

}  // namespace
}  // namespace basic
