// The little of Unicode that error messages need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace syrinx::core {

// Bytes of the code point that begins at `i`, 1 for a malformed one.
inline size_t utf8_length(std::string_view text, size_t i) {
  const auto lead = static_cast<uint8_t>(text[i]);
  const size_t size = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 1;
  return i + size <= text.size() ? size : 1;
}

inline int code_points(std::string_view text) {
  int count = 0;
  for (size_t i = 0; i < text.size(); i += utf8_length(text, i)) ++count;
  return count;
}

// The place of the first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
size_t first_malformed(std::string_view text);

// Columns that a terminal gives a code point: 2 for East Asian wide ones and most emoji, 0 for combining marks.
int terminal_width(char32_t code_point);
char32_t decode(std::string_view text, size_t i);

}  // namespace syrinx::core
