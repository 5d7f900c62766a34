#include "torch_race.h"

#include <cmath>
#include <limits>

namespace basic {

float TorchRace::exponential() {
  const uint64_t high = engine_(), low = engine_();
  const double u = static_cast<double>((high << 32 | low) & ((uint64_t{1} << 53) - 1)) * 0x1p-53;
  return static_cast<float>(-std::log1p(-u));
}

int32_t TorchRace::draw(const float* scores, const std::vector<int32_t>& candidates, int64_t vocab) {
  float most = -std::numeric_limits<float>::infinity(), sum = 0;
  for (const int32_t v : candidates) most = std::max(most, scores[v]);
  for (const int32_t v : candidates) sum += std::exp(scores[v] - most);
  int32_t best = -1;
  float best_ratio = -1;
  int64_t next = 0;
  for (const int32_t v : candidates) {
    skip(v - next);
    next = v + 1;
    const float ratio = std::exp(scores[v] - most) / sum / exponential();
    if (ratio > best_ratio) best_ratio = ratio, best = v;
  }
  skip(vocab - next);
  return best;
}

}  // namespace basic
