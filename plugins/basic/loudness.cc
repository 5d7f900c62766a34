#include "loudness.h"

#include <cmath>
#include <limits>

namespace basic {

namespace {

struct Biquad {
  double b0, b1, b2, a1, a2, x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  double operator()(double x) {
    const double y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1, x1 = x, y2 = y1, y1 = y;
    return y;
  }
};

// The standard gives coefficients for 48 kHz; these are the analogue filters behind them, for any rate (De Man 2018).
Biquad shelf(double rate) {
  const double f = 1681.974450955533, gain = 3.999843853973347, q = 0.7071752369554196;
  const double k = std::tan(M_PI * f / rate), vh = std::pow(10, gain / 20), vb = std::pow(vh, 0.4996667741545416);
  const double a0 = 1 + k / q + k * k;
  return {(vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
}
Biquad high_pass(double rate) {
  const double f = 38.13547087602444, q = 0.5003270373238773, k = std::tan(M_PI * f / rate), a0 = 1 + k / q + k * k;
  return {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
}

double lufs(double power) { return -0.691 + 10 * std::log10(power); }

}  // namespace

double integrated_loudness(const std::vector<std::vector<float>>& samples, int sample_rate) {
  const double silence = -std::numeric_limits<double>::infinity();
  if (samples.empty()) return silence;
  const int64_t step = sample_rate / 10, block = step * 4, n = static_cast<int64_t>(samples[0].size());
  std::vector<double> power(static_cast<size_t>(n / step));  // per 100 ms, channels summed
  for (const auto& channel : samples) {
    Biquad first = shelf(sample_rate), second = high_pass(sample_rate);
    for (int64_t i = 0; i < n; ++i) {
      const double y = second(first(channel[i]));
      if (i / step < static_cast<int64_t>(power.size())) power[i / step] += y * y;
    }
  }
  std::vector<double> blocks;
  for (size_t i = 0; i + 4 <= power.size(); ++i) blocks.push_back((power[i] + power[i + 1] + power[i + 2] + power[i + 3]) / static_cast<double>(block));
  const auto gated = [&](double threshold) {
    double sum = 0;
    int64_t count = 0;
    for (double b : blocks)
      if (b > 0 && lufs(b) > threshold) sum += b, ++count;
    return count ? sum / static_cast<double>(count) : 0.0;
  };
  const double absolute = gated(-70);
  if (absolute <= 0) return silence;
  const double relative = gated(lufs(absolute) - 10);
  return relative > 0 ? lufs(relative) : silence;
}

}  // namespace basic
