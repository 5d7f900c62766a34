#include "nn/convnext.h"

namespace chattts {
namespace {

Convolution convolution(const WeightSource& source, const std::string& name, bool bias, const at::Device& device) {
  Convolution out;
  out.weight = load_f32(source, name + ".weight", device);
  if (bias) out.bias = load_f32(source, name + ".bias", device);
  return out;
}

}  // namespace

ConvNextBlock::ConvNextBlock(const WeightSource& source, const std::string& scale_name, int64_t dilation, const at::Device& device)
    : depthwise_(convolution(source, "dwconv", true, device)),
      norm_weight_(load_f32(source, "norm.weight", device)),
      norm_bias_(load_f32(source, "norm.bias", device)),
      up_weight_(load_f32(source, "pwconv1.weight", device)),
      up_bias_(load_f32(source, "pwconv1.bias", device)),
      down_weight_(load_f32(source, "pwconv2.weight", device)),
      down_bias_(load_f32(source, "pwconv2.bias", device)),
      scale_(load_f32(source, scale_name, device)) {
  depthwise_.dilation = dilation;
  depthwise_.groups = depthwise_.weight.size(0);
}

at::Tensor ConvNextBlock::operator()(const at::Tensor& extended) const {
  const int64_t r = reach(), frames = extended.size(2) - 2 * r;
  const at::Tensor x = extended.narrow(2, r, frames);
  at::Tensor y = depthwise_(extended).transpose(1, 2);
  y = at::layer_norm(y, {y.size(2)}, norm_weight_, norm_bias_, kLayerNormEpsilon);
  y = at::linear(at::gelu(at::linear(y, up_weight_, up_bias_)), down_weight_, down_bias_);
  return x + (y * scale_).transpose(1, 2);
}

ConvStack::ConvStack(const WeightSource& source, int64_t blocks, const at::Device& device)
    : in0_(convolution(source, "conv_in.0", true, device)),
      in2_(convolution(source, "conv_in.2", true, device)),
      out_(convolution(source, "conv_out", false, device)) {
  constexpr int64_t kDilation = 2;
  for (int64_t i = 0; i < blocks; ++i)
    blocks_.emplace_back(below(source, "decoder_block." + std::to_string(i) + "."), "weight", kDilation, device);
}

ConvStack::Stream ConvStack::open() const { return {std::vector<Tail>(2 + blocks_.size())}; }

int64_t ConvStack::look_ahead() const {
  int64_t frames = in0_.reach() + in2_.reach();
  for (const ConvNextBlock& block : blocks_) frames += block.reach();
  return frames;
}

at::Tensor ConvStack::push(Stream& stream, at::Tensor x, bool last, const Observer& observe) const {
  const auto empty = [&](int64_t channels) { return at::zeros({x.size(0), channels, 0}, x.options()); };
  // A layer that cannot answer yet hands an empty piece on; those behind it keep what they have.
  const auto layer = [&](size_t tail, int64_t reach, int64_t channels, auto&& compute) {
    const at::Tensor extended = stream.tails[tail].extend(x, reach, last);
    x = extended.size(2) > 0 ? compute(extended) : empty(channels);
  };
  layer(0, in0_.reach(), in0_.weight.size(0), [&](const at::Tensor& e) { return at::gelu(in0_(e)); });
  layer(1, in2_.reach(), in2_.weight.size(0), [&](const at::Tensor& e) { return in2_(e); });
  if (observe) observe("conv_in", x);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    layer(2 + i, blocks_[i].reach(), x.size(1), [&](const at::Tensor& e) { return blocks_[i](e); });
    if (observe) observe("block" + std::to_string(i), x);
  }
  x = x.size(2) > 0 ? out_(x) : empty(out_.weight.size(0));
  if (observe) observe("conv_out", x);
  return x;
}

}  // namespace chattts
