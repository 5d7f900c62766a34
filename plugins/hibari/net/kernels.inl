// One variant of the kernels. Included by kernels_*.cc, each compiled for its instructions, inside a namespace of its own, so
// that nothing compiled for one CPU can be taken by the linker for another. Includes no standard templates for the same reason.
// Expects SYRINX_VARIANT_NAME and the constants of the int8 layout; plain loops are left to the compiler's vectoriser.

namespace {

inline float round_even(float x) {
  // Adding and taking away 1.5 * 2^23 rounds to nearest even for |x| < 2^22; larger values are clamped by the caller.
  const float magic = 12582912.0f;
  return (x + magic) - magic;
}

inline float clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// exp for |x| < 87, relative error below 2e-7 (Cephes' polynomial).
inline float fast_exp(float x) {
  x = clamp(x, -87.0f, 87.0f);
  const float n = round_even(x * 1.44269504088896341f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  union {
    int32_t i;
    float f;
  } power;
  power.i = (static_cast<int32_t>(n) + 127) << 23;
  return p * power.f;
}

// 0.5 x (1 + erf(x / sqrt 2)); erf by a rational function fitted for this, absolute error below 4e-7.
inline float gelu_one(float x) {
  const float v = clamp(x, -5.6f, 5.6f), u = v * v;
  float p = 4.4290626e-8f;
  p = p * u + 1.2713077921944205e-5f;
  p = p * u + 3.477022983133793e-4f;
  p = p * u + 9.414523839950562e-3f;
  p = p * u + 6.875228136777878e-2f;
  p = p * u + 0.797884464263916f;
  float q = 1.1802125e-6f;
  q = q * u + 7.510207797167823e-5f;
  q = q * u + 1.9129804568365216e-3f;
  q = q * u + 2.894010953605175e-2f;
  q = q * u + 0.25283393263816833f;
  q = q * u + 1.0f;
  return 0.5f * x + 0.5f * x * (v * p / q);
}

void gelu(float* x, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] = gelu_one(x[i]);
}

inline float scale_here(Range range) {
  const float s = (range.high - range.low) / 255.0f;
  return s > 0 ? s : 1.0f;
}

void quantize(const float* x, int64_t n, Range range, uint8_t* q) {
  const float s = scale_here(range);
  const float z = clamp(round_even(-range.low / s), 0.0f, 255.0f);
  for (int64_t i = 0; i < n; ++i) q[i] = static_cast<uint8_t>(static_cast<int32_t>(clamp(round_even(x[i] / s) + z, 0.0f, 255.0f)));
}

inline void grow(Range* range, float low, float high) {
  if (!range) return;
  range->low = low < range->low ? low : range->low;
  range->high = high > range->high ? high : range->high;
}

void normalise_row(const float* x, int c, const float* weight, const float* bias, float* y, Range* range) {
  float part[16] = {};
  for (int i = 0; i < c; i += 16)
    for (int k = 0; k < 16; ++k) part[k] += x[i + k];
  float mean = 0;
  for (int k = 0; k < 16; ++k) mean += part[k];
  mean /= static_cast<float>(c);
  float square[16] = {};
  for (int i = 0; i < c; i += 16)
    for (int k = 0; k < 16; ++k) {
      const float d = x[i + k] - mean;
      square[k] += d * d;
    }
  float variance = 0;
  for (int k = 0; k < 16; ++k) variance += square[k];
  const float inverse = 1.0f / __builtin_sqrtf(variance / static_cast<float>(c) + 1e-5f);
  float low[16] = {}, high[16] = {};
  for (int i = 0; i < c; i += 16)
    for (int k = 0; k < 16; ++k) {
      const float v = (x[i + k] - mean) * inverse * weight[i + k] + bias[i + k];
      y[i + k] = v;
      low[k] = v < low[k] ? v : low[k];
      high[k] = v > high[k] ? v : high[k];
    }
  for (int k = 0; k < 16; ++k) grow(range, low[k], high[k]);
}

void norm(const float* x, int rows, int c, const float* weight, const float* bias, float* y, Range* range) {
  for (int r = 0; r < rows; ++r) normalise_row(x + int64_t{r} * c, c, weight, bias, y + int64_t{r} * c, range);
}

void depthwise_norm(const float* x, int rows, int first, int end, int c, const float* taps, const float* tap_bias, int k, int dilation,
                    const float* weight, const float* bias, float* y, Range* range) {
  float row[1024];
  for (int r = first; r < end; ++r) {
    for (int i = 0; i < c; ++i) row[i] = tap_bias[i];
    for (int j = 0; j < k; ++j) {
      const int at = r + (j - k / 2) * dilation;
      if (at < 0 || at >= rows) continue;
      const float* from = x + int64_t{at} * c;
      const float* tap = taps + int64_t{j} * c;
      for (int i = 0; i < c; ++i) row[i] += tap[i] * from[i];
    }
    normalise_row(row, c, weight, bias, y + int64_t{r} * c, range);
  }
}

// rows x 32 outputs at once, so that weights are read once for several rows.
template <int R>
inline void matmul_tile(const float* a, int64_t step, int k, const float* w, const float* bias, float* y, int64_t stride, int columns) {
  float sum[R][32];
  for (int r = 0; r < R; ++r)
    for (int n = 0; n < 32; ++n) sum[r][n] = bias[n];
  for (int i = 0; i < k; ++i, w += 32)
    for (int r = 0; r < R; ++r) {
      const float v = a[r * step + i];
      for (int n = 0; n < 32; ++n) sum[r][n] += v * w[n];
    }
  for (int r = 0; r < R; ++r)
    for (int n = 0; n < columns; ++n) y[r * stride + n] = sum[r][n];
}

// Weights in blocks of 32 outputs, [out / 32][in][32]; `bias`: 32 for each block, or the same 32 for all with bias_step 0.
void matmul_blocks(const float* a, int64_t step, int rows, const float* w, int in, int out, const float* bias, int bias_step, float* y,
                   int64_t stride) {
  for (int first = 0; first < out; first += 32, w += int64_t{in} * 32, bias += bias_step) {
    const int columns = out - first < 32 ? out - first : 32;
    int r = 0;
    for (; r + kMatmulRows <= rows; r += kMatmulRows)
      matmul_tile<kMatmulRows>(a + r * step, step, in, w, bias, y + r * stride + first, stride, columns);
    for (; r < rows; ++r) matmul_tile<1>(a + r * step, step, in, w, bias, y + r * stride + first, stride, columns);
  }
}

void matmul(const float* a, int64_t step, int rows, const PackedFloat& w, float* y, int64_t stride) {
  matmul_blocks(a, step, rows, w.weights.data(), w.in, w.out, w.bias.data(), 32, y, stride);
}

void attention(const float* qkv, int rows, int c, int heads, float* y, float* work, Range* range) {
  const int d = c / heads, padded = (rows + 31) / 32 * 32;
  float* keys = work;                               // [padded / 32][d][32]
  float* values = keys + int64_t{padded} * d;       // [d / 32][rows][32]
  float* scores = values + int64_t{rows} * d;       // [rows][padded]
  const float zeros[32] = {};
  const float factor = 1.0f / __builtin_sqrtf(static_cast<float>(d));
  for (int h = 0; h < heads; ++h) {
    for (int r = 0; r < padded; ++r) {
      const float* key = qkv + int64_t{r} * 3 * c + c + h * d;
      float* to = keys + int64_t{r / 32} * d * 32 + r % 32;
      for (int i = 0; i < d; ++i) to[i * 32] = r < rows ? key[i] * factor : 0.0f;
    }
    for (int r = 0; r < rows; ++r) {
      const float* value = qkv + int64_t{r} * 3 * c + 2 * c + h * d;
      for (int i = 0; i < d; i += 32) {
        float* to = values + (int64_t{i / 32} * rows + r) * 32;
        for (int k = 0; k < 32; ++k) to[k] = value[i + k];
      }
    }
    matmul_blocks(qkv + h * d, 3 * c, rows, keys, d, padded, zeros, 0, scores, padded);
    for (int r = 0; r < rows; ++r) {
      float* score = scores + int64_t{r} * padded;
      float most = score[0];
      for (int j = 1; j < rows; ++j) most = score[j] > most ? score[j] : most;
      float total = 0;
      for (int j = 0; j < rows; ++j) score[j] = fast_exp(score[j] - most);
      for (int j = 0; j < rows; ++j) total += score[j];
      const float share = 1.0f / total;
      for (int j = 0; j < rows; ++j) score[j] *= share;
    }
    matmul_blocks(scores, padded, rows, values, rows, d, zeros, 0, y + h * d, c);
  }
  if (!range) return;
  float low[16] = {}, high[16] = {};
  for (int64_t i = 0; i < int64_t{rows} * c; i += 16)
    for (int k = 0; k < 16; ++k) {
      low[k] = y[i + k] < low[k] ? y[i + k] : low[k];
      high[k] = y[i + k] > high[k] ? y[i + k] : high[k];
    }
  for (int k = 0; k < 16; ++k) grow(range, low[k], high[k]);
}

// Sums of `R` rows and one block of columns, in int32; defined by the variant.
template <int R>
void int8_tile(const Row* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]);

