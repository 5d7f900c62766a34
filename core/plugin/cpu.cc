#include "core/plugin/cpu.h"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace syrinx::core {

bool cpu_has(std::string_view feature) {
#if defined(__x86_64__)
  // The builtin takes literals only.
#define SYRINX_FEATURE(name) \
  if (feature == name) return __builtin_cpu_supports(name) != 0;
  SYRINX_FEATURE("sse4.2")
  SYRINX_FEATURE("avx")
  SYRINX_FEATURE("avx2")
  SYRINX_FEATURE("fma")
  SYRINX_FEATURE("bmi2")
  SYRINX_FEATURE("avx512f")
  SYRINX_FEATURE("avx512bw")
  SYRINX_FEATURE("avx512vl")
  SYRINX_FEATURE("avx512vnni")
#undef SYRINX_FEATURE
#elif defined(__aarch64__)
  if (feature == "neon") return true;
#endif
  return false;
}

unsigned usable_cpus() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace syrinx::core
