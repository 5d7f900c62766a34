// The sampler's chain against recorded survivors, and its draws against what they must be distributed like.
#include "sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <syrinx/sdk.hpp>

#include "safetensors.h"
#include "voice.h"

namespace basic {
namespace {

void check(const std::string& name) {
  const std::string folder = std::string(SYRINX_SHARED_DIR) + "/goldens/common/";
  if (!syrinx::testing::exists(folder + name + ".json")) GTEST_SKIP() << "no reference outputs: " << folder;
  auto tensors = syrinx::testing::read_safetensors(folder + name + ".safetensors");
  const auto facts = syrinx::testing::read_json(folder + "manifest.json")["files"][name + ".safetensors"];
  for (const auto& c : syrinx::testing::read_json(folder + name + ".json")) {
    char key[8];
    std::snprintf(key, sizeof(key), "c%02d", c["case"].get<int>());
    const auto& logits = tensors.at(std::string(key) + ".logits");
    const auto scores = logits.as<float>();
    const auto history = tensors.at(std::string(key) + ".history").as<int32_t>(), tokens = tensors.at(std::string(key) + ".survivor_token").as<int32_t>();
    const auto probabilities = tensors.at(std::string(key) + ".survivor_prob").as<float>();
    const double atol = facts[std::string(key) + ".survivor_prob"]["atol"];
    const int64_t recorded = logits.shape[0], vocab = logits.shape[1], n = tensors.at(std::string(key) + ".history").shape[1];
    const int64_t rows = c["rows"], most = tensors.at(std::string(key) + ".survivor_token").shape[1];
    SamplingParameters p;
    p.temperature = c["temperature"];
    p.top_p = c["top_P"].is_null() ? 1.0 : c["top_P"].get<double>();
    p.top_k = c["top_K"].is_null() ? 0 : c["top_K"].get<int64_t>();
    p.repetition_penalty = c["repetition_penalty"];
    const int32_t eos = c["eos"];
    for (int64_t r = 0; r < rows; ++r) {
      // As the option penalty_rows has it.
      if (r >= 625) p.repetition_penalty = 1;
      std::vector<float> row(scores.begin() + (r % recorded) * vocab, scores.begin() + (r % recorded + 1) * vocab);
      apply_chain(p, row.data(), vocab, history.data() + (r % recorded) * n, n, &eos, c.value("mask_eos", false) ? 1 : 0);
      double sum = 0;
      float top = -INFINITY;
      for (float s : row) top = std::max(top, s);
      int64_t kept = 0;
      for (float s : row) sum += std::exp(static_cast<double>(s) - top), kept += s > -INFINITY;
      EXPECT_EQ(kept, c["survivors"][static_cast<size_t>(r)].get<int64_t>()) << name << " " << key << " row " << r;
      for (int64_t k = 0; k < most; ++k) {
        const int32_t token = tokens[static_cast<size_t>(r * most + k)];
        if (token < 0) continue;
        EXPECT_NEAR(std::exp(static_cast<double>(row[static_cast<size_t>(token)]) - top) / sum, probabilities[static_cast<size_t>(r * most + k)], atol)
            << name << " " << key << " row " << r << " token " << token;
      }
    }
  }
}

TEST(Sampling, RecordedCases) { check("sampler"); }
TEST(Sampling, RecordedEdges) { check("sampler_edges"); }

// The definition: sort everything, then sum. What is left has the value true.
std::vector<bool> survivors(const SamplingParameters& p, const std::vector<float>& scores) {
  const size_t n = scores.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  std::vector<bool> kept(n, true);
  const float most = scores[order.back()];
  if (p.top_p < 1) {
    double total = 0, running = 0;
    for (float s : scores) total += std::exp(s - most);
    for (size_t i = 0; i + static_cast<size_t>(p.min_keep) < n; ++i) {
      running += std::exp(scores[order[i]] - most) / static_cast<float>(total);
      if (static_cast<float>(running) > static_cast<float>(1.0 - p.top_p)) break;
      kept[order[i]] = false;
    }
  }
  if (p.top_k > 0) {
    size_t k = static_cast<size_t>(std::max(p.top_k, p.min_keep));
    float threshold = -INFINITY;
    for (size_t i = n; i-- > 0 && k > 0;)
      if (kept[order[i]]) threshold = scores[order[i]], --k;
    for (size_t v = 0; v < n; ++v) kept[v] = kept[v] && (k > 0 || scores[v] >= threshold);
  }
  for (size_t v = 0; v < n; ++v) kept[v] = kept[v] && scores[v] > -INFINITY;
  return kept;
}

// The short ways leave what the definition leaves: whatever the spread, with many equal scores, and with removed ones.
TEST(Sampling, ShortWaysDecideAsTheDefinition) {
  std::mt19937 engine(1);
  std::normal_distribution<float> normal;
  for (int trial = 0; trial < 3000; ++trial) {
    const int64_t vocab = std::vector<int64_t>{1, 2, 3, 5, 127, 128, 129, 626, 2000}[static_cast<size_t>(trial) % 9];
    const float spread = std::vector<float>{0.01f, 1, 4, 30, 300}[static_cast<size_t>(trial / 9) % 5];
    std::vector<float> scores(static_cast<size_t>(vocab));
    for (float& s : scores) {
      s = normal(engine) * spread;
      if (trial % 3 == 1) s = std::round(s);
      if (trial % 4 == 1 && engine() % 3 == 0) s = -INFINITY;
    }
    SamplingParameters p;
    p.top_p = std::vector<double>{0, 0.1, 0.7, 0.95, 0.999, 1}[engine() % 6];
    p.top_k = std::vector<int64_t>{0, 1, 3, 20, 50, 300}[engine() % 6];
    p.min_keep = std::vector<int64_t>{1, 3, 100}[engine() % 3];
    const std::vector<bool> expected = survivors(p, scores);
    std::vector<int32_t> candidates, right;
    choose_candidates(p, scores.data(), vocab, nullptr, 0, nullptr, 0, candidates);
    for (size_t v = 0; v < expected.size(); ++v)
      if (expected[v]) right.push_back(static_cast<int32_t>(v));
    ASSERT_EQ(candidates, right) << "trial " << trial << " vocab " << vocab << " top_p " << p.top_p << " top_k " << p.top_k << " min_keep " << p.min_keep;
  }
}

// Known answers of the generator's authors (Random123, kat_vectors).
TEST(Sampling, Philox) {
  uint32_t out[4];
  const uint32_t zero[4] = {0, 0, 0, 0}, ones[4] = {~0u, ~0u, ~0u, ~0u}, pi[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
  syx_philox4x32(zero, 0, out);
  EXPECT_EQ(out[0], 0x6627e8d5u);
  EXPECT_EQ(out[3], 0x9b00dbd8u);
  syx_philox4x32(ones, ~0ull, out);
  EXPECT_EQ(out[0], 0x408f276du);
  EXPECT_EQ(out[3], 0x6d5451fdu);
  syx_philox4x32(pi, 0x299f31d0a4093822ull, out);
  EXPECT_EQ(out[0], 0xd16cfe09u);
  EXPECT_EQ(out[3], 0x24126ea1u);
}

TEST(Sampling, DrawsFollowTheScores) {
  const float scores[4] = {0.0f, std::log(2.0f), std::log(5.0f), -INFINITY};
  int count[4] = {};
  constexpr int kDraws = 40000;
  const std::vector<int32_t> candidates = {0, 1, 2};
  for (int i = 0; i < kDraws; ++i) ++count[draw(scores, candidates, 123, static_cast<uint32_t>(i))];
  EXPECT_EQ(count[3], 0);
  for (int v = 0; v < 3; ++v) EXPECT_NEAR(count[v] / static_cast<double>(kDraws), std::exp(scores[v]) / 8, 0.01);
  EXPECT_EQ(draw(scores, candidates, 9, 9), draw(scores, candidates, 9, 9));
}

// Anybody can tell from the border's noise who wins.
TEST(Sampling, DrawsWithTheNoiseOfTheBorder) {
  const uint32_t counter[4] = {3, 8, 0, 0};
  uint32_t words[4];
  syx_philox4x32(counter, 77, words);
  EXPECT_DOUBLE_EQ(std::exp(-syx_noise(77, 8, 3)), (words[0] + 0.5) / 4294967296.0);
  std::vector<float> scores(200);
  std::vector<int32_t> all(200);
  std::mt19937 engine(5);
  std::normal_distribution<float> normal(0, 2);
  for (size_t v = 0; v < scores.size(); ++v) scores[v] = normal(engine), all[v] = static_cast<int32_t>(v);
  for (uint32_t step = 0; step < 500; ++step) {
    const auto noisy = [&](int32_t v) { return static_cast<double>(scores[static_cast<size_t>(v)]) - std::log(syx_noise(77, step, static_cast<uint32_t>(v))); };
    const auto winner = *std::max_element(all.begin(), all.end(), [&](int32_t a, int32_t b) { return noisy(a) < noisy(b); });
    ASSERT_EQ(draw(scores.data(), all, 77, step), winner) << step;
  }
}

TEST(Sampling, NothingLeftIsSaid) {
  float none[2] = {-INFINITY, -INFINITY};
  std::vector<int32_t> candidates;
  choose_candidates({}, none, 2, nullptr, 0, nullptr, 0, candidates);
  EXPECT_TRUE(candidates.empty());
  EXPECT_EQ(draw(none, candidates, 1, 1), -1);
  float two[2] = {1, 2};
  const int32_t both[2] = {0, 1};
  choose_candidates({}, two, 2, nullptr, 0, both, 2, candidates);
  EXPECT_TRUE(candidates.empty());
}

TEST(Sampling, ScoresThatAreNoNumbersAreNamed) {
  for (const float bad : {NAN, INFINITY}) {
    std::vector<float> scores(626, 0.5f);
    scores[623] = bad;
    std::vector<int32_t> candidates;
    try {
      choose_candidates({}, scores.data(), 626, nullptr, 0, nullptr, 0, candidates);
      FAIL();
    } catch (const syrinx::Failure& failure) {
      EXPECT_STREQ(failure.what(), std::isnan(bad) ? "the score of id 623 is NaN" : "the score of id 623 is infinite");
    }
  }
}

}  // namespace
}  // namespace basic
