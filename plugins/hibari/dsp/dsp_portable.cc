// For any CPU: nothing but what the platform promises.
// The standard headers come first, so that kissfft.hh finds nothing left to include inside our namespace.
#include <complex>
#include <utility>
#include <vector>

#include "dsp_kernels.h"

#define SYRINX_VARIANT_NAME "portable"

namespace hibari::dsp_portable {

constexpr int kLanes = 4;

#include "dsp.inl"

}  // namespace hibari::dsp_portable
