#include "sampling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace basic {

namespace {

constexpr float kRemoved = -std::numeric_limits<float>::infinity();

void penalise(const SamplingParameters& p, float* scores, int64_t vocab, const int32_t* history, int64_t size) {
  if (p.repetition_penalty == 1) return;
  const int64_t first = std::max<int64_t>(0, size - p.window);
  for (int64_t i = first; i < size; ++i) {
    const int32_t id = history[i];
    if (id < 0 || id >= vocab || std::find(history + first, history + i, id) != history + i) continue;
    const auto times = static_cast<double>(std::count(history + first, history + size, id));
    const auto factor = static_cast<float>(std::pow(static_cast<double>(static_cast<float>(p.repetition_penalty)), times));
    scores[id] = scores[id] < 0 ? scores[id] * factor : scores[id] / factor;
  }
}

void keep_top_p(const SamplingParameters& p, float* scores, int64_t vocab) {
  if (p.top_p >= 1) return;
  thread_local std::vector<int32_t> order;
  order.resize(static_cast<size_t>(vocab));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return scores[a] < scores[b]; });
  const float most = scores[order.back()];
  if (!(most > kRemoved)) return;
  double total = 0;
  for (int64_t v = 0; v < vocab; ++v) total += std::exp(scores[v] - most);
  const auto threshold = static_cast<float>(1.0 - p.top_p);
  const auto sum = static_cast<float>(total);
  double running = 0;
  for (int64_t i = 0; i + p.min_keep < vocab; ++i) {
    float& score = scores[order[static_cast<size_t>(i)]];
    running += std::exp(score - most) / sum;
    if (static_cast<float>(running) > threshold) break;
    score = kRemoved;
  }
}

void keep_top_k(const SamplingParameters& p, float* scores, int64_t vocab) {
  if (p.top_k <= 0) return;
  const int64_t k = std::min(std::max(p.top_k, p.min_keep), vocab);
  thread_local std::vector<float> sorted;
  sorted.assign(scores, scores + vocab);
  std::nth_element(sorted.begin(), sorted.begin() + (k - 1), sorted.end(), std::greater<float>());
  const float threshold = sorted[static_cast<size_t>(k - 1)];
  for (int64_t v = 0; v < vocab; ++v)
    if (scores[v] < threshold) scores[v] = kRemoved;
}

}  // namespace

void apply_chain(const SamplingParameters& parameters, float* scores, int64_t vocab, const int32_t* history, int64_t history_size,
                 const int32_t* forbid, uint32_t forbid_size) {
  if (parameters.temperature != 1)
    for (int64_t v = 0; v < vocab; ++v) scores[v] /= parameters.temperature;
  penalise(parameters, scores, vocab, history, history_size);
  keep_top_p(parameters, scores, vocab);
  keep_top_k(parameters, scores, vocab);
  for (uint32_t i = 0; i < forbid_size; ++i)
    if (forbid[i] >= 0 && forbid[i] < vocab) scores[forbid[i]] = kRemoved;
}

void philox4x32(const uint32_t counter[4], uint64_t key, uint32_t out[4]) {
  uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
  auto k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * c[0], b = uint64_t{0xCD9E8D57} * c[2];
    const uint32_t next[4] = {static_cast<uint32_t>(b >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(b), static_cast<uint32_t>(a >> 32) ^ c[3] ^ k1,
                              static_cast<uint32_t>(a)};
    std::copy(next, next + 4, c);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  std::copy(c, c + 4, out);
}

int32_t draw(const float* scores, int64_t vocab, uint64_t key, uint32_t step) {
  float most = kRemoved;
  for (int64_t v = 0; v < vocab; ++v) most = std::max(most, scores[v]);
  if (!std::isfinite(most)) return -1;
  int32_t best = -1;
  double best_ratio = -1;
  for (int64_t v = 0; v < vocab; ++v) {
    if (!(scores[v] > kRemoved)) continue;
    const uint32_t counter[4] = {static_cast<uint32_t>(v), step, 0, 0};
    uint32_t words[4];
    philox4x32(counter, key, words);
    const double u = (words[0] + 0.5) * 0x1p-32;
    const double ratio = std::exp(static_cast<double>(scores[v] - most)) / -std::log(u);
    if (ratio > best_ratio) best_ratio = ratio, best = static_cast<int32_t>(v);
  }
  return best;
}

}  // namespace basic
