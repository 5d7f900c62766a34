#include "core/ab/descriptive.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numeric>

namespace syrinx::ab {

double mean(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

double variance(std::span<const double> v, size_t less) {
  if (v.size() <= less) return 0;
  const double m = mean(v);
  double sum = 0;
  for (const double x : v) sum += (x - m) * (x - m);
  return sum / static_cast<double>(v.size() - less);
}

double sorted_quantile(std::span<const double> sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto i = static_cast<size_t>(std::floor(at));
  if (i + 1 >= sorted.size()) return sorted[std::min(i, sorted.size() - 1)];
  return sorted[i] + (at - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

double quantile(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return sorted_quantile(v, q);
}

std::optional<double> correlation(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || variance(a) <= 0 || variance(b) <= 0) return std::nullopt;
  const double ma = mean(a), mb = mean(b);
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

std::vector<double> ranks(std::span<const double> v) {
  std::vector<size_t> order(v.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return v[a] < v[b]; });
  double largest = 0;
  for (const double x : v) largest = std::max(largest, std::abs(x));
  std::vector<double> out(v.size());
  for (size_t i = 0; i < v.size();) {
    size_t j = i;
    while (j + 1 < v.size() && v[order[j + 1]] - v[order[i]] <= 1e-9 * largest) ++j;
    for (size_t k = i; k <= j; ++k) out[order[k]] = static_cast<double>(i + j) / 2 + 1;
    i = j + 1;
  }
  return out;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }
double student_quantile(double p, double degrees) { return boost::math::quantile(boost::math::students_t(degrees), p); }
double chi_squared_tail(double x, double degrees) {
  return x <= 0 ? 1 : boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), x));
}

double binomial_tail(int64_t n, int64_t k, double p) {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return boost::math::ibeta(static_cast<double>(k), static_cast<double>(n - k + 1), p);
}

}  // namespace syrinx::ab
