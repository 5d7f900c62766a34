// Frames, levels and short-time spectra that the measures of sound share. All in double.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace syrinx::ab {

// 20 log10 and 10 log10 with a floor of -120 dB.
double db_of_amplitude(double v);
double db_of_power(double p);

// Rounded to nearest, ties to even.
size_t samples_of(double seconds, int rate);

// Which frames carry sound: level at least max(-60, loudest - 40) dB; none if the loudest is below -60 dB.
std::vector<bool> active_frames(std::span<const double> levels_db);

// The FFT of real input; makes its tables once.
class RealFft {
 public:
  explicit RealFft(size_t size);  // even
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  // |X|^2 of bins 0 .. size/2.
  void power(const double* in, double* out);
  // Real parts of bins 0 .. size/2: the transform of an even sequence.
  void even(const double* in, double* out);

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

struct Spectrum {
  size_t bins = 0;
  std::vector<double> magnitude;  // [frames][bins]
  std::vector<double> level_db;   // per frame: of the samples before the window
  size_t frames() const { return level_db.size(); }
  std::span<const double> row(size_t t) const { return {magnitude.data() + t * bins, bins}; }
};

// 2^floor(log2(1024 rate / 24000) + 0.5); the hop is a quarter of it.
size_t spectrum_size(int rate);

// Frames around every hop-th sample, 1 + length / hop of them, with fft / 2 samples mirrored at both ends (the edge is not
// repeated; a shorter signal is extended with zeros first). Periodic Hann of `window` samples in the middle of `fft`.
Spectrum short_time_spectrum(std::span<const double> x, size_t fft, size_t hop, size_t window);
Spectrum short_time_spectrum(std::span<const double> x, int rate);

// Mel-cepstra, coefficients 1 .. order, of the rows of `spectrum` that are `active`; empty for a rate without a setting.
std::vector<std::vector<double>> mel_cepstra(const Spectrum& spectrum, const std::vector<bool>& active, int rate);
bool has_mel_cepstra(int rate);

}  // namespace syrinx::ab
