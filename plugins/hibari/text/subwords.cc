#include "subwords.h"

namespace hibari {
namespace {

bool apostrophe(char32_t c) { return c == U'\'' || c == U'\u2018' || c == U'\u2019'; }

// Length of a number at i, 0 if there is none: "-" at the start only, then one or more of [D? and , or .], D.
size_t number(U32View s, size_t i) {
  size_t p = i + (i == 0 && s[0] == U'-' ? 1 : 0), end = 0;
  while (p < s.size()) {
    if (is_decimal(s[p])) {
      // The digit may be the optional one before a separator, or a whole turn.
      if (p + 2 < s.size() && (s[p + 1] == U',' || s[p + 1] == U'.') && is_decimal(s[p + 2])) p += 3;
      else p += 1;
    } else if ((s[p] == U',' || s[p] == U'.') && p + 1 < s.size() && is_decimal(s[p + 1])) {
      p += 2;
    } else {
      break;
    }
    end = p;
  }
  return end ? end - i : 0;
}

// The shortest run of letters (with apostrophe and one letter inside) that ends in a lower-case one before an upper-case one.
size_t before_capital(U32View s, size_t i) {
  size_t p = i;
  while (p < s.size()) {
    if (is_letter(s[p])) {
      if (is_latin_lower(s[p]) && p + 1 < s.size() && is_latin_upper(s[p + 1])) return p + 1 - i;
      ++p;
    } else if (apostrophe(s[p]) && p > i && p + 1 < s.size() && is_letter(s[p + 1])) {
      ++p;
    } else {
      return 0;
    }
  }
  return 0;
}

// A run of letters, then any number of (apostrophe and one letter).
size_t letters(U32View s, size_t i) {
  size_t p = i;
  while (p < s.size() && is_letter(s[p])) ++p;
  if (p == i) return 0;
  while (p + 1 < s.size() && apostrophe(s[p]) && is_letter(s[p + 1])) p += 2;
  return p - i;
}

size_t match(U32View s, size_t i) {
  size_t run = 0;
  while (i + run < s.size() && apostrophe(s[i + run])) ++run;
  if (i == 0 && run) return run;
  if (is_latin_upper(s[i]) && i + 2 < s.size() && is_latin_upper(s[i + 1]) && is_latin_lower(s[i + 2])) return 1;
  if (const size_t n = number(s, i)) return n;
  size_t hyphens = 0;
  while (i + hyphens < s.size() && (s[i + hyphens] == U'-' || s[i + hyphens] == U'_')) ++hyphens;
  if (hyphens) return hyphens;
  if (run >= 2) return run;
  if (const size_t n = before_capital(s, i)) return n;
  if (const size_t n = letters(s, i)) return n;
  if (!is_word(s[i]) && s[i] != U'-' && !apostrophe(s[i])) return 1;
  if (run && i + run == s.size()) return run;
  return 0;
}

}  // namespace

std::vector<U32> sub_words(U32View token) {
  std::vector<U32> out;
  for (size_t i = 0; i < token.size();) {
    const size_t n = match(token, i);
    if (n) out.emplace_back(token.substr(i, n));
    i += n ? n : 1;  // what no rule takes is lost
  }
  return out;
}

}  // namespace hibari
