// Means, variances, quantiles, ranks, and the quantiles of the normal and Student's distribution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syrinx::ab {

double mean(std::span<const double> v);                        // of at least one value
double variance(std::span<const double> v, size_t less = 1);   // divided by n - less; 0 for too few values
// Linear between order statistics, at position q (n - 1).
double sorted_quantile(std::span<const double> sorted, double q);
double quantile(std::vector<double> v, double q);
// Pearson's; none if either is constant.
std::optional<double> correlation(std::span<const double> a, std::span<const double> b);
// Average ranks from 1; a value belongs to the group begun by an earlier one while it is at most 1e-9 of the largest
// magnitude above it.
std::vector<double> ranks(std::span<const double> v);

double normal_cdf(double z);
double normal_quantile(double p);
double student_quantile(double p, double degrees);
double chi_squared_tail(double x, double degrees);
// P(X >= k) of n draws.
double binomial_tail(int64_t n, int64_t k, double p = 0.5);

}  // namespace syrinx::ab
