#include "core/ab/level.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/ab/spectrum.h"

namespace syrinx::ab {
namespace {

constexpr double kGateLufs = -70, kOffset = -0.691;

std::vector<double> filtered(std::span<const double> x, const std::array<Biquad, 2>& filters) {
  std::vector<double> y(x.begin(), x.end());
  for (const Biquad& f : filters) {
    double s1 = 0, s2 = 0;  // transposed direct form II
    for (double& v : y) {
      const double in = v;
      v = f.b[0] * in + s1;
      s1 = f.b[1] * in - f.a[1] * v + s2;
      s2 = f.b[2] * in - f.a[2] * v;
    }
  }
  return y;
}

double lufs_of(double power) { return kOffset + 10 * std::log10(power); }

}  // namespace

std::array<Biquad, 2> loudness_filters(int rate) {
  const auto warped = [&](double f0) { return std::tan(std::numbers::pi * f0 / rate); };
  std::array<Biquad, 2> out;
  double k = warped(1681.974450955533), q = 0.7071752369554196, d = 1 + k / q + k * k;
  const double vh = std::pow(10.0, 3.999843853973347 / 20), vb = std::pow(vh, 0.4996667741545416);
  out[0].b = {(vh + vb * k / q + k * k) / d, 2 * (k * k - vh) / d, (vh - vb * k / q + k * k) / d};
  out[0].a = {1, 2 * (k * k - 1) / d, (1 - k / q + k * k) / d};
  k = warped(38.13547087602444), q = 0.5003270373238773, d = 1 + k / q + k * k;
  out[1].b = {1, -2, 1};
  out[1].a = {1, 2 * (k * k - 1) / d, (1 - k / q + k * k) / d};
  const std::complex<double> z = std::polar(1.0, -2 * std::numbers::pi * 997.0 / rate);
  const auto at = [&](const std::array<double, 3>& c) { return c[0] + z * (c[1] + z * c[2]); };
  const double gain = std::abs(at(out[0].b) / at(out[0].a) * at(out[1].b) / at(out[1].a));
  for (double& b : out[1].b) b *= std::pow(10.0, 0.691 / 20) / gain;
  return out;
}

Loudness loudness(const Audio& audio) {
  const auto filters = loudness_filters(audio.rate);
  std::vector<std::vector<double>> channels;
  for (const auto& channel : audio.channels) channels.push_back(filtered(channel, filters));
  const size_t length = audio.length(), block = samples_of(0.4, audio.rate), hop = samples_of(0.1, audio.rate);
  const auto power = [&](size_t begin, size_t count) {
    double sum = 0;
    for (const auto& y : channels)
      for (size_t i = begin; i < begin + count; ++i) sum += y[i] * y[i];
    return count > 0 ? sum / static_cast<double>(count) : 0.0;
  };
  if (length < block) {
    const double p = power(0, length);
    if (p <= 0 || lufs_of(p) <= kGateLufs) return {std::nullopt, false};
    return {lufs_of(p), false};
  }
  std::vector<double> kept;
  for (size_t begin = 0; begin + block <= length; begin += hop) {
    const double p = power(begin, block);
    if (p > 0 && lufs_of(p) > kGateLufs) kept.push_back(p);
  }
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double p : v) sum += p;
    return sum / static_cast<double>(v.size());
  };
  if (kept.empty()) return {};
  const double relative = lufs_of(mean(kept)) - 10;
  std::erase_if(kept, [&](double p) { return lufs_of(p) <= relative; });
  if (kept.empty()) return {};
  return {lufs_of(mean(kept)), true};
}

const std::array<std::array<double, 12>, 4>& true_peak_phases() {
  static const std::array<std::array<double, 12>, 4> phases = [] {
    std::array<std::array<double, 12>, 4> h{};
    h[0] = {0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
            0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125};
    h[1] = {-0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625,
            0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375};
    std::reverse_copy(h[1].begin(), h[1].end(), h[2].begin());
    std::reverse_copy(h[0].begin(), h[0].end(), h[3].begin());
    return h;
  }();
  return phases;
}

double true_peak(std::span<const double> x) {
  double peak = 0;
  for (const double v : x) peak = std::max(peak, std::abs(v));
  constexpr size_t kTaps = 12;
  std::vector<double> padded(x.size() + 2 * (kTaps - 1));
  std::copy(x.begin(), x.end(), padded.begin() + kTaps - 1);
  for (const auto& phase : true_peak_phases())
    for (size_t i = 0; i + kTaps <= padded.size(); ++i) {
      double sum = 0;
      for (size_t k = 0; k < kTaps; ++k) sum += phase[k] * padded[i + kTaps - 1 - k];
      peak = std::max(peak, std::abs(sum));
    }
  return peak;
}

SessionGains session_gains(std::span<const std::optional<double>> lufs, std::span<const double> true_peak_db) {
  SessionGains out;
  for (size_t i = 0; i < lufs.size(); ++i)
    if (lufs[i]) out.target_lufs = std::min(out.target_lufs, -1 - true_peak_db[i] + *lufs[i]);
  for (const auto& l : lufs) out.gain_db.push_back(l ? out.target_lufs - *l : 0);
  return out;
}

}  // namespace syrinx::ab
