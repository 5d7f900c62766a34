// Bootstrap intervals over texts (Efron 1987: bias-corrected and accelerated).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace syrinx::ab {

using Interval = std::array<double, 2>;

struct Resampling {
  uint64_t seed = 1;
  size_t boots = 10000;
  double level = 0.95;
};

// `bca_t` widens by the ratio of Student's and the normal quantile, which undoes the narrowness of the bootstrap with few
// texts: it covers 94 to 95 % where `bca` covers 88 to 93 % (normal differences, 6 to 40 texts).
struct Intervals {
  bool fallback = false;  // without the corrections of bca: all resamples on one side, or a degenerate acceleration
  Interval percentile{}, bca{}, bca_t{};
};

// The normal quantile that makes a percentile interval of n units as wide as Student's t would.
double widened_quantile(size_t n, double level);

// Indices of resample r: bounded(n), number r n .. r n + n - 1 of the stream "bootstrap". Calls `use` once for each.
void each_resample(const Resampling& how, size_t n, const std::function<void(std::span<const uint32_t>)>& use);

// Intervals from the statistic of each resample, and of the data without each unit in turn.
Intervals bootstrap_intervals(double estimate, std::vector<double> replicates, std::span<const double> leave_one_out, double level);

// Of the mean.
struct MeanIntervals {
  Intervals intervals;
  std::vector<double> replicates;
};
MeanIntervals bootstrap_mean(std::span<const double> d, const Resampling& how);

}  // namespace syrinx::ab
