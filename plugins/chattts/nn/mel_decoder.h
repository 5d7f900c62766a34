// From what the language model made to a log mel spectrogram: two halves of each step's vector become two frames, then the ConvNeXt
// stack, then a convolution to the mel bands and the bands' own factors. Decoder reads hidden states, the DVAE's decoder reads features
// of codes (gfsq.h); they differ in widths only.
#pragma once

#include "nn/convnext.h"

namespace chattts {

class MelDecoder {
 public:
  // Names: coef, out_conv.weight, and the stack below `stack_prefix`. `input` is the width of one step, 2 x the stack's.
  MelDecoder(const WeightSource& source, const std::string& stack_prefix, int64_t blocks, const at::Device& device);

  struct Stream {
    ConvStack::Stream stack;
    Tail out;
  };
  Stream open() const { return {stack_.open(), {}}; }
  // [B, input, T] f32 -> ln mel [B, bands, F], the frames that are final now; 2 T in all.
  at::Tensor push(Stream& stream, const at::Tensor& steps, bool last, const Observer& observe = {}) const;
  at::Tensor decode(const at::Tensor& steps, const Observer& observe = {}) const;

  int64_t bands() const { return out_.weight.size(0); }
  // In frames.
  int64_t look_ahead() const { return stack_.look_ahead() + out_.reach(); }
  const at::Device& device() const { return device_; }
  const at::Tensor& coef() const { return coef_; }  // [1, bands, 1]

 private:
  at::Device device_;
  ConvStack stack_;
  Convolution out_;
  at::Tensor coef_;
};

}  // namespace chattts
