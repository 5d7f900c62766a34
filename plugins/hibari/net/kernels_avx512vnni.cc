// For CPUs with AVX-512 and its 8-bit dot products, whose sums are exact.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"

#define SYRINX_VARIANT_NAME "avx512vnni"

namespace hibari::avx512vnni {

constexpr int kColumns = 32, kGroup = 4, kInt8Rows = 12, kMatmulRows = 12, kRowBlock = 48;
using Row = uint8_t;

#include "kernels.inl"

namespace {

template <int R>
inline void int8_tile(const Row* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]) {
  __m512i low[R], high[R];
  for (int r = 0; r < R; ++r) low[r] = high[r] = _mm512_setzero_si512();
  for (int64_t k = 0; k < in; k += 4, w += 128) {
    const __m512i a = _mm512_loadu_si512(w), b = _mm512_loadu_si512(w + 64);
    for (int r = 0; r < R; ++r) {
      int32_t four;
      __builtin_memcpy(&four, q + r * in + k, 4);
      const __m512i v = _mm512_set1_epi32(four);
      low[r] = _mm512_dpbusd_epi32(low[r], v, a);
      high[r] = _mm512_dpbusd_epi32(high[r], v, b);
    }
  }
  for (int r = 0; r < R; ++r) {
    _mm512_storeu_si512(sums[r], low[r]);
    _mm512_storeu_si512(sums[r] + 16, high[r]);
  }
}

}  // namespace
}  // namespace hibari::avx512vnni
#endif
