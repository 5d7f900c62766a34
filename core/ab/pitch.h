// Pitch by YIN (de Cheveigne and Kawahara 2002), and how harmonic the voiced frames are.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace syrinx::ab {

struct Pitch {
  std::vector<double> f0;  // Hz per frame; 0: unvoiced
  std::vector<size_t> lag; // the chosen lag in samples, voiced or not
  size_t hop = 0;
};

// 60 to 600 Hz. Frame i is centred at i * hop; zeros lie outside the signal. Voiced: aperiodicity below 0.40 and the frame
// is active.
Pitch track_pitch(std::span<const double> x, int rate, size_t hop);

struct PitchStatistics {
  double voiced_ratio = 0;  // of all frames
  std::optional<double> median_hz, mean_hz, p05_hz, p95_hz, range_st, sd_st;
};
PitchStatistics pitch_statistics(const Pitch& pitch);

// Mean over voiced frames of 10 log10(r / (1 - r)), r the normalised correlation at the period; none without voiced frames.
std::optional<double> harmonics_to_noise_db(std::span<const double> x, int rate, const Pitch& pitch);

}  // namespace syrinx::ab
