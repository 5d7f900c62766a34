// The one place of the version; the build reads it from here.
#pragma once

namespace syrinx::core {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace syrinx::core
