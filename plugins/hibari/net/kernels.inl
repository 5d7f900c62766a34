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

// 0.5 x (1 + erf(x / sqrt 2)); erf by Abramowitz and Stegun 7.1.26, absolute error below 2e-7.
inline float gelu_one(float x) {
  const float z = __builtin_fabsf(x) * 0.70710678118654752f;
  const float t = 1.0f / (1.0f + 0.3275911f * z);
  const float poly = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
  const float erf = 1.0f - poly * fast_exp(-z * z);
  return 0.5f * x + 0.5f * __builtin_fabsf(x) * erf;
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

void depthwise_norm(const float* x, int rows, int c, const float* taps, const float* tap_bias, int k, int dilation,
                    const float* weight, const float* bias, float* y, Range* range) {
  float row[1024];
  for (int r = 0; r < rows; ++r) {
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

void matmul(const float* a, int64_t step, int rows, const PackedFloat& w, float* y, int64_t stride) {
  for (int block = 0; block < w.padded / 32; ++block) {
    const float* weights = w.weights.data() + int64_t{block} * w.in * 32;
    const float* bias = w.bias.data() + block * 32;
    const int columns = w.out - block * 32 < 32 ? w.out - block * 32 : 32;
    int r = 0;
    for (; r + kMatmulRows <= rows; r += kMatmulRows)
      matmul_tile<kMatmulRows>(a + r * step, step, w.in, weights, bias, y + r * stride + block * 32, stride, columns);
    for (; r < rows; ++r) matmul_tile<1>(a + r * step, step, w.in, weights, bias, y + r * stride + block * 32, stride, columns);
  }
}

void attention(const float* qkv, int rows, int c, int heads, float* y, float* work, Range* range) {
  const int d = c / heads;
  float* keys = work;                     // [d][rows]
  float* scores = work + int64_t{d} * rows;  // [rows]
  const float factor = 1.0f / __builtin_sqrtf(static_cast<float>(d));
  for (int h = 0; h < heads; ++h) {
    for (int r = 0; r < rows; ++r)
      for (int i = 0; i < d; ++i) keys[int64_t{i} * rows + r] = qkv[int64_t{r} * 3 * c + c + h * d + i];
    for (int r = 0; r < rows; ++r) {
      const float* query = qkv + int64_t{r} * 3 * c + h * d;
      for (int j = 0; j < rows; ++j) scores[j] = 0;
      for (int i = 0; i < d; ++i) {
        const float v = query[i] * factor;
        const float* key = keys + int64_t{i} * rows;
        for (int j = 0; j < rows; ++j) scores[j] += v * key[j];
      }
      float most = scores[0];
      for (int j = 1; j < rows; ++j) most = scores[j] > most ? scores[j] : most;
      float total = 0;
      for (int j = 0; j < rows; ++j) scores[j] = fast_exp(scores[j] - most);
      for (int j = 0; j < rows; ++j) total += scores[j];
      float* out = y + int64_t{r} * c + h * d;
      for (int i = 0; i < d; ++i) out[i] = 0;
      for (int j = 0; j < rows; ++j) {
        const float p = scores[j] / total;
        const float* value = qkv + int64_t{j} * 3 * c + 2 * c + h * d;
        for (int i = 0; i < d; ++i) out[i] += p * value[i];
      }
      for (int i = 0; i < d; ++i) grow(range, out[i], out[i]);
    }
  }
}

// Sums of `R` rows and one block of columns, in int32; defined by the variant.
template <int R>
inline void int8_tile(const uint8_t* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]);

enum class After { kStore, kGelu, kAdd };

template <After after, int R>
inline void linear_tile(const uint8_t* q, float s, int zero, const PackedInt8& w, int block, const float* gamma, float* y,
                        int64_t stride, float* low, float* high) {
  int32_t sums[R][kColumns];
  int8_tile<R>(q, w.in, w.weights.data() + int64_t{block} * w.in * kColumns, sums);
  const int first = block * kColumns;
  const int columns = w.out - first < kColumns ? w.out - first : kColumns;
  const float* bias = w.bias.data() + first;
  const int32_t* of_weights = w.sums.data() + first;
  for (int r = 0; r < R; ++r) {
    float row[kColumns];
    for (int n = 0; n < kColumns; ++n) row[n] = static_cast<float>(sums[r][n] - zero * of_weights[n]) * s + bias[n];
    float* out = y + r * stride + first;
    if (after == After::kGelu) {
      for (int n = 0; n < kColumns; ++n) {
        row[n] = gelu_one(row[n]);
        low[n] = row[n] < low[n] ? row[n] : low[n];
        high[n] = row[n] > high[n] ? row[n] : high[n];
      }
    }
    if (columns == kColumns) {
      for (int n = 0; n < kColumns; ++n) out[n] = after == After::kAdd ? out[n] + gamma[first + n] * row[n] : row[n];
    } else {
      for (int n = 0; n < columns; ++n) out[n] = after == After::kAdd ? out[n] + gamma[first + n] * row[n] : row[n];
    }
  }
}

template <After after>
void linear_any(const uint8_t* q, int rows, float scale, int zero, const PackedInt8& w, const float* gamma, float* y, int64_t stride, Range* range) {
  const float s = scale * w.scale;
  float low[kColumns] = {}, high[kColumns] = {};
  // A few rows stay in the nearest cache while all weights pass by; weights stay in the next one.
  for (int first = 0; first < rows; first += kRowBlock) {
    const int end = first + kRowBlock < rows ? first + kRowBlock : rows;
    for (int block = 0; block < w.padded / kColumns; ++block) {
      int r = first;
      for (; r + kInt8Rows <= end; r += kInt8Rows)
        linear_tile<after, kInt8Rows>(q + int64_t{r} * w.in, s, zero, w, block, gamma, y + r * stride, stride, low, high);
      for (; r < end; ++r) linear_tile<after, 1>(q + int64_t{r} * w.in, s, zero, w, block, gamma, y + r * stride, stride, low, high);
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
