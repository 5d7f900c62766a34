// Loudness and true peak by ITU-R BS.1770-4.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "core/ab/audio.h"

namespace syrinx::ab {

struct Biquad {
  std::array<double, 3> b{}, a{};
};
// The weighting of loudness at a rate: the shelf, then the high pass. Scaled so that a full-scale sine of 997 Hz reads
// -3.01 LUFS at every rate; at 48 kHz these are the Recommendation's tables.
std::array<Biquad, 2> loudness_filters(int rate);

struct Loudness {
  std::optional<double> lufs;  // none if everything is below the gate of -70
  bool gated = true;           // false: shorter than one block of 0.4 s, measured as a whole
};
Loudness loudness(const Audio& audio);

// The four phases of the Recommendation's interpolator.
const std::array<std::array<double, 12>, 4>& true_peak_phases();
// The largest magnitude of samples and interpolated samples, with zeros before and after.
double true_peak(std::span<const double> x);

// What a set of sounds is played at, so that all are equally loud and none passes -1 dBTP: at most -23 LUFS. Gains in dB;
// 0 for a sound that has no loudness.
struct SessionGains {
  double target_lufs = -23;
  std::vector<double> gain_db;
};
SessionGains session_gains(std::span<const std::optional<double>> lufs, std::span<const double> true_peak_db);

}  // namespace syrinx::ab
