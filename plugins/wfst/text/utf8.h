// UTF-8, code point by code point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <syrinx/sdk/utf8.hpp>

namespace wfst {

using syrinx::append_utf8, syrinx::utf8_length;

// The code point at `at`, which is moved behind it. The text must be valid from there.
inline char32_t next_code_point(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return at += 1, lead;
  if (lead < 0xE0) return at += 2, (lead & 0x1Fu) << 6 | (byte(at - 1) & 0x3Fu);
  if (lead < 0xF0) return at += 3, (lead & 0x0Fu) << 12 | (byte(at - 2) & 0x3Fu) << 6 | (byte(at - 1) & 0x3Fu);
  return at += 4, (lead & 0x07u) << 18 | (byte(at - 3) & 0x3Fu) << 12 | (byte(at - 2) & 0x3Fu) << 6 | (byte(at - 1) & 0x3Fu);
}

// The code point before `at`, which is moved to its begin. The text must be valid up to there, and `at` at least 1.
inline char32_t previous_code_point(std::string_view text, size_t& at) {
  do --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  size_t from = at;
  return next_code_point(text, from);
}

// Offset of the first byte that is not UTF-8, or npos.
inline size_t first_bad_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace wfst
