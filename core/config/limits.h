// How large a configuration may be; checked before anything walks it.
#pragma once

#include <cstddef>

namespace syrinx::core {

inline constexpr size_t kMostConfigBytes = 1 << 20;
inline constexpr int kMostDepth = 64;
inline constexpr int kMostNodes = 10000;  // after aliases are expanded
inline constexpr int kMostIncludeDepth = 8;

}  // namespace syrinx::core
