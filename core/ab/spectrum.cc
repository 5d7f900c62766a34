#include "core/ab/spectrum.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <kissfft.hh>
#include <numbers>

namespace syrinx::ab {
namespace {

struct MelSetting {
  int rate;
  size_t order;
  double warping;
};
constexpr MelSetting kMelSettings[] = {{16000, 23, 0.42}, {22050, 34, 0.45}, {24000, 34, 0.46}, {44100, 39, 0.53}, {48000, 39, 0.55}};

const MelSetting* mel_setting(int rate) {
  const auto* found = std::find_if(std::begin(kMelSettings), std::end(kMelSettings), [&](const MelSetting& s) { return s.rate == rate; });
  return found == std::end(kMelSettings) ? nullptr : found;
}

std::vector<double> mirrored(std::span<const double> x, size_t pad) {
  std::vector<double> middle(x.begin(), x.end());
  middle.resize(std::max(middle.size(), pad + 1));
  const size_t n = middle.size();
  std::vector<double> out(n + 2 * pad);
  for (size_t i = 0; i < pad; ++i) {
    out[i] = middle[pad - i];
    out[pad + n + i] = middle[n - 2 - i];
  }
  std::copy(middle.begin(), middle.end(), out.begin() + static_cast<std::ptrdiff_t>(pad));
  return out;
}

// Frequency warping of a cepstrum by an all-pass of first order (Oppenheim's recursion).
std::vector<double> warped(std::span<const double> c, size_t order, double alpha) {
  std::vector<double> g(order + 1), o(order + 1);
  for (size_t i = c.size(); i-- > 0;) {
    std::swap(g, o);
    g[0] = c[i] + alpha * o[0];
    g[1] = (1 - alpha * alpha) * o[0] + alpha * o[1];
    for (size_t j = 2; j <= order; ++j) g[j] = o[j - 1] + alpha * (o[j] - g[j - 1]);
  }
  return g;
}

}  // namespace

double db_of_amplitude(double v) { return 20.0 * std::log10(std::max(v, 1e-6)); }
double db_of_power(double p) { return 10.0 * std::log10(std::max(p, 1e-12)); }
size_t samples_of(double seconds, int rate) { return static_cast<size_t>(std::nearbyint(seconds * rate)); }

std::vector<bool> active_frames(std::span<const double> levels) {
  std::vector<bool> out(levels.size());
  const double top = levels.empty() ? -120.0 : *std::max_element(levels.begin(), levels.end());
  if (top < -60.0) return out;
  const double least = std::max(-60.0, top - 40.0);
  for (size_t i = 0; i < levels.size(); ++i) out[i] = levels[i] >= least;
  return out;
}

struct RealFft::Tables {
  explicit Tables(size_t size) : half(size / 2), fft(half, false), out(half) {}
  size_t half;
  kissfft<double> fft;
  std::vector<std::complex<double>> out;
};

RealFft::RealFft(size_t size) : tables_(std::make_unique<Tables>(size)) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;

void RealFft::power(const double* in, double* out) {
  Tables& t = *tables_;
  t.fft.transform_real(in, t.out.data());
  out[0] = t.out[0].real() * t.out[0].real();
  out[t.half] = t.out[0].imag() * t.out[0].imag();  // the last bin is real, and kept here
  for (size_t k = 1; k < t.half; ++k) out[k] = std::norm(t.out[k]);
}

void RealFft::even(const double* in, double* out) {
  Tables& t = *tables_;
  t.fft.transform_real(in, t.out.data());
  out[0] = t.out[0].real();
  out[t.half] = t.out[0].imag();
  for (size_t k = 1; k < t.half; ++k) out[k] = t.out[k].real();
}

size_t spectrum_size(int rate) {
  return size_t{1} << static_cast<int>(std::floor(std::log2(rate * 1024.0 / 24000.0) + 0.5));
}

Spectrum short_time_spectrum(std::span<const double> x, size_t fft, size_t hop, size_t window) {
  const std::vector<double> padded = mirrored(x, fft / 2);
  std::vector<double> weights(fft), frame(fft);
  const size_t before = (fft - window) / 2;
  for (size_t i = 0; i < window; ++i)
    weights[before + i] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window));
  Spectrum out;
  out.bins = fft / 2 + 1;
  out.level_db.resize(1 + x.size() / hop);
  out.magnitude.resize(out.level_db.size() * out.bins);
  RealFft transform(fft);
  for (size_t t = 0; t < out.frames(); ++t) {
    const double* from = padded.data() + t * hop;
    double power = 0;
    for (size_t i = 0; i < fft; ++i) {
      power += from[i] * from[i];
      frame[i] = from[i] * weights[i];
    }
    out.level_db[t] = db_of_power(power / static_cast<double>(fft));
    double* row = out.magnitude.data() + t * out.bins;
    transform.power(frame.data(), row);
    for (size_t k = 0; k < out.bins; ++k) row[k] = std::sqrt(row[k]);
  }
  return out;
}

Spectrum short_time_spectrum(std::span<const double> x, int rate) {
  const size_t size = spectrum_size(rate);
  return short_time_spectrum(x, size, size / 4, size);
}

bool has_mel_cepstra(int rate) { return mel_setting(rate) != nullptr; }

std::vector<std::vector<double>> mel_cepstra(const Spectrum& spectrum, const std::vector<bool>& active, int rate) {
  const MelSetting* setting = mel_setting(rate);
  std::vector<std::vector<double>> out;
  if (!setting) return out;
  const size_t half = spectrum.bins - 1, size = 2 * half;
  RealFft transform(size);
  std::vector<double> logs(size), cepstrum(half + 1);
  for (size_t t = 0; t < spectrum.frames(); ++t) {
    if (!active[t]) continue;
    const auto row = spectrum.row(t);
    for (size_t k = 0; k <= half; ++k) logs[k] = std::log(row[k] * row[k] + 1e-6);
    for (size_t k = half + 1; k < size; ++k) logs[k] = logs[size - k];
    transform.even(logs.data(), cepstrum.data());  // of an even sequence the inverse is the same over its size
    for (double& c : cepstrum) c /= static_cast<double>(size);
    cepstrum[0] /= 2;
    auto warp = warped(cepstrum, setting->order, setting->warping);
    out.emplace_back(warp.begin() + 1, warp.end());
  }
  return out;
}

}  // namespace syrinx::ab
