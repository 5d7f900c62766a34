// How far two sounds of one text are apart. None of it says which is better, unless one of them is a recording.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/ab/signal.h"

namespace syrinx::ab {

struct PairMeasures {
  int64_t len_a = 0, len_b = 0;
  std::optional<double> duration_ratio;
  bool identical = false;
  std::optional<int64_t> first_diff_sample;
  int64_t lag_samples = 0;  // positive: b is late; within 50 ms
  std::optional<double> lag_corr;
  bool comparable_length = false;  // lengths within 20 ms; else the next group is not computed
  std::optional<double> max_abs_diff, snr_db, si_sdr_db, seg_snr_db, lsd_db, mrstft, spectral_convergence, log_magnitude;
  // Along exact time warping of the active frames; any lengths.
  std::optional<double> mcd_db, dtw_penalty, f0_rmse_cents, f0_corr, vuv_error, gross_pitch_error;
  std::optional<int64_t> mcd_path;
};

// `a` is the reference. With `align`, what lies over each other at the lag is compared, the first six fields excepted.
// Both at `rate`, finite.
PairMeasures measure_pair(std::span<const double> a, std::span<const double> b, int rate, bool align = false);
Values values_of(const PairMeasures& m);

// Exact dynamic time warping with steps (1,1), (1,0), (0,1); of predecessors of equal cost the diagonal, then the step in a.
struct Warping {
  double cost = 0;
  std::vector<std::pair<size_t, size_t>> path;
};
Warping warp_time(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b);

}  // namespace syrinx::ab
