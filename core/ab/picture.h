// Pictures of sound as PNG: waveforms and spectrograms with one time axis and one level scale for all arms of a text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/ab/audio.h"
#include "core/ab/spectrum.h"

namespace syrinx::ab {

inline constexpr size_t kPictureWidth = 640;

// Smallest and largest sample of each column; `seconds`: of the whole width.
std::string waveform_png(std::span<const double> x, int rate, double seconds);
// 0 to half the rate, linear; dB relative to `top` (a magnitude), -80 to 0.
std::string spectrogram_png(const Spectrum& spectrum, int rate, double seconds, double top);
// B - A in dB, -20 to 20.
std::string difference_png(const Spectrum& a, const Spectrum& b, int rate, double seconds);

// 8-bit pictures with a palette of 256 colours (RGB).
std::string indexed_png(const std::vector<uint8_t>& pixels, size_t width, size_t height, const std::vector<uint8_t>& palette);

}  // namespace syrinx::ab
