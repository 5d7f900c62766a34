#include "kernels.h"

#include <cmath>
#include <cstdlib>

namespace hibari {

namespace portable {
extern const Kernels kKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512vnni {
extern const Kernels kKernels;
}
#endif

std::vector<const Kernels*> usable_kernels() {
  std::vector<const Kernels*> out;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma"))
    out.push_back(&avx512vnni::kKernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) out.push_back(&avx2::kKernels);
#endif
  out.push_back(&portable::kKernels);
  return out;
}

const Kernels& best_kernels() {
  static const Kernels& kBest = []() -> const Kernels& {
    const auto usable = usable_kernels();
    const char* wanted = std::getenv("HIBARI_ISA");
    for (const Kernels* kernels : usable)
      if (wanted && kernels->name == wanted) return *kernels;
    return *usable.front();
  }();
  return kBest;
}

float scale_of(Range range) {
  const float s = (range.high - range.low) / 255.0f;
  return s > 0 ? s : 1.0f;
}

int zero_of(Range range) {
  const float z = std::nearbyint(-range.low / scale_of(range));
  return z < 0 ? 0 : z > 255 ? 255 : static_cast<int>(z);
}

}  // namespace hibari
