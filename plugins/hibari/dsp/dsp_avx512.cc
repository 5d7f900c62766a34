// For CPUs with AVX-512.
#if defined(__x86_64__)
// The standard headers come first, so that kissfft.hh finds nothing left to include inside our namespace.
#include <complex>
#include <utility>
#include <vector>

#include "dsp_kernels.h"

#define SYRINX_VARIANT_NAME "avx512"

namespace hibari::dsp_avx512 {

constexpr int kLanes = 16;

#include "dsp.inl"

}  // namespace hibari::dsp_avx512
#endif
