// Values of a result as people read them, in tables and on pages.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>

#include "core/config/options.h"

namespace syrinx::ab {

// Four significant digits; "-" for what is not a number.
inline std::string number(const core::Json& value) { return value.is_number() ? fmt::format("{:.4g}", value.get<double>()) : "-"; }

inline std::string interval(const core::Json& ci) { return ci.is_array() ? fmt::format("[{}, {}]", number(ci[0]), number(ci[1])) : "no interval"; }

// null for what is not there.
template <class T>
core::Json maybe(const std::optional<T>& value) {
  return value ? core::Json(*value) : core::Json(nullptr);
}

}  // namespace syrinx::ab
