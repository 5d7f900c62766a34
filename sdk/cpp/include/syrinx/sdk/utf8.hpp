// UTF-8 (RFC 3629) for stages that work on characters: text reaches them as the user wrote it, and may be malformed. All is pure. [any]
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace syrinx {

// Bytes of the well-formed code point at `at`, which lies in the text; 0 if there is none, and in `bad` the length of the maximal
// ill-formed part (Unicode, section 3.9, table 3-7).
inline size_t utf8_length(std::string_view text, size_t at, size_t* bad = nullptr) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  size_t length = 0;
  unsigned least = 0x80, most = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) least = 0xA0;
    if (lead == 0xED) most = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) least = 0x90;
    if (lead == 0xF4) most = 0x8F;
  } else {
    if (bad) *bad = 1;
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    const unsigned b = byte(at + i);
    if (b < least || b > most) {
      if (bad) *bad = i;
      return 0;
    }
    least = 0x80;
    most = 0xBF;
  }
  return length;
}

// The code point at `at`, which lies in the text and is moved behind it; U+FFFD for a byte that is part of none.
inline char32_t decode_utf8(std::string_view text, size_t& at) {
  const auto bits = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]) & 0x3F); };
  const auto lead = static_cast<char32_t>(static_cast<unsigned char>(text[at]));
  const size_t length = utf8_length(text, at);
  char32_t out = lead;
  if (length == 0) out = 0xFFFD;
  if (length == 2) out = (lead & 0x1F) << 6 | bits(1);
  if (length == 3) out = (lead & 0x0F) << 12 | bits(1) << 6 | bits(2);
  if (length == 4) out = (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
  at += length ? length : 1;
  return out;
}

// `c` is at most U+10FFFF and no surrogate.
inline void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Each malformed byte becomes one U+FFFD.
inline std::u32string from_utf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) out += decode_utf8(text, at);
  return out;
}

inline std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

}  // namespace syrinx
