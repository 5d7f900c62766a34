// All measures of one sound that need no network.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/ab/audio.h"
#include "core/ab/level.h"
#include "core/ab/pitch.h"

namespace syrinx::ab {

// Values by the names of measures; none where a measure is undefined.
using Values = std::map<std::string, std::optional<double>>;

// Where sound is, in frames of 25 ms every 10 ms.
struct Activity {
  int64_t frames = 0, active_frames = 0, pauses = 0;  // pauses of at least 0.2 s between the first and last active frame
  double silence_ratio = 1, leading_s = 0, trailing_s = 0, span_s = 0, pause_s = 0, longest_pause_s = 0;
};
Activity measure_activity(std::span<const double> x, int rate);

struct SpectralShape {
  int64_t frames = 0, active_frames = 0;
  std::optional<double> centroid_hz, centroid_sd_hz, rolloff95_hz;
};

struct SignalMeasures {
  int64_t samples = 0, nonfinite = 0;
  int rate = 0;
  // With samples that are not finite nothing below is computed.
  double duration_s = 0, peak_dbfs = -120, rms_dbfs = -120, crest_db = 0, dc = 0, max_step = 0, true_peak_dbtp = -120, longest_zero_run_s = 0;
  int64_t clipped_samples = 0, clip_runs = 0;
  Loudness level;
  Activity activity;
  SpectralShape spectrum;
  int64_t pitch_frames = 0;
  PitchStatistics pitch;
  std::optional<double> hnr_db;
  // Of the text that is spoken, by time without edges (and without pauses).
  std::optional<double> chars_per_s, units_per_s, articulation_units_per_s;
};
// `text`: what is spoken, or empty.
SignalMeasures measure_signal(const Audio& audio, const std::string& text = {});
Values values_of(const SignalMeasures& m);

}  // namespace syrinx::ab
