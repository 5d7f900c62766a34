#include "core/ab/paired.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ab/descriptive.h"
#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

double hodges_lehmann(const std::vector<double>& d) {
  std::vector<double> walsh;
  walsh.reserve(d.size() * (d.size() + 1) / 2);
  for (size_t i = 0; i < d.size(); ++i)
    for (size_t j = i; j < d.size(); ++j) walsh.push_back((d[i] + d[j]) / 2);
  return quantile(std::move(walsh), 0.5);
}

// Two-sided p of the rank sum w among all assignments of signs. Counts are exact: at most 2^50.
double exact_rank_p(const std::vector<double>& ranked, double w) {
  std::vector<size_t> doubled;
  size_t total = 0;
  for (const double r : ranked) {
    doubled.push_back(static_cast<size_t>(std::lround(2 * r)));
    total += doubled.back();
  }
  std::vector<double> ways(total + 1);
  ways[0] = 1;
  for (const size_t r : doubled)
    for (size_t s = total; s >= r; --s) ways[s] += ways[s - r];
  const auto at = static_cast<std::ptrdiff_t>(std::lround(2 * w));
  const double low = std::accumulate(ways.begin(), ways.begin() + at + 1, 0.0), high = std::accumulate(ways.begin() + at, ways.end(), 0.0);
  return std::min(1.0, std::ldexp(2 * std::min(low, high), -static_cast<int>(ranked.size())));
}

// The differences with what is only rounding set to zero.
std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  double largest = 0;
  for (const double v : a) largest = std::max(largest, std::abs(v));
  for (const double v : b) largest = std::max(largest, std::abs(v));
  std::vector<double> d(a.size());
  for (size_t i = 0; i < d.size(); ++i) {
    d[i] = b[i] - a[i];
    if (std::abs(d[i]) <= 1e-12 * largest) d[i] = 0;
  }
  return d;
}

}  // namespace

Wilcoxon wilcoxon(std::span<const double> all, bool pratt, size_t exact_most) {
  Wilcoxon out;
  std::vector<double> magnitudes;
  for (const double v : all) {
    out.zeros += v == 0;
    if (v != 0 || pratt) magnitudes.push_back(std::abs(v));
  }
  const std::vector<double> ranked_all = ranks(magnitudes);
  std::vector<double> d, ranked;
  size_t k = 0;
  for (const double v : all) {
    if (v == 0) {
      k += pratt;
      continue;
    }
    d.push_back(v);
    ranked.push_back(ranked_all[k++]);
  }
  out.n = static_cast<int64_t>(d.size());
  if (d.empty()) return out;
  double total = 0, squares = 0;
  for (size_t i = 0; i < d.size(); ++i) {
    (d[i] > 0 ? out.w_plus : out.w_minus) += ranked[i];
    total += ranked[i];
    squares += ranked[i] * ranked[i];
  }
  out.rank_biserial = (out.w_plus - out.w_minus) / (out.w_plus + out.w_minus);
  out.hodges_lehmann = hodges_lehmann(d);
  if (d.size() <= exact_most) {
    out.method = "exact";
    out.p = exact_rank_p(ranked, out.w_plus);
  } else {
    out.method = "normal";
    out.z = std::max(0.0, std::abs(out.w_plus - total / 2) - 0.5) / std::sqrt(squares / 4);
    out.p = std::min(1.0, 2 * normal_cdf(-*out.z));
  }
  return out;
}

SignTest sign_test(std::span<const double> d) {
  SignTest out;
  for (const double v : d) (v > 0 ? out.positive : v < 0 ? out.negative : out.zeros)++;
  const int64_t n = out.positive + out.negative;
  if (n > 0) out.p = std::min(1.0, 2 * binomial_tail(n, std::max(out.positive, out.negative)));
  return out;
}

SignFlip sign_flip(std::span<const double> d, uint64_t seed, size_t boots) {
  const auto n = static_cast<double>(d.size());
  const double observed = std::abs(mean(d)), least = observed - 1e-12 * std::max(1.0, observed);
  SignFlip out;
  size_t count = 0;
  if (d.size() <= 14) {
    for (uint32_t signs = 0; signs < (1u << d.size()); ++signs) {
      double sum = 0;
      for (size_t i = 0; i < d.size(); ++i) sum += (signs >> i) & 1 ? d[i] : -d[i];
      count += std::abs(sum / n) >= least;
    }
    out.p = std::ldexp(static_cast<double>(count), -static_cast<int>(d.size()));
    return out;
  }
  const Stream stream(seed, {"signflip"});
  out.exact = false;
  for (size_t r = 0; r < boots; ++r) {
    double sum = 0;
    for (size_t i = 0; i < d.size(); ++i) sum += stream.u64(r * d.size() + i) >> 63 ? d[i] : -d[i];
    count += std::abs(sum / n) >= least;
  }
  out.p = static_cast<double>(1 + count) / static_cast<double>(boots + 1);
  return out;
}

