// For CPUs with AVX2 and FMA. Pairs are widened to 16 bits before they are multiplied: the 8-bit multiply-add of these CPUs
// saturates, and the sums must be exact. Rows are widened once for all columns, so that a pair is one load.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"

#define SYRINX_VARIANT_NAME "avx2"

namespace hibari::avx2 {

constexpr int kColumns = 16, kGroup = 2, kInt8Rows = 6, kMatmulRows = 3, kRowBlock = 12;
using Row = int16_t;

#include "kernels.inl"

namespace {

template <int R>
__attribute__((noinline)) void int8_tile(const Row* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]) {
  __m256i low[R], high[R];
  for (int r = 0; r < R; ++r) low[r] = high[r] = _mm256_setzero_si256();
  for (int64_t k = 0; k < in; k += 2, w += 32) {
    const __m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w)));
    const __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w + 16)));
    for (int r = 0; r < R; ++r) {
      int32_t pair;
      __builtin_memcpy(&pair, q + r * in + k, 4);
      const __m256i v = _mm256_set1_epi32(pair);
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(v, a));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(v, b));
    }
  }
  for (int r = 0; r < R; ++r) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums[r]), low[r]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums[r] + 8), high[r]);
  }
}

}  // namespace
}  // namespace hibari::avx2
#endif
