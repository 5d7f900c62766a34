// Characters: classes, case, NFKC. Classes are those of the specification: W is a letter or number of any script
// or "_", D a decimal digit of any script, L a letter. Everything is pure. [any]
#pragma once

#include <string>
#include <string_view>
#include <syrinx/sdk/utf8.hpp>

namespace hibari {

using U32 = std::u32string;
using U32View = std::u32string_view;

using syrinx::append_utf8, syrinx::from_utf8, syrinx::to_utf8;

bool is_alnum(char32_t c);
bool is_alpha(char32_t c);
bool is_upper(char32_t c);
bool is_lower(char32_t c);
bool is_space(char32_t c);
bool is_decimal(char32_t c);   // D
int digit_value(char32_t c);   // of D and of characters such as superscripts; -1: none
char32_t to_lower(char32_t c);
char32_t to_upper(char32_t c);

inline bool is_word(char32_t c) { return c == U'_' || is_alnum(c); }                              // W
inline bool is_letter(char32_t c) { return is_alnum(c) && !is_decimal(c); }                      // L
inline bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
inline bool is_ascii_alpha(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
inline bool is_ascii_upper(char32_t c) { return c >= U'A' && c <= U'Z'; }
// LO and UP of the specification.
inline bool is_latin_lower(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= 0xDF && c <= 0xF6) || (c >= 0xF8 && c <= 0xFF);
}
inline bool is_latin_upper(char32_t c) {
  return is_ascii_upper(c) || (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xDE);
}

U32 lower(U32View text);
U32 upper(U32View text);
U32 nfkc(U32View text);

U32View strip(U32View text);
bool contains(U32View set, char32_t c);

}  // namespace hibari
