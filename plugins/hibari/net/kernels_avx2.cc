// For CPUs with AVX2 and FMA. Pairs are widened to 16 bits before they are multiplied: the 8-bit multiply-add of these CPUs
// saturates, and the sums must be exact.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"

#define SYRINX_VARIANT_NAME "avx2"

namespace hibari::avx2 {

constexpr int kColumns = 8, kGroup = 2, kInt8Rows = 6, kMatmulRows = 3, kRowBlock = 24;

#include "kernels.inl"

namespace {

template <int R>
inline void int8_tile(const uint8_t* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]) {
  __m256i acc[R];
  for (int r = 0; r < R; ++r) acc[r] = _mm256_setzero_si256();
  for (int64_t k = 0; k < in; k += 2, w += 16) {
    const __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w)));
    for (int r = 0; r < R; ++r) {
      const int32_t pair = q[r * in + k] | q[r * in + k + 1] << 16;
      acc[r] = _mm256_add_epi32(acc[r], _mm256_madd_epi16(_mm256_set1_epi32(pair), b));
    }
  }
  for (int r = 0; r < R; ++r) _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums[r]), acc[r]);
}

}  // namespace
}  // namespace hibari::avx2
#endif
