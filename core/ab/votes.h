// Votes: proportions, how many are needed, and watching them while they come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/ab/bootstrap.h"

namespace syrinx::ab {

struct Proportion {
  int64_t k = 0, n = 0;
  Interval wilson{}, clopper_pearson{};
  double p_two_sided = 1, p_greater = 1;  // against 1/2
};
Proportion proportion(int64_t k, int64_t n, double level = 0.95);

// The smallest k with P(X >= k) <= alpha of n fair coins; n + 1 if there is none. ABX: the right answers that are needed.
int64_t critical_votes(int64_t n, double alpha);

// Votes needed to see a preference of `share` (above 1/2).
struct VotesNeeded {
  int64_t first = 0;   // the first number that reaches the power
  int64_t safe = 0;    // from here it never falls below again (within 200 more; power saw-tooths)
  int64_t normal = 0;  // by the normal approximation
  double power = 0;    // at `safe`
  int64_t critical = 0;
};
VotesNeeded votes_needed(double share, double alpha, double power, bool two_sided);

// An e-value against fair coins with a Beta(4,4) mixture: valid at every look (anytime p and interval by it).
double log_e_value(int64_t k, int64_t n, double p0 = 0.5);
struct Look {
  int64_t n = 0, k = 0;
  double log_e = 0, p_anytime = 1;
  Interval ci{};
};
struct Sequential {
  std::optional<int64_t> stop_at;
  std::vector<Look> path;
};
Sequential watch_votes(std::span<const int> votes, double alpha);

}  // namespace syrinx::ab
