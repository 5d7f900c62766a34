// The ConvNeXt stack that Decoder and DVAE share, and the blocks that Vocos uses too (Liu et al. 2022; Siuzdak 2023).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nn/placement.h"
#include "nn/stream_conv.h"

namespace chattts {

constexpr double kLayerNormEpsilon = 1e-6;

// Sees what a named layer made, for comparisons: (name, output).
using Observer = std::function<void(const std::string&, const at::Tensor&)>;

// x + scale * Linear(GELU(Linear(LayerNorm(depthwise(x)))))
class ConvNextBlock {
 public:
  // Names below `source`: dwconv, norm, pwconv1, pwconv2 and the layer scale, "weight" or "gamma".
  ConvNextBlock(const WeightSource& source, const std::string& scale_name, int64_t dilation, const at::Device& device);
  int64_t reach() const { return depthwise_.reach(); }
  at::Tensor operator()(const at::Tensor& extended) const;

 private:
  Convolution depthwise_;
  at::Tensor norm_weight_, norm_bias_, up_weight_, up_bias_, down_weight_, down_bias_, scale_;
};

// conv k3 -> GELU -> conv k3 -> blocks -> conv k1 without bias
class ConvStack {
 public:
  ConvStack(const WeightSource& source, int64_t blocks, const at::Device& device);

  // What a stream of one signal (or of a batch of equal length) keeps.
  struct Stream {
    std::vector<Tail> tails;
  };
  Stream open() const;
  // [B, in, T] -> [B, out, T'], T' frames that are final now; all remaining ones if `last`.
  at::Tensor push(Stream& stream, at::Tensor x, bool last, const Observer& observe = {}) const;
  // Frames needed behind a frame before it is final.
  int64_t look_ahead() const;

 private:
  Convolution in0_, in2_;
  std::vector<ConvNextBlock> blocks_;
  Convolution out_;
};

}  // namespace chattts
