#include "mel.h"

#include <algorithm>
#include <cmath>

namespace basic {

std::vector<double> MelBank::filters() const {
  const int lines = fft / 2 + 1;
  const auto to_mel = [](double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); };
  const auto to_hz = [](double mel) { return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0); };
  std::vector<double> edges(static_cast<size_t>(bins) + 2), out(static_cast<size_t>(bins) * lines);
  for (size_t i = 0; i < edges.size(); ++i)
    edges[i] = to_hz(to_mel(fmin) + (to_mel(fmax) - to_mel(fmin)) * static_cast<double>(i) / (bins + 1));
  for (int m = 0; m < bins; ++m)
    for (int k = 0; k < lines; ++k) {
      const double f = static_cast<double>(k) * sample_rate / fft, low = edges[m], mid = edges[m + 1], high = edges[m + 2];
      out[static_cast<size_t>(m) * lines + k] = std::max(0.0, std::min((f - low) / (mid - low), (high - f) / (high - mid)));
    }
  return out;
}

std::vector<double> MelBank::inverse() const {
  const int lines = fft / 2 + 1;
  const auto m = filters();
  // M^T (M M^T + e)^-1 by Cholesky.
  std::vector<double> a(static_cast<size_t>(bins) * bins);
  for (int i = 0; i < bins; ++i)
    for (int j = 0; j <= i; ++j) {
      double sum = i == j ? 1e-3 : 0;
      for (int k = 0; k < lines; ++k) sum += m[static_cast<size_t>(i) * lines + k] * m[static_cast<size_t>(j) * lines + k];
      for (int k = 0; k < j; ++k) sum -= a[static_cast<size_t>(i) * bins + k] * a[static_cast<size_t>(j) * bins + k];
      a[static_cast<size_t>(i) * bins + j] = i == j ? std::sqrt(sum) : sum / a[static_cast<size_t>(j) * bins + j];
    }
  std::vector<double> out(static_cast<size_t>(lines) * bins), x(static_cast<size_t>(bins));
  for (int k = 0; k < lines; ++k) {
    for (int i = 0; i < bins; ++i) {
      double sum = m[static_cast<size_t>(i) * lines + k];
      for (int j = 0; j < i; ++j) sum -= a[static_cast<size_t>(i) * bins + j] * x[j];
      x[i] = sum / a[static_cast<size_t>(i) * bins + i];
    }
    for (int i = bins - 1; i >= 0; --i) {
      double sum = x[i];
      for (int j = i + 1; j < bins; ++j) sum -= a[static_cast<size_t>(j) * bins + i] * x[j];
      x[i] = sum / a[static_cast<size_t>(i) * bins + i];
    }
    std::copy(x.begin(), x.end(), out.begin() + static_cast<size_t>(k) * bins);
  }
  return out;
}

}  // namespace basic
