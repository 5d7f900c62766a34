// Linear layers and their loading, shared by the two networks.
#pragma once

#include <functional>
#include <string>

#include "kernels.h"
#include "onnx_file.h"

namespace hibari {

// Reads layers; the first problem is kept in `error`, and everything read after it is empty.
class LayerReader {
 public:
  LayerReader(const OnnxFile& file, const Kernels& kernels, std::string* error) : file_(file), kernels_(kernels), error_(error) {}

  std::vector<float> floats(const std::string& name, int64_t count) const { return file_.floats(name, count, error_); }
  // int8 [in, out] `matrix`_quantized with `matrix`_scale, and a bias.
  PackedInt8 int8(const std::string& matrix, const std::string& bias, int in, int out) const;
  // Float [in, out], or with `convolution` taps [out, in, k] of a convolution over time.
  PackedFloat matrix(const std::string& name, const std::string& bias, int in, int out) const;
  PackedFloat convolution(const std::string& name, const std::string& bias, int in, int out, int k) const;
  // The part of a convolution's taps that reads inputs [first, end): as a matrix [end - first][k * out], tap by tap, without bias;
  // or with `joined` [k * (end - first)][out], as convolution() has it.
  PackedFloat taps_of(const std::string& name, int in, int out, int k, int first, int end, bool joined) const;
  // Depthwise taps [c, 1, k] as [k][c].
  std::vector<float> taps(const std::string& name, int c, int k) const;

 private:
  PackedFloat pack(const std::vector<float>& rows, std::vector<float> bias, int in, int out) const;
  const OnnxFile& file_;
  const Kernels& kernels_;
  std::string* error_;
};

// body(i) for i in [0, parts), on several threads; returns when all are done.
using Parallel = std::function<void(int parts, const std::function<void(int)>& body)>;

// What a layer works on; kept between calls so that nothing is allocated twice.
struct Workspace {
  int threads = 1;    // rows of long chunks are divided among so many; the result does not depend on it
  Parallel parallel;  // used if threads > 1
  std::vector<float> normal, inner, attention, qkv, context, rows, taps, head;
  std::vector<uint8_t> q;
};

// body(first, end, range) over rows, divided among the workspace's threads; the union of the ranges.
Range over_rows(const Workspace& work, int rows, const std::function<void(int first, int end, Range*)>& body);

// x [rows, c] quantized over all rows, with its scale and zero point.
struct Quantized {
  const uint8_t* q;
  float scale;
  int zero;
};
Quantized quantized(const Kernels& kernels, const float* x, int64_t n, Range range, Workspace& work);

}  // namespace hibari