// Rows as the variant's tiles read them; `wide` is where they are widened to, if they are.
template <class T>
inline const T* as_rows(const uint8_t* q, int64_t n, T* wide) {
  if constexpr (sizeof(T) == 1) return q;
  for (int64_t i = 0; i < n; ++i) wide[i] = q[i];
  return wide;
}

// GCC unrolls a short loop before it looks for vectors in it, and then finds none.
#if defined(__GNUC__) && !defined(__clang__)
#define SYRINX_LOOP _Pragma("GCC unroll 1")
#else
#define SYRINX_LOOP
#endif

// What is done with the columns of one row. Nothing overlaps, which the compiler must know to take them all at once.
inline void gelu_columns(float* __restrict row, float* __restrict low, float* __restrict high) {
  SYRINX_LOOP
  for (int n = 0; n < kColumns; ++n) row[n] = gelu_one(row[n]);
  SYRINX_LOOP
  for (int n = 0; n < kColumns; ++n) low[n] = row[n] < low[n] ? row[n] : low[n];
  SYRINX_LOOP
  for (int n = 0; n < kColumns; ++n) high[n] = row[n] > high[n] ? row[n] : high[n];
}
inline void add_columns(const float* __restrict row, const float* __restrict gamma, float* __restrict out, int columns) {
  if (columns == kColumns) {
    SYRINX_LOOP
    for (int n = 0; n < kColumns; ++n) out[n] += gamma[n] * row[n];
  } else {
    for (int n = 0; n < columns; ++n) out[n] += gamma[n] * row[n];
  }
}
inline void store_columns(const float* __restrict row, float* __restrict out, int columns) {
  if (columns == kColumns) {
    SYRINX_LOOP
    for (int n = 0; n < kColumns; ++n) out[n] = row[n];
  } else {
    for (int n = 0; n < columns; ++n) out[n] = row[n];
  }
}

