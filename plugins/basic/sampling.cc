#include "sampling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <syrinx/sdk.hpp>

namespace basic {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity(), kRemoved = -kInfinity;

// Values are looked at in groups: column v belongs to group v % kGroups, which compilers turn into vector code.
constexpr int64_t kGroups = 128;

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

// The largest score of each group, -inf where a group has none.
struct GroupMaxima {
  float value[kGroups];
  float most;
};

GroupMaxima group_maxima(const float* scores, int64_t vocab) {
  GroupMaxima out;
  std::fill(out.value, out.value + kGroups, kRemoved);
  int32_t finite[kGroups];  // all bits set while a group has neither NaN nor +infinity
  std::fill(finite, finite + kGroups, -1);
  const int64_t whole = vocab / kGroups * kGroups;
  for (int64_t v = 0; v < whole; v += kGroups)
    for (int64_t g = 0; g < kGroups; ++g) {
      const float score = scores[v + g];
      out.value[g] = score > out.value[g] ? score : out.value[g];
      finite[g] &= -static_cast<int32_t>(score < kInfinity);
    }
  for (int64_t v = whole; v < vocab; ++v) {
    out.value[v - whole] = std::max(out.value[v - whole], scores[v]);
    finite[v - whole] &= -static_cast<int32_t>(scores[v] < kInfinity);
  }
  if (std::find(finite, finite + kGroups, 0) != finite + kGroups) {
    const float* bad = std::find_if(scores, scores + vocab, [](float score) { return !(score < kInfinity); });
    throw syrinx::Failure(syrinx::failed_precondition, "the score of id " + std::to_string(bad - scores) + " is " + (std::isnan(*bad) ? "NaN" : "infinite"),
                          "the model's weights are damaged, or its precision is too low");
  }
  out.most = *std::max_element(out.value, out.value + kGroups);
  return out;
}

// exp(x) for x <= 0 with a relative error below 2^-21, 0 below -87.
inline float fast_exp(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number, which its low bits then hold
  const float clamped = x < -87.0f ? -87.0f : x;
  const float shifted = clamped * 1.44269504088896341f + kRound;
  const float whole = shifted - kRound;
  const float r = (clamped - whole * 0.693145751953125f) - whole * 1.42860682030941723e-6f;
  float y = 1.0f / 720;
  y = y * r + 1.0f / 120;
  y = y * r + 1.0f / 24;
  y = y * r + 1.0f / 6;
  y = y * r + 0.5f;
  y = y * r + 1.0f;
  y = y * r + 1.0f;
  const uint32_t power = std::bit_cast<uint32_t>(shifted) << 23;
  const float out = std::bit_cast<float>(std::bit_cast<uint32_t>(y) + power);
  return x < -87.0f ? 0.0f : out;
}

// The sum of exp(score - most) over all columns and over those below a bound.
struct Masses {
  double all = 0, below = 0;
};

Masses masses(const float* scores, int64_t vocab, float most, float bound) {
  double all[kGroups] = {}, below[kGroups] = {};
  const int64_t whole = vocab / kGroups * kGroups;
  for (int64_t v = 0; v < whole; v += kGroups)
    for (int64_t g = 0; g < kGroups; ++g) {
      const float score = scores[v + g], e = fast_exp(score - most);
      all[g] += e;
      below[g] += score < bound ? e : 0.0f;
    }
  for (int64_t v = whole; v < vocab; ++v) {
    const float e = fast_exp(scores[v] - most);
    all[v - whole] += e;
    below[v - whole] += scores[v] < bound ? e : 0.0f;
  }
  Masses out;
  for (int64_t g = 0; g < kGroups; ++g) out.all += all[g], out.below += below[g];
  return out;
}

// All ids whose score is at least the k-th largest, rising. 1 <= k <= vocab. Ids at -inf are left out.
void largest(const float* scores, int64_t vocab, int64_t k, const GroupMaxima& maxima, std::vector<int32_t>& out) {
  // k groups have a maximum of at least `bound`, so k columns do.
  float bound = kRemoved;
  if (k <= kGroups / 2) {
    float sorted[kGroups];
    std::copy(maxima.value, maxima.value + kGroups, sorted);
    std::nth_element(sorted, sorted + (k - 1), sorted + kGroups, std::greater<float>());
    bound = sorted[k - 1];
  }
  out.clear();
  for (int64_t v = 0; v < vocab; ++v)
    if (scores[v] >= bound && scores[v] > kRemoved) out.push_back(static_cast<int32_t>(v));
  if (static_cast<int64_t>(out.size()) > k) {
    thread_local std::vector<float> values;
    values.clear();
    for (const int32_t v : out) values.push_back(scores[v]);
    std::nth_element(values.begin(), values.begin() + (k - 1), values.end(), std::greater<float>());
    const float threshold = values[static_cast<size_t>(k - 1)];
    out.erase(std::remove_if(out.begin(), out.end(), [&](int32_t v) { return scores[v] < threshold; }), out.end());
  }
}

// By rising score and, among equals, as they stand.
void sort_by_score(const float* scores, std::vector<int32_t>& ids) {
  std::stable_sort(ids.begin(), ids.end(), [&](int32_t a, int32_t b) { return scores[a] < scores[b]; });
}

// How many of the first ids of `order`, which rises, top-p removes, the mass of what stands before them being `before`; -1 if the
// masses are too close to the limit for their error, relative to `error`. Probabilities are exp(score - most) / sum.
int64_t removed_by_top_p(const SamplingParameters& p, const float* scores, const std::vector<int32_t>& order, float most, double before,
                         float sum, double error) {
  const auto threshold = static_cast<float>(1.0 - p.top_p);
  const double doubt = error * threshold;
  const auto n = static_cast<int64_t>(order.size());
  double running = before;
  int64_t i = 0;
  for (; i + p.min_keep < n; ++i) {
    running += std::exp(scores[order[static_cast<size_t>(i)]] - most) / sum;
    if (std::abs(running - threshold) < doubt) return -1;
    if (static_cast<float>(running) > threshold) break;
  }
  return i;
}

// Rising ids of finite scores that top-p leaves, from a sort of everything: how it is defined.
void keep_top_p_exactly(const SamplingParameters& p, const float* scores, int64_t vocab, float most, std::vector<int32_t>& order) {
  order.resize(static_cast<size_t>(vocab));
  std::iota(order.begin(), order.end(), 0);
  sort_by_score(scores, order);
  double total = 0;
  for (int64_t v = 0; v < vocab; ++v) total += std::exp(scores[v] - most);
  const int64_t removed = removed_by_top_p(p, scores, order, most, 0, static_cast<float>(total), 0);
  order.erase(order.begin(), order.begin() + removed);
}

// The ids that top-p and top-k leave, in no order that means anything.
//
// The reference sorts the row, removes by top-p what rises too slowly, and by top-k all below the k-th largest of the rest. The k
// largest survive top-p or stand above all that do, so the result lies within the ids that are at least the k-th largest of the whole row:
// only those need an order, of the others their mass is enough.
void keep_top(const SamplingParameters& p, const float* scores, int64_t vocab, std::vector<int32_t>& candidates) {
  constexpr int64_t kFirstGuess = 64;
  constexpr double kError = 0x1p-18;  // of sums of fast_exp, with room
  const GroupMaxima maxima = group_maxima(scores, vocab);
  candidates.clear();
  if (!(maxima.most > kRemoved)) return;
  const bool by_count = p.top_k > 0, by_mass = p.top_p < 1;
  const int64_t k = by_count ? std::min(std::max(p.top_k, p.min_keep), vocab) : std::min(std::max(kFirstGuess, p.min_keep), vocab);
  if (!by_mass) return largest(scores, vocab, by_count ? k : vocab, maxima, candidates);
  largest(scores, vocab, k, maxima, candidates);
  sort_by_score(scores, candidates);
  const float bound = scores[candidates.front()];
  const Masses mass = masses(scores, vocab, maxima.most, bound);
  const auto sum = static_cast<float>(mass.all);
  int64_t removed = removed_by_top_p(p, scores, candidates, maxima.most, mass.below / mass.all, sum, kError);
  // Without top-k the ids below the guess must be known to go.
  const bool certain = by_count || mass.below / mass.all < (1 - kError) * static_cast<float>(1.0 - p.top_p);
  if (removed >= 0 && certain) {
    candidates.erase(candidates.begin(), candidates.begin() + removed);
    return;
  }
  keep_top_p_exactly(p, scores, vocab, maxima.most, candidates);
  const auto left = static_cast<int64_t>(candidates.size());
  if (by_count && left > k) {
    const float threshold = scores[candidates[static_cast<size_t>(left - k)]];
    candidates.erase(candidates.begin(), std::find_if(candidates.begin(), candidates.end(), [&](int32_t v) { return !(scores[v] < threshold); }));
  }
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(), [&](int32_t v) { return scores[v] == kRemoved; }), candidates.end());
}

}  // namespace

