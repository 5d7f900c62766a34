#include "passes.h"

#include <string>

#include "numbers.h"

namespace hibari {

Found Passes::number_sign(size_t i) const {
  if (!m_.border(i)) return {};
  for (const U32View key : {U32View(U"Nos."), U32View(U"No.")}) {
    if (!m_.literal(i, key)) continue;
    for (size_t p : m_.optional_space(i + key.size()))
      if (m_.decimal(p)) return Match{p, key.size() == 4 ? U"Numbers " : U"Number "};
  }
  return {};
}

Found Passes::hash(size_t i) const {
  if (m_.at(i) == U'#' && m_.decimal(i + 1) && !m_.word(i - 1) && m_.at(i - 1) != U'&') return Match{i + 1, U"number "};
  return {};
}

Found Passes::phone(size_t i) const {
  if (m_.word(i - 1) || m_.at(i - 1) == U'.' || m_.at(i - 1) == U'-') return {};
  for (const bool area : {true, false}) {
    size_t p = i;
    if (area && !(m_.decimals(p, 3) && m_.at(p + 3) == U'-')) continue;
    if (area) p += 4;
    if (!m_.decimals(p, 3) || m_.at(p + 3) != U'-' || !m_.decimals(p + 4, 4)) continue;
    const size_t end = p + 8;
    if (m_.word(end) || m_.at(end) == U'.' || m_.at(end) == U'-') continue;
    U32 text;
    for (size_t k = i; k < end; ++k) {
      if (s_[k] == U'-') {
        text += U", ";
      } else {
        if (!text.empty() && text.back() != U' ') text += U' ';
        text += s_[k];
      }
    }
    return Match{end, text};
  }
  return {};
}

Found Passes::fraction(size_t i) const {
  const auto outside = [&](size_t k) { return !m_.word(k) && m_.at(k) != U'.' && m_.at(k) != U'/'; };
  if (!outside(i - 1)) return {};
  for (size_t x = 2; x >= 1; --x) {
    if (!m_.decimals(i, x) || m_.at(i + x) != U'/') continue;
    for (size_t y = 2; y >= 1; --y) {
      const size_t end = i + x + 1 + y;
      if (!m_.decimals(i + x + 1, y) || !outside(end)) continue;
      return Match{end, spoken_fraction(m_.number(i, x), m_.number(i + x + 1, y))};
    }
  }
  return {};
}

Found Passes::range(size_t i) const {
  if (m_.word(i - 1) || m_.at(i - 1) == U'.' || m_.at(i - 1) == U'-') return {};
  for (size_t x = 4; x >= 1; --x) {
    if (!m_.decimals(i, x)) continue;
    for (size_t p : m_.optional_space(i + x)) {
      if (m_.at(p) != U'-' && m_.at(p) != U'\u2013') continue;
      for (size_t q : m_.optional_space(p + 1)) {
        for (size_t y = 4; y >= 1; --y) {
          const size_t end = q + y;
          const char32_t after = m_.at(end);
          if (!m_.decimals(q, y) || m_.word(end) || after == U'.' || after == U'-' || after == U'%') continue;
          return Match{end, join({s_.substr(i, x), U"to", s_.substr(q, y)})};
        }
      }
    }
  }
  return {};
}

Found Passes::plus(size_t i) const {
  if (m_.at(i) == U'+' && m_.decimal(i + 1) && !m_.word(i - 1) && m_.at(i - 1) != U'+') return Match{i + 1, U"plus "};
  return {};
}

U32 Passes::spoken_fraction(int a, int b) const {
  static constexpr const char* kNames[] = {"", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"};
  if (a > 0 && a < b && b <= 10) {
    if (a == 1 && b == 2) return U"one half";
    return wide(std::to_string(a) + " " + kNames[b] + (a > 1 ? "s" : ""));
  }
  if (a >= 1 && a <= 12 && b >= 1 && b <= 31) return name_of_month(a) + U" " + wide(ordinal(b));
  return wide(std::to_string(a) + " slash " + std::to_string(b));
}

}  // namespace hibari
