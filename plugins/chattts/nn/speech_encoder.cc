#include "nn/speech_encoder.h"

namespace chattts {

SpeechEncoder::SpeechEncoder(const WeightSource& source, int64_t blocks, const at::Device& device)
    : device_(device),
      log_mel_(source("preprocessor_mel.mel_spec.spectrogram.window"), source("preprocessor_mel.mel_spec.mel_scale.fb")),
      coef_(load_f32(source, "coef", device)),
      down0_weight_(load_f32(source, "downsample_conv.0.weight", device)),
      down0_bias_(load_f32(source, "downsample_conv.0.bias", device)),
      down2_weight_(load_f32(source, "downsample_conv.2.weight", device)),
      down2_bias_(load_f32(source, "downsample_conv.2.bias", device)),
      stack_(below(source, "encoder."), blocks, device),
      quantizer_(below(source, "vq_layer.quantizer."), device) {}

at::Tensor SpeechEncoder::encode(const at::Tensor& samples, GfsqVariant variant, const Observer& observe) const {
  const at::Tensor mel = log_mel_(samples);
  if (observe) observe("mel_from_wav", mel);
  return encode_mel(mel, variant, observe);
}

at::Tensor SpeechEncoder::encode_mel(const at::Tensor& mel, GfsqVariant variant, const Observer& observe) const {
  at::Tensor x = mel.to(device_).unsqueeze(0) / coef_;
  x = at::gelu(at::conv1d(x, down0_weight_, down0_bias_, 1, 1));
  x = at::gelu(at::conv1d(x, down2_weight_, down2_bias_, 2, 1));
  if (observe) observe("downsample", x.squeeze(0));
  ConvStack::Stream stream = stack_.open();
  x = stack_.push(stream, x, /*last=*/true);
  if (observe) {
    observe("encoder", x);
    for (int64_t g = 0; g < Gfsq::kGroups; ++g) observe("projected" + std::to_string(g), quantizer_.project(x, g));
  }
  return quantizer_.encode(x, variant).squeeze(0).cpu();
}

}  // namespace chattts
