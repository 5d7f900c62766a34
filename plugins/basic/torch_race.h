// The draws that torch makes on a CPU: multinomial sampling as a race of exponential variables from one Mersenne Twister (Matsumoto and
// Nishimura 1998), of which every column of every row takes its part in turn, whether it is a candidate or not.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace basic {

class TorchRace {
 public:
  explicit TorchRace(uint64_t seed) { reseed(seed); }
  // Of a seed the lower 32 bits count.
  void reseed(uint64_t seed) { engine_.seed(static_cast<uint32_t>(seed)); }

  // The candidate v, of ascending ids, with the largest p_v / q_v, the first of equals: p = softmax of the candidates' scores in float,
  // q_v ~ Exp(1). Takes the draws of all `vocab` columns. -1 if there is no candidate.
  int32_t draw(const float* scores, const std::vector<int32_t>& candidates, int64_t vocab);

  // The next q: -ln(1 - u) with u of 53 bits from two words, in double, rounded to float.
  float exponential();
  void skip(int64_t values) { engine_.discard(2 * static_cast<unsigned long long>(values)); }

 private:
  std::mt19937 engine_;
};

}  // namespace basic
