// The CPU: how many processors this process may use, and their instructions by the names manifests use.
#pragma once

#include <string_view>

namespace syrinx::core {

// "avx2", "avx512f", "avx512vnni", "fma", "neon"...; false for an unknown name.
bool cpu_has(std::string_view feature);

// Of this process's affinity mask; at least 1.
unsigned usable_cpus();

}  // namespace syrinx::core
