// For any CPU: nothing but what the platform promises.
#include "kernels.h"

#define SYRINX_VARIANT_NAME "portable"

namespace hibari::portable {

constexpr int kColumns = 8, kGroup = 2, kInt8Rows = 4, kMatmulRows = 2, kRowBlock = 16;
using Row = uint8_t;

#include "kernels.inl"

namespace {

template <int R>
inline void int8_tile(const Row* q, int64_t in, const int8_t* w, int32_t (*sums)[kColumns]) {
  for (int r = 0; r < R; ++r)
    for (int n = 0; n < kColumns; ++n) sums[r][n] = 0;
  for (int64_t k = 0; k < in; k += 2, w += kColumns * 2)
    for (int r = 0; r < R; ++r) {
      const int32_t a = q[r * in + k], b = q[r * in + k + 1];
      for (int n = 0; n < kColumns; ++n) sums[r][n] += a * w[2 * n] + b * w[2 * n + 1];
    }
}

}  // namespace
}  // namespace hibari::portable
