// Semantic versions and ranges of them: ">=0.3, <0.4".
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace syrinx::core {

struct Version {
  std::array<int, 3> parts{};
  auto operator<=>(const Version&) const = default;
};

// "1", "1.2", "1.2.3"; what follows a - or + is ignored.
std::optional<Version> parse_version(std::string_view text);

// Whether a version satisfies a list of conditions (>=, >, <=, <, =) joined by commas. Nothing if the range is malformed.
std::optional<bool> satisfies(const Version& version, std::string_view range);

}  // namespace syrinx::core