enum class After { kStore, kGelu, kAdd };

template <After after, int R>
inline void linear_tile(const Row* q, float s, int zero, const PackedInt8& w, int block, const float* gamma, float* y,
                        int64_t stride, float* low, float* high) {
  int32_t sums[R][kColumns];
  int8_tile<R>(q, w.in, w.weights.data() + int64_t{block} * w.in * kColumns, sums);
  const int first = block * kColumns;
  const int columns = w.out - first < kColumns ? w.out - first : kColumns;
  const float* bias = w.bias.data() + first;
  const int32_t* of_weights = w.sums.data() + first;
  for (int r = 0; r < R; ++r) {
    float row[kColumns];
    SYRINX_LOOP
    for (int n = 0; n < kColumns; ++n) row[n] = static_cast<float>(sums[r][n] - zero * of_weights[n]) * s + bias[n];
    float* out = y + r * stride + first;
    if (after == After::kGelu) gelu_columns(row, low, high);
    if (after == After::kAdd) add_columns(row, gamma + first, out, columns);
    else store_columns(row, out, columns);
  }
}

template <After after>
void linear_any(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, const float* gamma, float* y, int64_t stride, Range* range) {
  const float s = scale * w.scale;
  float low[kColumns] = {}, high[kColumns] = {};
  // A few rows stay in the nearest cache while all weights pass by; weights stay in the next one.
  Row wide[sizeof(Row) > 1 ? kRowBlock * kMostInputs : 1];
  for (int first = 0; first < rows; first += kRowBlock) {
    const int count = first + kRowBlock < rows ? kRowBlock : rows - first;
    const Row* from = as_rows(q + int64_t{first} * w.in, int64_t{count} * w.in, wide);
    float* to = y + first * stride;
    for (int block = 0; block < w.padded / kColumns; ++block) {
      int r = 0;
      for (; r + kInt8Rows <= count; r += kInt8Rows)
        linear_tile<after, kInt8Rows>(from + int64_t{r} * w.in, s, zero, w, block, gamma, to + r * stride, stride, low, high);
      for (; r < count; ++r) linear_tile<after, 1>(from + int64_t{r} * w.in, s, zero, w, block, gamma, to + r * stride, stride, low, high);
    }
  }
  for (int n = 0; n < kColumns; ++n) grow(range, low[n], high[n]);
}

void linear(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, float* y, int64_t stride) {
  linear_any<After::kStore>(q, rows, scale, zero, w, nullptr, y, stride, nullptr);
}
void linear_gelu(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, float* y, int64_t stride, Range* range) {
  linear_any<After::kGelu>(q, rows, scale, zero, w, nullptr, y, stride, range);
}
void linear_add(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, const float* gamma, float* x, int64_t stride) {
  linear_any<After::kAdd>(q, rows, scale, zero, w, gamma, x, stride, nullptr);
}

}  // namespace

extern const Kernels kKernels;
const Kernels kKernels = {SYRINX_VARIANT_NAME, kColumns, kGroup, quantize, linear, linear_gelu, linear_add, matmul, norm, depthwise_norm, gelu, attention};
