#include "core/ab/pair.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/ab/descriptive.h"
#include "core/ab/spectrum.h"

namespace syrinx::ab {
namespace {

constexpr double kMostLag = 0.05, kComparable = 0.02, kLimitDb = 120;
const double kMelCepstralDb = 10 * std::numbers::sqrt2 / std::numbers::ln10;

double dot(std::span<const double> a, std::span<const double> b) {
  double sums[4] = {};
  const size_t n = std::min(a.size(), b.size());
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

struct Overlap {
  std::span<const double> a, b;
};
Overlap overlap(std::span<const double> a, std::span<const double> b, int64_t lag) {
  if (lag >= 0) b = b.subspan(std::min(b.size(), static_cast<size_t>(lag)));
  else a = a.subspan(std::min(a.size(), static_cast<size_t>(-lag)));
  const size_t n = std::min(a.size(), b.size());
  return {a.first(n), b.first(n)};
}

void find_lag(std::span<const double> a, std::span<const double> b, int rate, PairMeasures& m) {
  const double norm = std::sqrt(dot(a, a) * dot(b, b));
  if (norm == 0) return;
  const auto most = static_cast<int64_t>(samples_of(kMostLag, rate));
  double best = -std::numeric_limits<double>::infinity();
  const auto consider = [&](int64_t lag) {
    const Overlap o = overlap(a, b, lag);
    const double value = dot(o.a, o.b) / norm;
    if (value <= best + 1e-12) return;
    best = value;
    m.lag_samples = lag;
  };
  consider(0);
  for (int64_t lag = 1; lag <= most; ++lag) {
    consider(lag);
    consider(-lag);
  }
  m.lag_corr = best;
}

double ratio_db(double signal, double error) {
  if (error == 0) return kLimitDb;
  if (signal == 0) return -kLimitDb;
  return std::clamp(10 * std::log10(signal / error), -kLimitDb, kLimitDb);
}

std::optional<double> segmental_snr(std::span<const double> x, std::span<const double> y, int rate) {
  const size_t size = samples_of(0.02, rate), frames = x.size() / size;
  std::vector<double> levels(frames), ratios(frames);
  for (size_t t = 0; t < frames; ++t) {
    double signal = 0, error = 0;
    for (size_t i = t * size; i < (t + 1) * size; ++i) {
      signal += x[i] * x[i];
      error += (x[i] - y[i]) * (x[i] - y[i]);
    }
    levels[t] = db_of_power(signal / static_cast<double>(size));
    ratios[t] = std::clamp(error == 0 ? 35 : 10 * std::log10(signal / error), -10.0, 35.0);
  }
  const auto active = active_frames(levels);
  double sum = 0;
  size_t count = 0;
  for (size_t t = 0; t < frames; ++t)
    if (active[t]) sum += ratios[t], ++count;
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

std::optional<double> log_spectral_distance(const Spectrum& a, const Spectrum& b, const std::vector<bool>& active) {
  double sum = 0;
  size_t count = 0;
  for (size_t t = 0; t < std::min(a.frames(), b.frames()); ++t) {
    if (!active[t]) continue;
    double squares = 0;
    const auto ra = a.row(t), rb = b.row(t);
    for (size_t k = 0; k < a.bins; ++k) {
      const double d = 10 * std::log10((ra[k] * ra[k] + 1e-6) / (rb[k] * rb[k] + 1e-6));
      squares += d * d;
    }
    sum += std::sqrt(squares / static_cast<double>(a.bins));
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

void multi_resolution(std::span<const double> x, std::span<const double> y, PairMeasures& m) {
  constexpr size_t kResolutions[][3] = {{1024, 120, 600}, {2048, 240, 1200}, {512, 50, 240}};
  double convergence = 0, logs = 0;
  for (const auto& [fft, hop, window] : kResolutions) {
    const Spectrum a = short_time_spectrum(x, fft, hop, window), b = short_time_spectrum(y, fft, hop, window);
    double error = 0, norm = 0, difference = 0;
    for (size_t i = 0; i < a.magnitude.size(); ++i) {
      const double va = std::sqrt(std::max(a.magnitude[i] * a.magnitude[i], 1e-8)), vb = std::sqrt(std::max(b.magnitude[i] * b.magnitude[i], 1e-8));
      error += (va - vb) * (va - vb);
      norm += va * va;
      difference += std::abs(std::log(va / vb));
    }
    convergence += std::sqrt(error / norm) / std::size(kResolutions);
    logs += difference / static_cast<double>(a.magnitude.size()) / std::size(kResolutions);
  }
  m.spectral_convergence = convergence;
  m.log_magnitude = logs;
  m.mrstft = convergence + logs;
}

void compare_samples(std::span<const double> x, std::span<const double> y, int rate, PairMeasures& m) {
  double signal = 0, error = 0, most = 0, cross = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double e = x[i] - y[i];
    signal += x[i] * x[i];
    cross += x[i] * y[i];
    error += e * e;
    most = std::max(most, std::abs(e));
  }
  m.max_abs_diff = most;
  m.snr_db = ratio_db(signal, error);
  if (signal > 0) {
    const double scale = cross / signal, wanted = scale * scale * signal;
    double rest = 0;
    for (size_t i = 0; i < x.size(); ++i) rest += (scale * x[i] - y[i]) * (scale * x[i] - y[i]);
    m.si_sdr_db = rest <= wanted * 1e-12 ? kLimitDb : ratio_db(wanted, rest);
  }
  m.seg_snr_db = segmental_snr(x, y, rate);
  if (signal > 0) multi_resolution(x, y, m);
}

void compare_along(std::span<const double> a, std::span<const double> b, int rate, const Spectrum& sa, const Spectrum& sb,
                   const std::vector<bool>& active_a, const std::vector<bool>& active_b, PairMeasures& m) {
  const auto ca = mel_cepstra(sa, active_a, rate), cb = mel_cepstra(sb, active_b, rate);
  if (ca.empty() || cb.empty()) return;
  const Warping warping = warp_time(ca, cb);
  const auto steps = static_cast<double>(warping.path.size());
  m.mcd_db = kMelCepstralDb * warping.cost / steps;
  m.mcd_path = static_cast<int64_t>(warping.path.size());
  m.dtw_penalty = 2 - static_cast<double>(ca.size() + cb.size()) / steps;
  const auto numbers = [](const std::vector<bool>& active) {
    std::vector<size_t> out;
    for (size_t t = 0; t < active.size(); ++t)
      if (active[t]) out.push_back(t);
    return out;
  };
  const auto ia = numbers(active_a), ib = numbers(active_b);
  const size_t hop = spectrum_size(rate) / 4;
  const Pitch pa = track_pitch(a, rate, hop), pb = track_pitch(b, rate, hop);
  double wrong = 0, squares = 0, gross = 0;
  std::vector<double> la, lb;
  for (const auto& [i, j] : warping.path) {
    const double u = pa.f0[ia[i]], v = pb.f0[ib[j]];
    wrong += (u > 0) != (v > 0);
    if (u <= 0 || v <= 0) continue;
    const double cents = 1200 * std::log2(v / u);
    squares += cents * cents;
    gross += std::abs(v / u - 1) > 0.2;
    la.push_back(std::log(u));
    lb.push_back(std::log(v));
  }
  m.vuv_error = wrong / steps;
  if (la.size() < 2) return;
  const auto both = static_cast<double>(la.size());
  m.f0_rmse_cents = std::sqrt(squares / both);
  m.gross_pitch_error = gross / both;
  if (std::sqrt(variance(la, 0)) > 1e-12 && std::sqrt(variance(lb, 0)) > 1e-12) m.f0_corr = correlation(la, lb);
}

}  // namespace

Warping warp_time(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  const size_t rows = a.size(), columns = b.size();
  std::vector<double> cost(rows * columns);
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const auto at = [&](size_t i, size_t j) { return cost[i * columns + j]; };
  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j) {
      double squares = 0;
      for (size_t k = 0; k < a[i].size(); ++k) squares += (a[i][k] - b[j][k]) * (a[i][k] - b[j][k]);
      double before = i == 0 && j == 0 ? 0 : kNone;
      if (i > 0 && j > 0) before = at(i - 1, j - 1);
      if (i > 0) before = std::min(before, at(i - 1, j));
      if (j > 0) before = std::min(before, at(i, j - 1));
      cost[i * columns + j] = std::sqrt(squares) + before;
    }
  Warping out;
  out.cost = cost.back();
  size_t i = rows - 1, j = columns - 1;
  out.path.emplace_back(i, j);
  while (i > 0 || j > 0) {
    const double across = i > 0 && j > 0 ? at(i - 1, j - 1) : kNone, in_a = i > 0 ? at(i - 1, j) : kNone, in_b = j > 0 ? at(i, j - 1) : kNone;
    if (across <= in_a && across <= in_b) --i, --j;
    else if (in_a <= in_b) --i;
    else --j;
    out.path.emplace_back(i, j);
  }
  std::reverse(out.path.begin(), out.path.end());
  return out;
}

PairMeasures measure_pair(std::span<const double> a, std::span<const double> b, int rate, bool align) {
  PairMeasures m;
  m.len_a = static_cast<int64_t>(a.size());
  m.len_b = static_cast<int64_t>(b.size());
  if (!a.empty()) m.duration_ratio = static_cast<double>(b.size()) / static_cast<double>(a.size());
  const size_t shorter = std::min(a.size(), b.size());
  const size_t differs = static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first - a.begin());
  m.identical = a.size() == b.size() && differs == a.size();
  if (!m.identical) m.first_diff_sample = static_cast<int64_t>(differs);
  find_lag(a, b, rate, m);
  if (align) {
    const Overlap o = overlap(a, b, m.lag_samples);
    a = o.a;
    b = o.b;
  }
  const size_t longer = std::max(a.size(), b.size()), common = std::min(a.size(), b.size());
  m.comparable_length = longer - common <= samples_of(kComparable, rate);
  const Spectrum sa = short_time_spectrum(a, rate), sb = short_time_spectrum(b, rate);
  const auto active_a = active_frames(sa.level_db), active_b = active_frames(sb.level_db);
  if (m.comparable_length) {
    compare_samples(a.first(common), b.first(common), rate, m);
    m.lsd_db = log_spectral_distance(sa, sb, active_a);
  }
  compare_along(a, b, rate, sa, sb, active_a, active_b, m);
  return m;
}

Values values_of(const PairMeasures& m) {
  const auto number = [](std::optional<int64_t> v) { return v ? std::optional(static_cast<double>(*v)) : std::nullopt; };
  return {{"duration_ratio", m.duration_ratio}, {"lag_samples", static_cast<double>(m.lag_samples)}, {"lag_corr", m.lag_corr},
          {"max_abs_diff", m.max_abs_diff}, {"snr_db", m.snr_db}, {"si_sdr_db", m.si_sdr_db}, {"seg_snr_db", m.seg_snr_db},
          {"lsd_db", m.lsd_db}, {"mrstft", m.mrstft}, {"spectral_convergence", m.spectral_convergence}, {"log_magnitude", m.log_magnitude},
          {"mcd_db", m.mcd_db}, {"mcd_path", number(m.mcd_path)}, {"dtw_penalty", m.dtw_penalty}, {"f0_rmse_cents", m.f0_rmse_cents},
          {"f0_corr", m.f0_corr}, {"vuv_error", m.vuv_error}, {"gross_pitch_error", m.gross_pitch_error},
          {"first_diff_sample", number(m.first_diff_sample)}};
}

}  // namespace syrinx::ab
