// The inner loops of the networks, in one variant for each instruction set; chosen once at run time.
//
// Integer sums are exact, so all variants agree on them to the bit; float parts may differ in the last bits.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hibari {

struct Range {
  float low = 0, high = 0;  // both include 0
};

constexpr int kMostInputs = 1024;  // of a quantized layer

// Weights of a linear layer, int8 [in, out], repacked for a variant: blocks of `columns` outputs, in groups of `group` inputs.
struct PackedInt8 {
  int in = 0, out = 0, padded = 0;
  float scale = 0;
  std::vector<int8_t> weights;    // [padded / columns][in / group][columns][group]
  std::vector<int32_t> sums;      // per output: the sum of its weights
  std::vector<float> bias;        // [padded]
};

// Float weights [in, out] in blocks of 32 outputs: [padded / 32][in][32].
struct PackedFloat {
  int in = 0, out = 0, padded = 0;
  std::vector<float> weights, bias;
};

struct Kernels {
  std::string_view name;  // "portable", "avx2", "avx512vnni"
  int columns, group;     // of PackedInt8

  // Dynamic quantization of n floats with a known range (specification, section 7): q and the zero point.
  void (*quantize)(const float* x, int64_t n, Range range, uint8_t* q);
  // y = (q - zero) w * (scale of x * scale of w) + bias, rows of `in` bytes. What is done with y:
  void (*linear)(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, float* y, int64_t stride);  // stored
  void (*linear_gelu)(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, float* y, int64_t stride, Range* range);
  void (*linear_add)(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, const float* gamma, float* x, int64_t stride);
  // y [rows, out] = a w + bias, where row r of a begins at a + r * step (so a convolution over time is one call).
  void (*matmul)(const float* a, int64_t step, int rows, const PackedFloat& w, float* y, int64_t stride);
  // Layer normalisation of rows of c channels, epsilon 1e-5; grows `range`.
  void (*norm)(const float* x, int rows, int c, const float* weight, const float* bias, float* y, Range* range);
  // The same of a depthwise convolution over time, for rows [first, end) of all: taps [k][c], zero-padded, then norm.
  void (*depthwise_norm)(const float* x, int rows, int first, int end, int c, const float* taps, const float* tap_bias, int k, int dilation,
                         const float* weight, const float* bias, float* y, Range* range);
  void (*gelu)(float* x, int64_t n);
  // Attention over all rows: qkv [rows, 3 c], heads of c / heads; y [rows, c]; heads of a multiple of 32.
  // work: see attention_floats.
  void (*attention)(const float* qkv, int rows, int c, int heads, float* y, float* work, Range* range);
};

// What attention works in.
constexpr int64_t attention_floats(int rows, int c, int heads) {
  const int64_t padded = (rows + 31) / 32 * 32;
  return (padded + rows) * (c / heads) + rows * padded;
}

// The best variant for this CPU, or the one the environment's HIBARI_ISA names (for tests).
const Kernels& best_kernels();
// All that this CPU can run.
std::vector<const Kernels*> usable_kernels();

// The scale and zero point of a range.
float scale_of(Range range);
int zero_of(Range range);

}  // namespace hibari
