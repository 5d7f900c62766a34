// Which instructions this CPU has, by the names manifests use.
#pragma once

#include <string_view>

namespace syrinx::core {

// "avx2", "avx512f", "avx512vnni", "fma", "neon"...; false for an unknown name.
bool cpu_has(std::string_view feature);

}  // namespace syrinx::core
