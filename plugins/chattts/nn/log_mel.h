// Audio to a natural-log mel spectrogram, as the speaker encoder reads it: reflected at both ends, periodic Hann windows, magnitudes,
// the filter bank of the file, a floor.
#pragma once

#include "nn/placement.h"

namespace chattts {

// The DVAE's floor; Vocos' own extractor has 1e-7.
constexpr double kMelFloor = 1e-5;

class LogMel {
 public:
  // window [fft] and filters [bins, bands], f32 of any device; hop = fft / 4. Works on the host, in double: near the floor the logarithm
  // magnifies the rounding of the transform.
  LogMel(const at::Tensor& window, const at::Tensor& filters);

  // samples [N] f32 mono, N > fft / 2 -> [bands, 1 + N / hop] f32 on the host.
  at::Tensor operator()(const at::Tensor& samples, double floor = kMelFloor) const;
  int64_t least_samples() const { return window_.size(0) / 2 + 1; }

 private:
  at::Tensor window_, filters_;  // f64
};

}  // namespace chattts
