#include "nn/mel_decoder.h"

namespace chattts {

MelDecoder::MelDecoder(const WeightSource& source, const std::string& stack_prefix, int64_t blocks, const at::Device& device)
    : device_(device), stack_(below(source, stack_prefix), blocks, device), coef_(load_f32(source, "coef", device)) {
  out_.weight = load_f32(source, "out_conv.weight", device);
}

at::Tensor MelDecoder::push(Stream& stream, const at::Tensor& steps, bool last, const Observer& observe) const {
  const int64_t batch = steps.size(0), half = steps.size(1) / 2, count = steps.size(2);
  // u[b, c, 2t + k] = h[b, k * half + c, t]
  const at::Tensor frames =
      steps.to(device_).view({batch, 2, half, count}).permute({0, 2, 3, 1}).reshape({batch, half, 2 * count}).contiguous();
  const at::Tensor x = stack_.push(stream.stack, frames, last, observe);
  const at::Tensor extended = stream.out.extend(x, out_.reach(), last);
  if (extended.size(2) == 0) return at::zeros({batch, bands(), 0}, x.options());
  const at::Tensor mel = out_(extended);
  if (observe) observe("out_conv", mel);
  return mel * coef_;
}

at::Tensor MelDecoder::decode(const at::Tensor& steps, const Observer& observe) const {
  Stream stream = open();
  return push(stream, steps, /*last=*/true, observe);
}

}  // namespace chattts
