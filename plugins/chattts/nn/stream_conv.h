// Convolutions along time that take their input in pieces and give the same frames as in one piece.
//
// A convolution of half width r needs r frames on either side. Streamed, it keeps the last 2r frames it saw, answers r frames late, and
// counts frames outside the signal as zeros (or leaves them out, for overlap-add). A chunk then costs its own length, where decoding a
// window around it would cost the window. All tensors are [B, channels, T] f32; T may be 0 while a layer waits for more.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace chattts {

// What one layer remembers between pieces.
class Tail {
 public:
  // The piece with what was kept in front (zeros before the first), and zeros behind it if it is the last: the frames a layer of half
  // width `r` can answer now are [r, size - r) of it. Empty if it can answer none.
  at::Tensor extend(const at::Tensor& piece, int64_t r, bool last);

 private:
  at::Tensor kept_;  // undefined: nothing came yet
};

// Same-padded convolution: weight [out, in / groups, k], bias may be undefined.
struct Convolution {
  at::Tensor weight, bias;
  int64_t dilation = 1, groups = 1;
  int64_t reach() const { return (weight.size(2) - 1) / 2 * dilation; }
  // `extended` as Tail::extend gave it: no padding.
  at::Tensor operator()(const at::Tensor& extended) const { return at::conv1d(extended, weight, bias, 1, at::IntArrayRef({0}), dilation, groups); }
};

}  // namespace chattts
