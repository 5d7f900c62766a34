#include "core/ab/pitch.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/ab/descriptive.h"
#include "core/ab/spectrum.h"

namespace syrinx::ab {
namespace {

constexpr double kLowest = 60, kHighest = 600, kDip = 0.15, kVoiced = 0.40;

struct Lags {
  explicit Lags(int rate)
      : least(static_cast<size_t>(std::floor(rate / kHighest))),
        most(static_cast<size_t>(std::ceil(rate / kLowest))),
        window(2 * most),
        frame(window + most + 1) {}
  size_t least, most, window, frame;
};

// The signal with zeros around, so that frame i begins at i * hop.
std::vector<double> with_zeros(std::span<const double> x, const Lags& lags) {
  std::vector<double> out(lags.frame / 2 + x.size() + lags.frame);
  std::copy(x.begin(), x.end(), out.begin() + static_cast<std::ptrdiff_t>(lags.frame / 2));
  return out;
}

// Eight sums side by side: the compiler may not reorder a single one, and so would add one number at a time.
template <class Term>
double sum_of(size_t n, Term term) {
  std::array<double, 8> sums{};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t k = 0; k < 8; ++k) sums[k] += term(i + k);
  double rest = 0;
  for (; i < n; ++i) rest += term(i);
  return rest + ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// The top of a parabola through three points, relative to the middle one, within half a step.
double vertex(double before, double at, double after, bool peak) {
  const double curve = before - 2 * at + after;
  if (peak ? curve >= 0 : curve <= 0) return 0;
  return std::clamp((before - after) / (2 * curve), -0.5, 0.5);
}

}  // namespace

Pitch track_pitch(std::span<const double> x, int rate, size_t hop) {
  const Lags lags(rate);
  const std::vector<double> padded = with_zeros(x, lags);
  const size_t frames = 1 + x.size() / hop;
  Pitch out;
  out.hop = hop;
  out.f0.resize(frames);
  out.lag.resize(frames);
  std::vector<double> level(frames), aperiodicity(frames), d(lags.most + 2);
  for (size_t t = 0; t < frames; ++t) {
    const double* f = padded.data() + t * hop;
    level[t] = db_of_power(sum_of(lags.window, [&](size_t j) { return f[j] * f[j]; }) / static_cast<double>(lags.window));
    d[0] = 1;
    double cumulated = 0;
    for (size_t tau = 1; tau <= lags.most + 1; ++tau) {
      const double difference = sum_of(lags.window, [&](size_t j) {
        const double e = f[j] - f[j + tau];
        return e * e;
      });
      cumulated += difference;
      d[tau] = cumulated > 0 ? difference * static_cast<double>(tau) / cumulated : 1;
    }
    size_t best = lags.least;
    while (best <= lags.most && d[best] >= kDip) ++best;
    if (best <= lags.most) {
      while (best + 1 <= lags.most && d[best + 1] < d[best]) ++best;
    } else {
      best = static_cast<size_t>(std::min_element(d.begin() + static_cast<std::ptrdiff_t>(lags.least), d.begin() + static_cast<std::ptrdiff_t>(lags.most + 1)) - d.begin());
    }
    out.lag[t] = best;
    aperiodicity[t] = d[best];
    out.f0[t] = rate / (static_cast<double>(best) + vertex(d[best - 1], d[best], d[best + 1], false));
  }
  const auto active = active_frames(level);
  for (size_t t = 0; t < frames; ++t)
    if (!active[t] || !(aperiodicity[t] < kVoiced)) out.f0[t] = 0;
  return out;
}

PitchStatistics pitch_statistics(const Pitch& pitch) {
  PitchStatistics out;
  std::vector<double> voiced;
  for (const double f : pitch.f0)
    if (f > 0) voiced.push_back(f);
  if (voiced.empty()) return out;
  const auto n = static_cast<double>(voiced.size());
  out.voiced_ratio = n / static_cast<double>(pitch.f0.size());
  double sum = 0;
  for (const double f : voiced) sum += f;
  out.mean_hz = sum / n;
  std::sort(voiced.begin(), voiced.end());
  out.median_hz = sorted_quantile(voiced, 0.5);
  out.p05_hz = sorted_quantile(voiced, 0.05);
  out.p95_hz = sorted_quantile(voiced, 0.95);
  out.range_st = 12 * std::log2(*out.p95_hz / *out.p05_hz);
  std::vector<double> semitones;
  for (const double f : voiced) semitones.push_back(12 * std::log2(f / *out.median_hz));
  out.sd_st = std::sqrt(variance(semitones, 0));
  return out;
}

std::optional<double> harmonics_to_noise_db(std::span<const double> x, int rate, const Pitch& pitch) {
  const Lags lags(rate);
  const std::vector<double> padded = with_zeros(x, lags);
  std::vector<double> g(lags.frame);
  double sum = 0;
  size_t count = 0;
  for (size_t t = 0; t < pitch.f0.size(); ++t) {
    if (pitch.f0[t] <= 0) continue;
    const double* f = padded.data() + t * pitch.hop;
    const double mean = sum_of(lags.frame, [&](size_t j) { return f[j]; }) / static_cast<double>(lags.frame);
    for (size_t j = 0; j < lags.frame; ++j) g[j] = f[j] - mean;
    const auto correlation = [&](size_t tau) {
      const double here = sum_of(lags.window, [&](size_t j) { return g[j] * g[j]; });
      const double there = sum_of(lags.window, [&](size_t j) { return g[j + tau] * g[j + tau]; });
      const double both = sum_of(lags.window, [&](size_t j) { return g[j] * g[j + tau]; });
      const double norm = std::sqrt(here * there);
      return norm > 0 ? both / norm : 0.0;
    };
    const double before = correlation(pitch.lag[t] - 1), at = correlation(pitch.lag[t]), after = correlation(pitch.lag[t] + 1);
    const double r = std::clamp(at - (before - after) * vertex(before, at, after, true) / 4, 1e-6, 1 - 1e-6);
    sum += 10 * std::log10(r / (1 - r));
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace syrinx::ab
