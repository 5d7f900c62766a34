// Strings of ASCII digits, as the number readers take them.
#pragma once

#include <string>
#include <string_view>

namespace wfst {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether `s` is one digit or more and nothing else.
inline bool all_digits(std::string_view s) {
  for (char c : s)
    if (!is_digit(c)) return false;
  return !s.empty();
}

// Without leading zeros; "0" for a run of zeros.
inline std::string_view significant(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}

// The digits of a number with group separators: "1,234" gives "1234".
inline std::string without(std::string_view s, char separator) {
  std::string kept;
  for (char c : s)
    if (c != separator) kept += c;
  return kept;
}

}  // namespace wfst
