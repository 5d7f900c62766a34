// Paired comparison of two arms over texts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/ab/bootstrap.h"

namespace syrinx::ab {

// Wilcoxon's signed rank test. Zeros are dropped, before ranking or (Pratt) after it. Exact up to `exact_most` values,
// also with ties, by the distribution of the sum over subsets of doubled ranks.
struct Wilcoxon {
  int64_t n = 0, zeros = 0;
  double w_plus = 0, w_minus = 0, rank_biserial = 0, hodges_lehmann = 0, p = 1;
  std::optional<double> z;  // normal method only
  const char* method = "none";
};
Wilcoxon wilcoxon(std::span<const double> d, bool pratt = false, size_t exact_most = 50);

struct SignTest {
  int64_t positive = 0, negative = 0, zeros = 0;
  double p = 1;
};
SignTest sign_test(std::span<const double> d);

// Permutation of signs of the mean: all of them up to 14 values, else `boots` draws.
struct SignFlip {
  bool exact = true;
  double p = 1;
};
SignFlip sign_flip(std::span<const double> d, uint64_t seed, size_t boots);

// `a` and `b` of one length n >= 1; the intervals and tests need n >= 2 and are left as they are otherwise.
struct Paired {
  size_t n = 0;
  double a_mean = 0, b_mean = 0, delta = 0, median = 0, sd = 0, share_b_greater = 0, mde80 = 0, boot_p = 1;
  std::optional<double> dz, rho, pairing_gain;
  Intervals ci;
  Wilcoxon wilcoxon;
  SignTest sign;
  SignFlip permutation;
  size_t worst = 0;  // the text with the largest |difference|
};
Paired compare_paired(std::span<const double> a, std::span<const double> b, const Resampling& how);

// Error rates: sum of errors over sum of words.
struct RatioOfSums {
  double a = 0, b = 0, delta = 0, a_macro = 0, b_macro = 0;
  Intervals ci;
};
RatioOfSums compare_ratios_of_sums(std::span<const double> errors_a, std::span<const double> words_a, std::span<const double> errors_b,
                                   std::span<const double> words_b, const Resampling& how);

// Times: the geometric mean of b / a.
struct GeometricRatio {
  double ratio = 1;
  Intervals ci;
};
GeometricRatio compare_geometric(std::span<const double> a, std::span<const double> b, const Resampling& how);

// Holm's correction of a family of p values, in their order.
std::vector<double> holm(std::span<const double> p);

// Texts that are needed to see a difference of `delta` with standard deviation `sd` of paired differences.
int64_t texts_needed(double delta, double sd, double alpha, double power);

// Effects of parts with two choices each, and interactions of two, over texts. `cells` by settings ("010"), each with one
// value per text in one order; names of effects: "0", "1", "0*1".
struct Effect {
  std::string name;
  double effect = 0;
  Interval ci{};
};
std::vector<Effect> factorial_effects(const std::vector<std::pair<std::string, std::vector<double>>>& cells, const Resampling& how);

}  // namespace syrinx::ab
