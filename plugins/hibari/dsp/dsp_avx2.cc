// For CPUs with AVX2 and FMA.
#if defined(__x86_64__)
// The standard headers come first, so that kissfft.hh finds nothing left to include inside our namespace.
#include <complex>
#include <utility>
#include <vector>

#include "dsp_kernels.h"

#define SYRINX_VARIANT_NAME "avx2"

namespace hibari::dsp_avx2 {

constexpr int kLanes = 8;

#include "dsp.inl"

}  // namespace hibari::dsp_avx2
#endif
