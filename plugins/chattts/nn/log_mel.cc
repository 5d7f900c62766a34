#include "nn/log_mel.h"

#include <syrinx/sdk.hpp>

namespace chattts {

LogMel::LogMel(const at::Tensor& window, const at::Tensor& filters) : window_(window.cpu().to(at::kDouble)), filters_(filters.cpu().to(at::kDouble)) {}

at::Tensor LogMel::operator()(const at::Tensor& samples, double floor) const {
  const int64_t fft = window_.size(0), hop = fft / 4;
  if (samples.size(0) < least_samples())
    throw syrinx::Failure(syrinx::invalid, "the recording has " + std::to_string(samples.size(0)) + " samples",
                          "at least " + std::to_string(least_samples()) + " are needed; a few seconds make a voice");
  const at::Tensor padded = at::reflection_pad1d(samples.cpu().to(at::kDouble).unsqueeze(0), {fft / 2, fft / 2}).squeeze(0);
  const at::Tensor frames = padded.unfold(0, fft, hop) * window_;  // [F, fft]
  const at::Tensor magnitude = at::fft_rfft(frames).abs();
  return at::matmul(magnitude, filters_).clamp_min(floor).log().to(at::kFloat).transpose(0, 1).contiguous();
}

}  // namespace chattts
