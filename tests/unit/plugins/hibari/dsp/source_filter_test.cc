// The vocoder against recorded signals, in any chunking, on every instruction set of this machine.
#include "source_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

#include "acoustic_model.h"
#include "safetensors.h"
#include "voice.h"

namespace hibari {
namespace {

using syrinx::testing::GoldenTensor;

class Vocoder : public ::testing::TestWithParam<const DspKernels*> {};

struct Case {
  int64_t frames;
  std::vector<float> parts, f0, noise;  // [5][601][F], [F], [601][F][2]
  SpectralView view(int64_t first = 0) const { return {parts.data() + first, 601 * frames, frames, 1}; }
};

Case read_case(std::map<std::string, GoldenTensor>& tensors, const std::string& name) {
  Case out;
  for (const char* part : {"lh", "theta", "ln", "lr", "phi"}) {
    const auto values = tensors.at(name + "." + part).as<float>();
    out.parts.insert(out.parts.end(), values.begin(), values.end());
  }
  out.f0 = tensors.at(name + ".f0").as<float>();
  out.noise = tensors.at(name + ".noise").as<float>();
  out.frames = static_cast<int64_t>(out.f0.size());
  return out;
}

std::vector<float> whole(const DspKernels& kernels, const Case& c, const Noise& noise, SourceFilter::Kind kind = SourceFilter::Kind::kVoice) {
  SourceFilter filter(kernels, kind, noise);
  std::vector<float> out;
  filter.push(c.view(), c.f0.data(), c.frames, &out);
  filter.finish(&out);
  return out;
}

void expect_near(const std::string& what, const std::vector<float>& want, const std::vector<float>& got, double atol) {
  ASSERT_EQ(want.size(), got.size()) << what;
  double worst = 0;
  size_t at = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    const double d = std::fabs(static_cast<double>(want[i]) - got[i]);
    if (!(d <= worst)) worst = d, at = i;
  }
  EXPECT_LE(worst, atol) << what << " at " << at << ": " << got[at] << ", not " << want[at];
}

TEST_P(Vocoder, RecordedSignals) {
  const std::string path = syrinx::testing::voice_golden("dsp.safetensors");
  if (!syrinx::testing::exists(path)) GTEST_SKIP() << "no recorded signals: " << path;
  auto tensors = syrinx::testing::read_safetensors(path);
  const auto facts = syrinx::testing::read_json(syrinx::testing::voice_golden("manifest.json"))["files"]["dsp.safetensors"];
  int judged = 0;
  for (const auto& [key, tensor] : tensors) {
    if (!key.ends_with(".wav")) continue;
    const std::string name = key.substr(0, key.size() - 4);
    const Case c = read_case(tensors, name);
    Noise noise;
    noise.given = c.noise.data();
    noise.given_frames = c.frames;
    expect_near(key, tensor.as<float>(), whole(*GetParam(), c, noise), facts[key]["atol"]);

    std::vector<float> pulses(c.frames * kHop), harmonics(kHop), phase(kHop);
    Excitation excitation;
    for (int64_t f = 0; f < c.frames; ++f) {
      excitation.frame(c.f0[std::max<int64_t>(0, f - 1)], c.f0[f], c.f0[std::min(c.frames - 1, f + 1)], harmonics.data(), phase.data());
      GetParam()->pulses(harmonics.data(), phase.data(), kHop, pulses.data() + f * kHop);
    }
    expect_near(name + ".pulses", tensors.at(name + ".pulses").as<float>(), pulses, facts[name + ".pulses"]["atol"]);

    if (tensors.count(name + ".E")) {
      const auto want = tensors.at(name + ".E").as<float>();
      std::vector<float> got(want.size()), spectrum(2 * kFftBins), frame(kFft), work(work_floats(GetParam()->lanes));
      const int64_t n = c.frames * kHop, period = 2 * (n - 1);
      for (int64_t f = 0; f < c.frames; ++f) {
        for (int64_t i = 0; i < kFft; ++i) {
          const int64_t at = (((f * kHop - kFft / 2 + i) % period) + period) % period;
          frame[i] = pulses[at < n ? at : period - at];
        }
        FrameBlock block;
        block.count = 1;
        block.excitation[0] = frame.data();
        GetParam()->analyse(block, work.data(), spectrum.data());
        for (int bin = 0; bin < kFftBins; ++bin)
          for (int k = 0; k < 2; ++k) got[(bin * c.frames + f) * 2 + k] = spectrum[2 * bin + k];
      }
      expect_near(name + ".E", want, got, facts[name + ".E"]["atol"]);
    }
    ++judged;
  }
  EXPECT_GT(judged, 0);
}

Case invented(int64_t frames, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Case c;
  c.frames = frames;
  c.parts.resize(5 * 601 * frames);
  for (float& x : c.parts) x = -4 + normal(random);
  for (int64_t f = 0; f < frames; ++f) c.f0.push_back(f % 9 < 6 ? 180.0f + 20 * normal(random) : 0.0f);
  return c;
}

TEST_P(Vocoder, AnyChunkingGivesTheSameSamples) {
  for (const auto kind : {SourceFilter::Kind::kVoice, SourceFilter::Kind::kWhisper})
    for (int64_t frames : {1, 2, 3, 7, 40, 173}) {
      const Case c = invented(frames, 5);
      const std::vector<float> want = whole(*GetParam(), c, {77}, kind);
      ASSERT_EQ(want.size(), static_cast<size_t>(frames * kHop));
      for (unsigned seed = 0; seed < 6; ++seed) {
        std::mt19937 random(seed);
        SourceFilter filter(*GetParam(), kind, {77});
        std::vector<float> got;
        for (int64_t at = 0; at < frames;) {
          const int64_t n = std::min<int64_t>(frames - at, seed == 0 ? 1 : 1 + random() % 23);
          filter.push(c.view(at), c.f0.data() + at, n, &got);
          at += n;
        }
        filter.finish(&got);
        ASSERT_EQ(got, want) << frames << " frames, seed " << seed;
      }
    }
}

// Frames as the network lays them, [F][5][601], give what [5][601][F] gives.
TEST_P(Vocoder, LayoutDoesNotMatter) {
  const Case c = invented(61, 8);
  std::vector<float> frames(c.parts.size());
  for (int64_t f = 0; f < c.frames; ++f)
    for (int64_t k = 0; k < 5 * 601; ++k) frames[f * 5 * 601 + k] = c.parts[k * c.frames + f];
  SourceFilter filter(*GetParam(), SourceFilter::Kind::kVoice, {77});
  std::vector<float> got;
  for (int64_t at = 0; at < c.frames; at += 16) {
    // Every other block from elsewhere, with other strides.
    const int64_t n = std::min<int64_t>(16, c.frames - at);
    if (at % 32) filter.push(c.view(at), c.f0.data() + at, n, &got);
    else filter.push({frames.data() + at * 5 * 601, 601, 1, 5 * 601}, c.f0.data() + at, n, &got);
  }
  filter.finish(&got);
  EXPECT_EQ(got, whole(*GetParam(), c, {77}));
}

TEST_P(Vocoder, KeyDecidesTheNoise) {
  const Case c = invented(12, 9);
  EXPECT_EQ(whole(*GetParam(), c, {1}), whole(*GetParam(), c, {1}));
  EXPECT_NE(whole(*GetParam(), c, {1}), whole(*GetParam(), c, {2}));
}

// Noise alone: an all-noise spectrum of level 1 must have the moments of white noise.
TEST_P(Vocoder, NoiseIsNormal) {
  Case c = invented(200, 1);
  for (size_t i = 0; i < c.parts.size(); ++i) c.parts[i] = i / (601 * 200) == 2 ? 0.0f : -60.0f;
  const auto wav = whole(*GetParam(), c, {3});
  double mean = 0, square = 0, fourth = 0, next = 0;
  for (size_t i = 600; i + 600 < wav.size(); ++i) {
    mean += wav[i];
    square += wav[i] * wav[i];
    fourth += std::pow(wav[i], 4);
    next += wav[i] * wav[i + 1];
  }
  const double n = static_cast<double>(wav.size() - 1200);
  mean /= n, square /= n, fourth /= n, next /= n;
  EXPECT_NEAR(mean, 0, 3e-4);
  EXPECT_NEAR(fourth / (square * square), 3, 0.1);
  EXPECT_NEAR(next / square, 0, 0.02);
  // Per frame: 2 * 601 normals over 1200 samples, squared window and overlap taken out by the division.
  EXPECT_NEAR(std::sqrt(square), std::sqrt(2.0 / 1200 / 1.5), 0.1 * std::sqrt(2.0 / 1200 / 1.5));
}

// Magnitudes in dB, Hann 1200, hop 300.
std::vector<double> spectrogram(const std::vector<float>& wav) {
  std::vector<double> out;
  for (size_t at = 0; at + kFft <= wav.size(); at += kHop) {
    FrameBlock block;
    std::vector<float> work(work_floats(kMostLanes)), spectrum(2 * kFftBins);
    block.count = 1;
    block.excitation[0] = wav.data() + at;
    best_dsp_kernels().analyse(block, work.data(), spectrum.data());
    for (int bin = 0; bin < kFftBins; ++bin) out.push_back(20 * std::log10(std::abs(std::complex<double>(spectrum[2 * bin], spectrum[2 * bin + 1])) + 1e-30));
  }
  return out;
}

TEST_P(Vocoder, NetworkAndVocoderTogether) {
  const std::string golden = syrinx::testing::voice_golden("net.safetensors"), voice = syrinx::testing::hibari_folder() + "/hibari.onnx";
  if (!syrinx::testing::exists(golden)) GTEST_SKIP() << "no recorded signals: " << golden;
  if (!syrinx::testing::exists(voice)) GTEST_SKIP() << "the voice hibari is not installed: " << voice;
  auto tensors = syrinx::testing::read_safetensors(golden);
  const auto facts = syrinx::testing::read_json(syrinx::testing::voice_golden("manifest.json"))["facts"]["net"];
  const auto cases = syrinx::testing::read_json(syrinx::testing::voice_golden("net.json"));
  std::string error;
  const auto model = AcousticModel::load(voice, best_kernels(), &error);
  ASSERT_TRUE(model) << error;
  int judged = 0;
  for (const auto& [key, tensor] : tensors) {
    if (!key.ends_with(".wav_without_noise")) continue;
    const std::string s = key.substr(0, key.find('.'));
    float speed = 1;
    for (const auto& one : cases)
      if (one["key"] == s) speed = one["speed"];
    Workspace work;
    AcousticOutput shape;
    std::vector<float> silence, got;
    std::unique_ptr<SourceFilter> filter;
    ASSERT_TRUE(model->run(tensors.at(s + ".ids").as<int32_t>(), speed, work,
                           [&](const AcousticOutput& o) {
                             shape = o;
                             silence.assign(static_cast<size_t>(601) * o.frames * 2, 0.0f);
                             filter = std::make_unique<SourceFilter>(*GetParam(), SourceFilter::Kind::kVoice, Noise{0, silence.data(), o.frames});
                             return true;
                           },
                           [&](int first, int count, const float* frames) {
                             filter->push({frames, 601, 1, 5 * 601}, shape.f0.data() + first, count, &got);
                             return true;
                           },
                           [] { return false; }, 16, &error)) << error;
    filter->finish(&got);
    const auto want = tensor.as<float>();
    if (want.size() != got.size()) continue;  // another duration, which the network's test judges
    ++judged;
    const auto a = spectrogram(want), b = spectrogram(got);
    const double floor = *std::max_element(a.begin(), a.end()) - 50;
    double square = 0, level_a = 0, level_b = 0, cube_a = 0, cube_b = 0;
    for (size_t i = 0; i < a.size(); ++i) square += std::pow(std::max(a[i], floor) - std::max(b[i], floor), 2);
    const double distance = std::sqrt(square / static_cast<double>(a.size()));
    for (size_t i = 0; i < want.size(); ++i) {
      level_a += want[i] * want[i], level_b += got[i] * got[i];
      cube_a += std::pow(want[i], 3), cube_b += std::pow(got[i], 3);
    }
    std::printf("%s %s: %.2f dB of %.2f, level %.4f\n", std::string(GetParam()->name).c_str(), s.c_str(), distance,
                facts["wav_distance_db"]["tolerance"].get<double>(), std::sqrt(level_b / level_a));
    EXPECT_LE(distance, facts["wav_distance_db"]["tolerance"].get<double>()) << s;
    EXPECT_NEAR(std::sqrt(level_b / level_a), 1, 0.05) << s;
    const double n = static_cast<double>(want.size());
    const double skew_a = cube_a / n / std::pow(level_a / n, 1.5), skew_b = cube_b / n / std::pow(level_b / n, 1.5);
    if (std::fabs(skew_a) > 0.1) {
      EXPECT_GT(skew_a * skew_b, 0) << s << ": polarity";
    }
  }
  EXPECT_GT(judged, 0);
}

INSTANTIATE_TEST_SUITE_P(Isa, Vocoder, ::testing::ValuesIn(usable_dsp_kernels()), [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace hibari
