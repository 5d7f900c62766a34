// The Mersenne Twister race against draws that torch made.
#include "torch_race.h"

#include <gtest/gtest.h>

#include <cmath>

#include "safetensors.h"
#include "voice.h"

namespace basic {
namespace {

// Recorded from torch 2.11 with the seed 42.
TEST(TorchRace, ExponentialDrawsOfASeed) {
  TorchRace race(42);
  for (const float q : {0.059914015f, 0.064976126f, 0.13191678f, 0.05401295f, 0.74691069f, 0.64776236f}) EXPECT_EQ(race.exponential(), q);
  race.reseed(42 + (uint64_t{1} << 32));
  EXPECT_EQ(race.exponential(), 0.059914015f);
}

// The draws of whole runs, bit for bit, and what is taken: one generator for all rows and steps, or seeded before each step.
void check(const std::string& size, const std::string& name) {
  const std::string file = std::string(SYRINX_SHARED_DIR) + "/goldens/" + size + "/gpt_sampled_" + name;
  if (!syrinx::testing::exists(file + ".json")) GTEST_SKIP() << "no reference outputs: " << file;
  const auto facts = syrinx::testing::read_json(file + ".json");
  const auto tensors = syrinx::testing::read_safetensors(file + ".safetensors");
  const auto tokens = tensors.at("survivor_token").as<int32_t>(), drawn = tensors.at("drawn").as<int32_t>();
  const auto probabilities = tensors.at("survivor_prob").as<float>(), draws = tensors.at("survivor_q").as<float>();
  const auto& shape = tensors.at("survivor_token").shape;
  const int64_t steps = shape[0], rows = shape[1], most = shape[2], vocab = facts["kind"] == "text" ? 21178 : 626;
  const bool every_step = facts["params"].contains("manual_seed");
  const uint64_t seed = (every_step ? facts["params"]["manual_seed"] : facts["seed"]).get<uint64_t>();
  TorchRace values(seed), race(seed);
  std::vector<float> scores(static_cast<size_t>(vocab));
  for (int64_t s = 0; s < steps; ++s) {
    if (every_step) values.reseed(seed), race.reseed(seed);
    for (int64_t r = 0; r < rows; ++r) {
      const auto at = static_cast<size_t>((s * rows + r) * most);
      std::vector<int32_t> candidates;
      for (size_t k = at; k < at + static_cast<size_t>(most); ++k)
        if (tokens[k] >= 0) candidates.push_back(tokens[k]), scores[static_cast<size_t>(tokens[k])] = std::log(probabilities[k]);
      std::sort(candidates.begin(), candidates.end());
      std::vector<float> row(static_cast<size_t>(vocab));
      for (float& q : row) q = values.exponential();
      for (size_t k = at; k < at + static_cast<size_t>(most); ++k)
        if (tokens[k] >= 0) {
          ASSERT_EQ(row[static_cast<size_t>(tokens[k])], draws[k]) << name << " step " << s << " row " << r;
        }
      ASSERT_EQ(race.draw(scores.data(), candidates, vocab), drawn[static_cast<size_t>(s * rows + r)]) << name << " step " << s << " row " << r;
    }
  }
}

TEST(TorchRace, Code) { check("tiny", "code"); }
TEST(TorchRace, CodeHot) { check("tiny", "code_hot"); }
TEST(TorchRace, CodeEnds) { check("tiny", "code_ends"); }
TEST(TorchRace, CodeManualSeed) { check("tiny", "code_manual_seed"); }
TEST(TorchRace, Text) { check("tiny", "text"); }
TEST(TorchRace, OfficialCode) { check("official", "code"); }
TEST(TorchRace, OfficialText) { check("official", "text"); }

TEST(TorchRace, NothingLeftIsSaid) {
  TorchRace race(1);
  EXPECT_EQ(race.draw(nullptr, {}, 10), -1);
}

}  // namespace
}  // namespace basic
