// The network against recorded outputs of the reference runtime, by the rules of goldens/voice/README.md.
#include "acoustic_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "safetensors.h"
#include "voice.h"

namespace hibari {
namespace {

using syrinx::testing::GoldenTensor;

class Acoustic : public ::testing::TestWithParam<const Kernels*> {};

constexpr const char* kPartNames[] = {"lh", "theta", "ln", "lr", "phi"};

TEST_P(Acoustic, RecordedSentences) {
  const std::string path = syrinx::testing::hibari_folder() + "/hibari.onnx", golden = syrinx::testing::voice_golden("net.safetensors");
  if (!syrinx::testing::exists(path)) GTEST_SKIP() << "the voice hibari is not installed: " << path;
  if (!syrinx::testing::exists(golden)) GTEST_SKIP() << "no reference outputs: " << golden;
  std::string error;
  const auto model = AcousticModel::load(path, *GetParam(), &error);
  ASSERT_TRUE(model) << error;
  auto tensors = syrinx::testing::read_safetensors(golden);
  const auto facts = syrinx::testing::read_json(syrinx::testing::voice_golden("manifest.json"))["files"]["net.safetensors"];
  const auto cases = syrinx::testing::read_json(syrinx::testing::voice_golden("net.json"));
  int compared = 0;
  for (const auto& [name, tensor] : tensors) {
    if (!name.ends_with(".ids")) continue;
    const std::string s = name.substr(0, name.size() - 4);
    float speed = 0;
    for (const auto& one : cases)
      if (one["key"] == s) speed = one["speed"];
    Workspace work;
    AcousticOutput shape;
    std::vector<float> frames;
    ASSERT_TRUE(model->run(tensor.as<int32_t>(), speed, work, [&](const AcousticOutput& o) { shape = o; return true; },
                           [&](int, int count, const float* f) { frames.insert(frames.end(), f, f + int64_t{count} * kHeadOutputs); return true; },
                           [] { return false; }, 16, &error)) << error;
    const auto durations = tensors[s + ".durations"].as<int32_t>();
    bool same = true;
    ASSERT_EQ(durations.size(), shape.durations.size());
    for (size_t i = 0; i < durations.size(); ++i) {
      if (durations[i] == shape.durations[i]) continue;
      const double ratio = tensors[s + ".duration_raw"].as<double>()[i] / speed;
      EXPECT_LE(std::fabs(ratio - std::floor(ratio) - 0.5), 1e-3) << s << " id " << i << ": " << shape.durations[i] << ", not " << durations[i];
      same = false;
    }
    if (!same) continue;
    ++compared;
    const auto judge = [&](const std::string& part, const std::vector<float>& want, const std::vector<float>& got) {
      ASSERT_EQ(want.size(), got.size()) << s << "." << part;
      double square = 0, most = 0;
      for (size_t i = 0; i < want.size(); ++i) {
        const double d = std::fabs(static_cast<double>(want[i]) - got[i]);
        square += d * d;
        most = std::max(most, d);
      }
      const double rms = std::sqrt(square / static_cast<double>(want.size()));
      const auto& bound = facts[s + "." + part];
      std::printf("%s %s.%s rms %.4f of %.4f\n", std::string(GetParam()->name).c_str(), s.c_str(), part.c_str(), rms, bound["atol_rms"].get<double>());
      EXPECT_LE(rms, bound["atol_rms"].get<double>()) << s << "." << part;
      EXPECT_LE(most, bound["atol"].get<double>()) << s << "." << part;
    };
    judge("f0", tensors[s + ".f0"].as<float>(), shape.f0);
    for (int p = 0; p < kParts; ++p) {
      std::vector<float> subset;
      for (int b = 0; b < kBins; b += 8)
        for (int f = 0; f < shape.frames; f += 4) subset.push_back(frames[static_cast<size_t>(f) * kHeadOutputs + p * kBins + b]);
      judge(kPartNames[p], tensors[s + "." + kPartNames[p]].as<float>(), subset);
    }
  }
  EXPECT_GT(compared, 0);
}

TEST_P(Acoustic, RefusesWhatTheGraphDoesNotCheck) {
  const std::string path = syrinx::testing::hibari_folder() + "/hibari.onnx";
  if (!syrinx::testing::exists(path)) GTEST_SKIP() << "the voice hibari is not installed: " << path;
  std::string error;
  const auto model = AcousticModel::load(path, *GetParam(), &error);
  ASSERT_TRUE(model) << error;
  Workspace work;
  const auto run = [&](const std::vector<int32_t>& ids, float speed) {
    return model->run(ids, speed, work, [](const AcousticOutput&) { return true; }, [](int, int, const float*) { return true; }, [] { return false; }, 16, &error);
  };
  EXPECT_TRUE(run({0, 16, 0}, 1)) << error;
  EXPECT_FALSE(run({0, 178, 0}, 1));
  EXPECT_NE(error.find("178"), std::string::npos);
  EXPECT_FALSE(run({0, -1, 0}, 1));
  EXPECT_FALSE(run({}, 1));
  for (float speed : {0.0f, -1.0f, 0.001f, 100.0f, NAN, INFINITY}) EXPECT_FALSE(run({0, 16, 0}, speed)) << speed;
}

TEST(AcousticFile, TruncatedModelsAreErrors) {
  const std::string path = syrinx::testing::hibari_folder() + "/hibari.onnx";
  if (!syrinx::testing::exists(path)) GTEST_SKIP() << "the voice hibari is not installed: " << path;
  std::ifstream in(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  const std::string part = ::testing::TempDir() + "/truncated.onnx";
  for (size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{4096}, whole.size() / 3, whole.size() / 2, whole.size() - 1}) {
    std::ofstream(part, std::ios::binary).write(whole.data(), static_cast<std::streamsize>(size));
    std::string error;
    EXPECT_EQ(AcousticModel::load(part, best_kernels(), &error), nullptr) << size;
    EXPECT_FALSE(error.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, Acoustic, ::testing::ValuesIn(usable_kernels()), [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace hibari
