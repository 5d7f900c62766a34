#include "unicode.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace hibari {
namespace {

struct Range {
  uint32_t first, last;
};
struct Pair {
  uint32_t from, to;
};
struct Triple {
  uint32_t a, b, composed;
};
struct Quad {
  uint32_t from, to[4];
};
#include "unicode_tables.inc"

template <size_t N>
bool in(const Range (&table)[N], char32_t c) {
  const auto after = std::upper_bound(std::begin(table), std::end(table), c, [](char32_t v, const Range& r) { return v < r.first; });
  return after != std::begin(table) && c <= std::prev(after)->last;
}

template <class T, size_t N>
const T* find(const T (&table)[N], char32_t c) {
  const auto at = std::lower_bound(std::begin(table), std::end(table), c, [](const T& row, char32_t v) { return row.from < v; });
  return at != std::end(table) && at->from == c ? &*at : nullptr;
}

}  // namespace

// Nearly all text is ASCII, and the tables are for the rest.
bool is_alnum(char32_t c) { return c < 128 ? is_ascii_digit(c) || is_ascii_alpha(c) : in(kAlnum, c); }
bool is_alpha(char32_t c) { return c < 128 ? is_ascii_alpha(c) : in(kAlpha, c); }
bool is_upper(char32_t c) { return c < 128 ? is_ascii_upper(c) : in(kUpper, c); }
bool is_lower(char32_t c) { return c < 128 ? c >= U'a' && c <= U'z' : in(kLower, c); }
bool is_space(char32_t c) { return c < 128 ? c == U' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31) : in(kSpace, c); }
bool is_decimal(char32_t c) { return c < 128 ? is_ascii_digit(c) : in(kDecimal, c); }

int digit_value(char32_t c) {
  if (c < 128) return is_ascii_digit(c) ? static_cast<int>(c - U'0') : -1;
  const Pair* found = find(kDigit, c);
  return found ? static_cast<int>(found->to) : -1;
}

char32_t to_lower(char32_t c) {
  if (c < 128) return is_ascii_upper(c) ? c + 32 : c;
  const Pair* found = find(kToLower, c);
  return found ? found->to : c;
}

char32_t to_upper(char32_t c) {
  if (c < 128) return c >= U'a' && c <= U'z' ? c - 32 : c;
  const Pair* found = find(kToUpper, c);
  return found ? found->to : c;
}

U32 lower(U32View text) {
  U32 out(text);
  for (char32_t& c : out) c = to_lower(c);
  return out;
}

U32 upper(U32View text) {
  U32 out;
  for (char32_t c : text) {
    if (c == 0xDF) out += U"SS";  // the one common character that grows
    else out += to_upper(c);
  }
  return out;
}

U32 nfkc(U32View text) {
  if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0xA0; })) return U32(text);
  U32 out;
  for (char32_t c : text) {
    if (const Quad* found = c < 0xA0 ? nullptr : find(kCompatible, c)) {
      for (uint32_t part : found->to)
        if (part) out += static_cast<char32_t>(part);
      continue;
    }
    if (!out.empty() && c >= 0x300) {
      const auto at = std::lower_bound(std::begin(kComposed), std::end(kComposed), std::pair(out.back(), c), [](const Triple& row, const auto& key) {
        return row.a != key.first ? row.a < key.first : row.b < key.second;
      });
      if (at != std::end(kComposed) && at->a == out.back() && at->b == c) {
        out.back() = static_cast<char32_t>(at->composed);
        continue;
      }
    }
    out += c;
  }
  return out;
}

U32View strip(U32View text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool contains(U32View set, char32_t c) { return set.find(c) != U32View::npos; }

}  // namespace hibari
