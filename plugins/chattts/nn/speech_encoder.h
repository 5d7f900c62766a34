// Audio to codes: the encoder half of the DVAE, for a voice made from a recording.
#pragma once

#include "nn/convnext.h"
#include "nn/gfsq.h"
#include "nn/log_mel.h"

namespace chattts {

class SpeechEncoder {
 public:
  // `source`: the DVAE's file. Layers read off the tensors.
  SpeechEncoder(const WeightSource& source, int64_t blocks, const at::Device& device);

  // samples [N] f32 mono 24 kHz -> codes [4, T] i64 on the host, T = F / 2 of F = 1 + N / 256 frames.
  at::Tensor encode(const at::Tensor& samples, GfsqVariant variant, const Observer& observe = {}) const;
  // ln mel [bands, F] -> codes [4, F / 2]
  at::Tensor encode_mel(const at::Tensor& mel, GfsqVariant variant, const Observer& observe = {}) const;
  const LogMel& log_mel() const { return log_mel_; }
  const at::Device& device() const { return device_; }

 private:
  at::Device device_;
  LogMel log_mel_;
  at::Tensor coef_, down0_weight_, down0_bias_, down2_weight_, down2_bias_;
  ConvStack stack_;
  Gfsq quantizer_;
};

}  // namespace chattts
