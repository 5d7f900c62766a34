#include "passes.h"

namespace hibari {
namespace {

bool is_one(U32View number) {
  U32 plain;
  for (char32_t c : number)
    if (c != U',') plain += c;
  return plain == U"1" || plain == U"1.0" || plain == U"-1";
}

constexpr U32View kBigWords[] = {U"hundred", U"thousand", U"million", U"billion", U"trillion"};

}  // namespace

Found Passes::big_money(size_t i) const {
  static constexpr std::pair<char32_t, U32View> kSigns[] = {{U'$', U"dollars"}, {U'\u00A3', U"pounds"}, {U'\u20AC', U"euros"}};
  for (const auto& [sign, plural] : kSigns) {
    if (m_.at(i) != sign) continue;
    for (size_t end : m_.number_ends(i + 1))
      for (size_t p : m_.optional_space(end))
        if (const auto big = big_word(p)) return Match{big->first, join({s_.substr(i + 1, end - i - 1), big->second, plural})};
  }
  return {};
}

Found Passes::cents(size_t i) const {
  if (!m_.guard(i)) return {};
  for (size_t end : m_.number_ends(i))
    for (size_t p : m_.optional_space(end))
      if (m_.at(p) == U'\u00A2') return Match{p + 1, join({s_.substr(i, end - i), is_one(s_.substr(i, end - i)) ? U"cent" : U"cents"})};
  return {};
}

Found Passes::money(size_t i) const {
  if (m_.word(i - 1)) return {};
  static constexpr U32View kKeys[] = {U"\u00A5", U"\u20B9", U"\u20A9", U"Rs.", U"Rs", U"USD", U"EUR", U"GBP"};
  for (const U32View key : kKeys) {
    if (!m_.literal(i, key)) continue;
    const auto* row = currency(key == U"Rs." ? U"Rs" : key);
    if (!row) continue;
    for (size_t p : m_.optional_space(i + key.size())) {
      for (size_t end : m_.number_ends(p)) {
        const U32View number = s_.substr(p, end - p);
        for (size_t q : m_.optional_space(end))
          if (const auto big = big_word(q)) return Match{big->first, join({number, big->second, row->many})};
        return Match{end, join({number, is_one(number) ? row->one : row->many})};
      }
    }
  }
  return {};
}

Found Passes::degrees(size_t i) const {
  if (!m_.guard(i)) return {};
  const size_t begin = i + (m_.at(i) == U'-' ? 1 : 0);
  for (size_t end : m_.number_ends(begin)) {
    for (size_t p : m_.optional_space(end)) {
      if (m_.at(p) != U'\u00B0') continue;
      for (size_t q : m_.optional_space(p + 1)) {
        const char32_t c = m_.at(q);
        const U32View number = s_.substr(i, end - i);
        const U32View word = is_one(number) ? U"degree" : U"degrees";
        if ((c == U'C' || c == U'F') && !m_.word(q + 1)) return Match{q + 1, join({number, word, c == U'C' ? U"Celsius" : U"Fahrenheit"})};
        if (!m_.word(q)) return Match{q, join({number, word})};
      }
    }
  }
  return {};
}

Found Passes::units(size_t i) const {
  if (!m_.guard(i)) return {};
  const size_t begin = i + (m_.at(i) == U'-' ? 1 : 0);
  for (size_t end : m_.number_ends(begin))
    for (size_t p : m_.optional_space(end))
      for (const auto& row : n_.units_)
        if (m_.literal(p, row.key) && !m_.word(p + row.key.size())) {
          const U32View number = s_.substr(i, end - i);
          return Match{p + row.key.size(), join({number, is_one(number) ? row.one : row.many})};
        }
  return {};
}

std::optional<std::pair<size_t, U32View>> Passes::big_word(size_t p) const {
  for (const U32View word : kBigWords)
    if (m_.literal(p, word)) return std::pair(p + word.size(), word);
  static constexpr std::pair<char32_t, int> kLetters[] = {{U'k', 1}, {U'm', 2}, {U'b', 3}};
  for (const auto& [letter, word] : kLetters)
    if (to_lower(m_.at(p)) == letter && m_.at(p) < 128 && m_.border(p + 1)) return std::pair(p + 1, kBigWords[word]);
  return std::nullopt;
}

const Normalizer::Row* Passes::currency(U32View key) const {
  for (const auto& row : n_.currency_)
    if (row.key == key) return &row;
  return nullptr;
}

}  // namespace hibari
