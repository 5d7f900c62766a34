#include "core/ab/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "core/ab/descriptive.h"
#include "core/ab/rng.h"

namespace syrinx::ab {

double widened_quantile(size_t n, double level) {
  const auto units = static_cast<double>(n);
  return std::sqrt(units / (units - 1)) * student_quantile(1 - (1 - level) / 2, units - 1);
}

void each_resample(const Resampling& how, size_t n, const std::function<void(std::span<const uint32_t>)>& use) {
  const Stream stream(how.seed, {"bootstrap"});
  std::vector<uint32_t> indices(n);
  for (size_t r = 0; r < how.boots; ++r) {
    for (size_t i = 0; i < n; ++i) indices[i] = static_cast<uint32_t>(stream.bounded(r * n + i, n));
    use(indices);
  }
}

Intervals bootstrap_intervals(double estimate, std::vector<double> replicates, std::span<const double> leave_one_out, double level) {
  std::sort(replicates.begin(), replicates.end());
  const double z = normal_quantile(1 - (1 - level) / 2), wide = widened_quantile(leave_one_out.size(), level);
  const double tolerance = 1e-12 * std::max(1.0, std::abs(estimate));
  double below = 0;
  for (const double r : replicates) below += r < estimate - tolerance ? 1.0 : std::abs(r - estimate) <= tolerance ? 0.5 : 0.0;
  const double share = below / static_cast<double>(replicates.size());
  const double centre = mean(leave_one_out);
  double squares = 0, cubes = 0;
  for (const double m : leave_one_out) {
    squares += (centre - m) * (centre - m);
    cubes += (centre - m) * (centre - m) * (centre - m);
  }
  Intervals out;
  out.fallback = share <= 0 || share >= 1 || squares <= 1e-300;
  double bias = 0, acceleration = 0;
  if (!out.fallback) {
    bias = normal_quantile(share);
    acceleration = cubes / (6 * std::pow(squares, 1.5));
  }
  // Degenerate for one interval alone where one of its own denominators is.
  const auto ends = [&](double width, double z0, double a) {
    if (1 - a * (z0 - width) <= 0 || 1 - a * (z0 + width) <= 0) {
      z0 = a = 0;
      out.fallback = true;
    }
    Interval interval{};
    for (size_t side = 0; side < 2; ++side) {
      const double q = z0 + (side == 0 ? -width : width);
      interval[side] = sorted_quantile(replicates, normal_cdf(z0 + q / (1 - a * q)));
    }
    return interval;
  };
  out.percentile = ends(z, 0, 0);
  out.bca = ends(z, bias, acceleration);
  out.bca_t = ends(wide, bias, acceleration);
  return out;
}

MeanIntervals bootstrap_mean(std::span<const double> d, const Resampling& how) {
  MeanIntervals out;
  out.replicates.reserve(how.boots);
  each_resample(how, d.size(), [&](std::span<const uint32_t> indices) {
    double sum = 0;
    for (const uint32_t i : indices) sum += d[i];
    out.replicates.push_back(sum / static_cast<double>(d.size()));
  });
  double total = 0;
  for (const double v : d) total += v;
  std::vector<double> left;
  for (const double v : d) left.push_back((total - v) / static_cast<double>(d.size() - 1));
  out.intervals = bootstrap_intervals(mean(d), out.replicates, left, how.level);
  return out;
}

}  // namespace syrinx::ab
