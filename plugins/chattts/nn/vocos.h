// Vocos: a ConvNeXt backbone over mel frames that predicts magnitude and phase of each frame's spectrum, and the inverse transform to
// samples (Siuzdak 2023). The transform is two products with real bases, so that devices without complex numbers can run it.
#pragma once

#include "nn/convnext.h"

namespace chattts {

class Vocos {
 public:
  // Names: backbone.embed, backbone.norm, backbone.convnext.N, backbone.final_layer_norm, head.out, head.istft.window.
  Vocos(const WeightSource& source, int64_t blocks, const at::Device& device);

  struct Stream {
    Tail embed;
    std::vector<Tail> blocks;
    at::Tensor frames;  // windowed, [B, up to 3, fft]: those whose samples are not all out
    int64_t done = 0;   // frames that came before `frames`
    bool began = false;
  };
  Stream open() const;
  // ln mel [B, bands, F] -> samples [B, N] f32, those that are final now; hop * (F - 1) in all, none for a single frame.
  at::Tensor push(Stream& stream, const at::Tensor& mel, bool last, const Observer& observe = {}) const;
  at::Tensor decode(const at::Tensor& mel, const Observer& observe = {}) const;

  int64_t hop() const { return hop_; }
  // In frames: of the backbone, and one more for the overlap of the transform's windows on either side.
  int64_t look_ahead() const;
  const at::Device& device() const { return device_; }

 private:
  at::Tensor inverse(const at::Tensor& head) const;  // [B, F, 2 * bins] -> windowed frames [B, F, fft]
  at::Tensor overlap_add(Stream& stream, const at::Tensor& frames, bool last) const;

  at::Device device_;
  Convolution embed_;
  at::Tensor norm_weight_, norm_bias_, final_weight_, final_bias_, head_weight_, head_bias_;
  std::vector<ConvNextBlock> blocks_;
  at::Tensor window_;            // [fft]
  at::Tensor cosines_, sines_;   // [bins, fft / 2 + 1]: a real spectrum's even and odd parts in time
  int64_t fft_ = 1024, hop_ = 256;
};

}  // namespace chattts
