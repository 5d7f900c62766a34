#include "griffin_lim.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <kissfft.hh>

#include "syrinx/sampler.h"

namespace basic {

namespace {

using Complex = std::complex<float>;

// Frames and their spectra, by one complex transform each.
class Stft {
 public:
  Stft(int fft, int hop) : n_(fft), hop_(hop), forward_(static_cast<size_t>(fft), false), inverse_(static_cast<size_t>(fft), true), window_(static_cast<size_t>(fft)), a_(static_cast<size_t>(fft)), b_(static_cast<size_t>(fft)) {
    for (int i = 0; i < n_; ++i) window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * M_PI * i / n_));
  }

  // padded signal of hop * (frames - 1) + fft samples -> [frames][fft / 2 + 1]
  void analyse(const std::vector<float>& x, int64_t frames, std::vector<Complex>& out) {
    const int lines = n_ / 2 + 1;
    out.resize(static_cast<size_t>(frames) * lines);
    for (int64_t f = 0; f < frames; ++f) {
      for (int i = 0; i < n_; ++i) a_[i] = x[f * hop_ + i] * window_[i];
      forward_.transform(a_.data(), b_.data());
      std::copy(b_.begin(), b_.begin() + lines, out.begin() + f * lines);
    }
  }
  void synthesise(const std::vector<Complex>& spectra, int64_t frames, std::vector<float>& x) {
    const int lines = n_ / 2 + 1;
    x.assign(static_cast<size_t>((frames - 1) * hop_ + n_), 0.0f);
    std::vector<float> weight(x.size());
    for (int64_t f = 0; f < frames; ++f) {
      const Complex* s = spectra.data() + f * lines;
      for (int k = 0; k < lines; ++k) a_[k] = s[k];
      for (int k = lines; k < n_; ++k) a_[k] = std::conj(s[n_ - k]);
      a_[0] = a_[0].real();
      a_[n_ / 2] = a_[n_ / 2].real();
      inverse_.transform(a_.data(), b_.data());
      for (int i = 0; i < n_; ++i) {
        x[f * hop_ + i] += b_[i].real() / static_cast<float>(n_) * window_[i];
        weight[f * hop_ + i] += window_[i] * window_[i];
      }
    }
    for (size_t i = 0; i < x.size(); ++i) x[i] /= std::max(weight[i], 1e-6f);
  }

 private:
  int n_, hop_;
  kissfft<float> forward_, inverse_;
  std::vector<float> window_;
  std::vector<Complex> a_, b_;
};

}  // namespace

std::vector<float> GriffinLim::run(const std::vector<float>& magnitudes, int64_t frames, uint64_t key, const std::function<bool(int)>& keep_on) const {
  if (frames < 2) return {};
  const size_t lines = static_cast<size_t>(fft) / 2 + 1;
  Stft stft(fft, hop);
  std::vector<Complex> spectra(magnitudes.size()), rebuilt, before(magnitudes.size());
  for (size_t i = 0; i < spectra.size(); ++i) {
    const uint32_t counter[4] = {static_cast<uint32_t>(i % lines), static_cast<uint32_t>(i / lines), 0, 0};
    uint32_t words[4];
    syx_philox4x32(counter, key, words);
    spectra[i] = std::polar(magnitudes[i], static_cast<float>(words[0] * (2 * M_PI * 0x1p-32)));
  }
  std::vector<float> x;
  for (int pass = 0; pass < iterations && keep_on(pass); ++pass) {
    stft.synthesise(spectra, frames, x);
    stft.analyse(x, frames, rebuilt);
    for (size_t i = 0; i < spectra.size(); ++i) {
      const Complex next = rebuilt[i] + momentum * (rebuilt[i] - before[i]);
      const float size = std::abs(next);
      before[i] = rebuilt[i];
      spectra[i] = size > 1e-12f ? next * (magnitudes[i] / size) : Complex(magnitudes[i], 0);
    }
  }
  stft.synthesise(spectra, frames, x);
  return {x.begin() + fft / 2, x.end() - fft / 2};
}

}  // namespace basic