void choose_candidates(const SamplingParameters& parameters, float* scores, int64_t vocab, const int32_t* history, int64_t history_size,
                       const int32_t* forbid, uint32_t forbid_size, std::vector<int32_t>& candidates) {
  if (parameters.temperature != 1)
    for (int64_t v = 0; v < vocab; ++v) scores[v] /= parameters.temperature;
  penalise(parameters, scores, vocab, history, history_size);
  keep_top(parameters, scores, vocab, candidates);
  const int32_t* const forbid_end = forbid + forbid_size;
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(), [&](int32_t v) { return std::find(forbid, forbid_end, v) != forbid_end; }),
                   candidates.end());
  std::sort(candidates.begin(), candidates.end());
}

void apply_chain(const SamplingParameters& parameters, float* scores, int64_t vocab, const int32_t* history, int64_t history_size,
                 const int32_t* forbid, uint32_t forbid_size) {
  thread_local std::vector<int32_t> candidates;
  choose_candidates(parameters, scores, vocab, history, history_size, forbid, forbid_size, candidates);
  remove_others(scores, vocab, candidates);
}

void remove_others(float* scores, int64_t vocab, const std::vector<int32_t>& candidates) {
  int64_t next = 0;
  for (const int32_t v : candidates) {
    std::fill(scores + next, scores + v, kRemoved);
    next = v + 1;
  }
  std::fill(scores + next, scores + vocab, kRemoved);
}

int32_t draw(const float* scores, const std::vector<int32_t>& candidates, uint64_t key, uint32_t step) {
  float most = kRemoved;
  for (const int32_t v : candidates) most = std::max(most, scores[v]);
  int32_t best = -1;
  double best_ratio = -1;
  for (const int32_t v : candidates) {
    const double ratio = std::exp(static_cast<double>(scores[v] - most)) / syx_noise(key, step, static_cast<uint32_t>(v));
    if (ratio > best_ratio) best_ratio = ratio, best = v;
  }
  return best;
}

}  // namespace basic
