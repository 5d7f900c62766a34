#include "dsp_kernels.h"

#include <cstdlib>

namespace hibari {

namespace dsp_portable {
extern const DspKernels kDspKernels;
}
#if defined(__x86_64__)
namespace dsp_avx2 {
extern const DspKernels kDspKernels;
}
namespace dsp_avx512 {
extern const DspKernels kDspKernels;
}
#endif

std::vector<const DspKernels*> usable_dsp_kernels() {
  std::vector<const DspKernels*> out;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma"))
    out.push_back(&dsp_avx512::kDspKernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) out.push_back(&dsp_avx2::kDspKernels);
#endif
  out.push_back(&dsp_portable::kDspKernels);
  return out;
}

const DspKernels& best_dsp_kernels() {
  static const DspKernels& kBest = []() -> const DspKernels& {
    const auto usable = usable_dsp_kernels();
    const char* wanted = std::getenv("HIBARI_ISA");
    for (const DspKernels* kernels : usable)
      if (wanted && std::string_view(wanted).substr(0, kernels->name.size()) == kernels->name) return *kernels;
    return *usable.front();
  }();
  return kBest;
}

}  // namespace hibari