Paired compare_paired(std::span<const double> a, std::span<const double> b, const Resampling& how) {
  Paired out;
  out.n = a.size();
  const auto n = static_cast<double>(out.n);
  std::vector<double> raw(out.n);
  for (size_t i = 0; i < out.n; ++i) raw[i] = b[i] - a[i];
  const std::vector<double> d = differences(a, b);
  out.a_mean = mean(a);
  out.b_mean = mean(b);
  out.delta = mean(d);
  out.median = quantile(d, 0.5);
  out.sd = std::sqrt(variance(raw));
  double greater = 0;
  for (size_t i = 0; i < out.n; ++i) {
    greater += d[i] > 0 ? 1.0 : d[i] == 0 ? 0.5 : 0.0;
    if (std::abs(d[i]) > std::abs(d[out.worst])) out.worst = i;
  }
  out.share_b_greater = greater / n;
  out.rho = correlation(a, b);
  if (out.sd > 0) {
    out.dz = out.delta / out.sd;
    out.pairing_gain = (variance(a) + variance(b)) / (out.sd * out.sd);
  }
  if (out.n < 2) return out;
  out.mde80 = (normal_quantile(1 - (1 - how.level) / 2) + normal_quantile(0.8)) * out.sd / std::sqrt(n);
  const MeanIntervals resampled = bootstrap_mean(d, how);
  out.ci = resampled.intervals;
  const double least = std::abs(out.delta) - 1e-12 * std::max(1.0, std::abs(out.delta));
  size_t extreme = 0;
  for (const double r : resampled.replicates) extreme += std::abs(r - out.delta) >= least;
  out.boot_p = static_cast<double>(1 + extreme) / static_cast<double>(how.boots + 1);
  out.wilcoxon = wilcoxon(d);
  out.sign = sign_test(d);
  out.permutation = sign_flip(d, how.seed, how.boots);
  return out;
}

RatioOfSums compare_ratios_of_sums(std::span<const double> errors_a, std::span<const double> words_a, std::span<const double> errors_b,
                                   std::span<const double> words_b, const Resampling& how) {
  const size_t n = errors_a.size();
  double ea = 0, wa = 0, eb = 0, wb = 0;
  RatioOfSums out;
  for (size_t i = 0; i < n; ++i) {
    ea += errors_a[i], wa += words_a[i], eb += errors_b[i], wb += words_b[i];
    out.a_macro += errors_a[i] / words_a[i] / static_cast<double>(n);
    out.b_macro += errors_b[i] / words_b[i] / static_cast<double>(n);
  }
  out.a = ea / wa;
  out.b = eb / wb;
  out.delta = out.b - out.a;
  if (n < 2) return out;
  std::vector<double> replicates, left;
  each_resample(how, n, [&](std::span<const uint32_t> indices) {
    double rea = 0, rwa = 0, reb = 0, rwb = 0;
    for (const uint32_t i : indices) rea += errors_a[i], rwa += words_a[i], reb += errors_b[i], rwb += words_b[i];
    replicates.push_back(reb / rwb - rea / rwa);
  });
  for (size_t i = 0; i < n; ++i) left.push_back((eb - errors_b[i]) / (wb - words_b[i]) - (ea - errors_a[i]) / (wa - words_a[i]));
  out.ci = bootstrap_intervals(out.delta, std::move(replicates), left, how.level);
  return out;
}

GeometricRatio compare_geometric(std::span<const double> a, std::span<const double> b, const Resampling& how) {
  std::vector<double> logs;
  for (size_t i = 0; i < a.size(); ++i) logs.push_back(std::log(b[i] / a[i]));
  GeometricRatio out;
  out.ratio = std::exp(mean(logs));
  if (logs.size() < 2) return out;
  out.ci = bootstrap_mean(logs, how).intervals;
  for (Interval* interval : {&out.ci.percentile, &out.ci.bca, &out.ci.bca_t})
    for (double& end : *interval) end = std::exp(end);
  return out;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double most = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    most = std::max(most, std::min(1.0, static_cast<double>(p.size() - k) * p[order[k]]));
    out[order[k]] = most;
  }
  return out;
}

int64_t texts_needed(double delta, double sd, double alpha, double power) {
  const double z = normal_quantile(1 - alpha / 2), q = (z + normal_quantile(power)) * sd / delta;
  return static_cast<int64_t>(std::ceil(q * q + z * z / 2 - 1e-9));
}

std::vector<Effect> factorial_effects(const std::vector<std::pair<std::string, std::vector<double>>>& cells, const Resampling& how) {
  const size_t parts = cells.empty() ? 0 : cells[0].first.size(), texts = cells.empty() ? 0 : cells[0].second.size();
  std::vector<std::vector<size_t>> sets;
  for (size_t i = 0; i < parts; ++i) sets.push_back({i});
  for (size_t i = 0; i < parts; ++i)
    for (size_t j = i + 1; j < parts; ++j) sets.push_back({i, j});
  std::vector<Effect> out;
  for (const auto& set : sets) {
    std::vector<double> d(texts);
    for (const auto& [settings, values] : cells) {
      double sign = std::ldexp(1.0, 1 - static_cast<int>(parts));
      for (const size_t part : set)
        if (settings[part] != '1') sign = -sign;
      for (size_t i = 0; i < texts; ++i) d[i] += sign * values[i];
    }
    Effect effect{std::to_string(set[0]) + (set.size() > 1 ? "*" + std::to_string(set[1]) : ""), mean(d), {}};
    if (texts > 1) effect.ci = bootstrap_mean(d, how).intervals.bca_t;
    out.push_back(std::move(effect));
  }
  return out;
}

}  // namespace syrinx::ab
