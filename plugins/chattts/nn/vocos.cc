#include "nn/vocos.h"

#include <cmath>

namespace chattts {
namespace {

constexpr double kLargestMagnitude = 100;

}  // namespace

Vocos::Vocos(const WeightSource& source, int64_t blocks, const at::Device& device)
    : device_(device),
      norm_weight_(load_f32(source, "backbone.norm.weight", device)),
      norm_bias_(load_f32(source, "backbone.norm.bias", device)),
      final_weight_(load_f32(source, "backbone.final_layer_norm.weight", device)),
      final_bias_(load_f32(source, "backbone.final_layer_norm.bias", device)),
      head_weight_(load_f32(source, "head.out.weight", device)),
      head_bias_(load_f32(source, "head.out.bias", device)),
      window_(load_f32(source, "head.istft.window", device)) {
  embed_.weight = load_f32(source, "backbone.embed.weight", device);
  embed_.bias = load_f32(source, "backbone.embed.bias", device);
  for (int64_t i = 0; i < blocks; ++i)
    blocks_.emplace_back(below(source, "backbone.convnext." + std::to_string(i) + "."), "gamma", 1, device);
  fft_ = window_.size(0);
  hop_ = fft_ / 4;
  // x[n] = 1/N (sum over bins of w_k Re_k cos(2 pi k n / N) - w_k Im_k sin(2 pi k n / N)), w = 1 for the first and last bin, else 2. The first
  // part is even in n and the second odd, so half of each suffices.
  const int64_t half = fft_ / 2 + 1;
  const at::Tensor k = at::arange(half, at::kLong).unsqueeze(1), n = at::arange(half, at::kLong).unsqueeze(0);
  const at::Tensor angle = (k * n).remainder(fft_).to(at::kDouble) * (2 * M_PI / static_cast<double>(fft_));
  at::Tensor weight = at::full({half, 1}, 2.0 / static_cast<double>(fft_), at::kDouble);
  weight.narrow(0, 0, 1).fill_(1.0 / static_cast<double>(fft_));
  weight.narrow(0, half - 1, 1).fill_(1.0 / static_cast<double>(fft_));
  cosines_ = (angle.cos() * weight).to(at::kFloat).to(device);
  sines_ = (angle.sin() * weight).to(at::kFloat).to(device);
}

Vocos::Stream Vocos::open() const {
  Stream stream;
  stream.blocks.resize(blocks_.size());
  return stream;
}

int64_t Vocos::look_ahead() const {
  int64_t frames = embed_.reach() + 2;
  for (const ConvNextBlock& block : blocks_) frames += block.reach();
  return frames;
}

at::Tensor Vocos::inverse(const at::Tensor& head) const {
  const int64_t bins = fft_ / 2 + 1;
  const at::Tensor magnitude = head.narrow(2, 0, bins).exp().clamp_max(kLargestMagnitude), phase = head.narrow(2, bins, bins);
  const at::Tensor even = at::matmul(magnitude * phase.cos(), cosines_), odd = at::matmul(magnitude * phase.sin(), sines_);
  // n = 0 .. N/2, then N/2 + 1 .. N - 1 by symmetry.
  const at::Tensor second = (even + odd).narrow(2, 1, bins - 2).flip({2});
  return at::cat({even - odd, second}, 2) * window_;
}

// Output block j, hop samples long, is the sum of parts 3, 2, 1, 0 of frames j - 3 .. j. Blocks 2 .. F are kept (the centre padding is
// cut), and divided by the windows' squares that reached them.
at::Tensor Vocos::overlap_add(Stream& stream, const at::Tensor& frames, bool last) const {
  const int64_t batch = frames.size(0);
  const at::Tensor all = stream.frames.defined() ? at::cat({stream.frames, frames}, 1) : frames;
  const int64_t first = stream.done, count = all.size(1), total = first + count;  // frames first .. total - 1 are in `all`
  // Final now: all blocks that no later frame reaches.
  const int64_t from = stream.began ? first + 3 : 2, to = last ? total : total - 1;
  const at::Tensor parts = all.view({batch, count, 4, hop_}), square = (window_ * window_).view({4, hop_});
  at::Tensor out = at::zeros({batch, 0, hop_}, frames.options());
  if (to >= from && total > 0) {
    const int64_t blocks = to - from + 1;
    out = at::zeros({batch, blocks, hop_}, frames.options());
    at::Tensor weight = at::zeros({blocks, hop_}, frames.options());
    for (int64_t part = 3; part >= 0; --part) {
      // Block j takes this part of frame j - part.
      const int64_t low = std::max(from, first + part), high = std::min(to, total - 1 + part);
      if (low > high) continue;
      out.narrow(1, low - from, high - low + 1).add_(parts.narrow(1, low - part - first, high - low + 1).select(2, part));
      weight.narrow(0, low - from, high - low + 1).add_(square.select(0, part));
    }
    out.div_(weight);
    stream.began = true;
  }
  // Frames that a later block still needs: the last three.
  if (stream.began) {
    const int64_t keep = std::min<int64_t>(3, count);
    stream.frames = all.narrow(1, count - keep, keep).clone();
    stream.done = total - keep;
  } else {
    stream.frames = all.clone();
  }
  return out.reshape({batch, -1});
}

at::Tensor Vocos::push(Stream& stream, const at::Tensor& mel, bool last, const Observer& observe) const {
  const at::Tensor input = mel.to(device_);
  const int64_t batch = input.size(0), width = embed_.weight.size(0);
  const auto empty = [&] { return at::zeros({batch, width, 0}, input.options()); };
  at::Tensor extended = stream.embed.extend(input, embed_.reach(), last);
  at::Tensor x = extended.size(2) > 0 ? embed_(extended) : empty();
  if (observe) observe("embed", x);
  x = at::layer_norm(x.transpose(1, 2), {width}, norm_weight_, norm_bias_, kLayerNormEpsilon);
  if (observe) observe("norm", x);
  x = x.transpose(1, 2);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    extended = stream.blocks[i].extend(x, blocks_[i].reach(), last);
    x = extended.size(2) > 0 ? blocks_[i](extended) : empty();
    if (observe) observe("block" + std::to_string(i), x);
  }
  x = at::layer_norm(x.transpose(1, 2), {width}, final_weight_, final_bias_, kLayerNormEpsilon);
  if (observe) observe("final_norm", x);
  x = at::linear(x, head_weight_, head_bias_);
  if (observe) observe("head_out", x);
  return overlap_add(stream, inverse(x), last);
}

at::Tensor Vocos::decode(const at::Tensor& mel, const Observer& observe) const {
  Stream stream = open();
  return push(stream, mel, /*last=*/true, observe);
}

}  // namespace chattts
