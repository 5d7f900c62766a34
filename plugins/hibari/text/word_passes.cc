#include "passes.h"

#include <string>

#include "numbers.h"

namespace hibari {
namespace {

// 0 if it is no numeral, or one that the rule leaves alone (it must begin with I, V, X, L or C).
int roman_value(U32View text) {
  if (text.empty() || !contains(U"IVXLC", text[0])) return 0;
  static constexpr std::pair<U32View, int> kParts[] = {{U"CM", 900}, {U"CD", 400}, {U"D", 500}, {U"XC", 90}, {U"XL", 40}, {U"L", 50},
                                                      {U"IX", 9},   {U"IV", 4},   {U"V", 5}};
  int value = 0;
  size_t at = 0;
  // Thousands cannot come, since the first letter is not M.
  static constexpr std::pair<char32_t, int> kSmall[] = {{U'C', 100}, {U'X', 10}, {U'I', 1}};
  for (int group = 0; group < 3; ++group) {
    bool pair = false;
    for (int k = 0; k < 3 && !pair; ++k) {
      const auto& [part, amount] = kParts[group * 3 + k];
      if (text.substr(at, part.size()) != part) continue;
      value += amount;
      at += part.size();
      pair = k < 2;
      break;
    }
    for (int n = 0; !pair && n < 3 && at < text.size() && text[at] == kSmall[group].first; ++n, ++at) value += kSmall[group].second;
  }
  return at == text.size() ? value : 0;
}

}  // namespace

Found Passes::titles(size_t i) const {
  if (!m_.border(i)) return {};
  for (const auto& row : n_.titles_) {
    if (!m_.literal(i, row.key)) continue;
    size_t p = i + row.key.size();
    if (m_.at(p) == U'.') ++p;
    if (is_space(m_.at(p)) && is_ascii_upper(m_.at(p + 1))) return Match{p + 1, row.one + U" "};
  }
  return {};
}

Found Passes::abbreviations(size_t i) const {
  if (!m_.guard(i)) return {};
  for (const auto& row : n_.abbreviations_) {
    const size_t end = i + row.key.size();
    if (!m_.literal(i, row.key) || m_.word(end)) continue;
    return Match{end, row.key.back() == U'.' && end == s_.size() ? row.one + U"." : row.one};
  }
  return {};
}

Found Passes::roman(size_t i, const std::vector<Normalizer::Row>& keys, bool ordinals) const {
  if (!m_.border(i)) return {};
  for (const auto& row : keys) {
    const size_t begin = i + row.key.size() + 1;
    if (!m_.literal(i, row.key) || !is_space(m_.at(begin - 1))) continue;
    size_t end = begin;
    while (contains(U"IVXLCDM", m_.at(end)) && m_.at(end)) ++end;
    const char32_t after = m_.at(end);
    if (!contains(U"IVXLC", m_.at(begin)) || begin >= s_.size()) continue;
    int value = roman_value(s_.substr(begin, end - begin));
    const bool possessive = (after == U'.' || after == U'\'' || after == U'\u2019') && m_.word(end + 1);
    // All parts of the package's pattern may be empty: a word that only begins like a numeral is read as nought before it.
    if (value == 0 || !m_.border(end) || possessive) {
      value = 0;
      end = begin;
    }
    return Match{end, row.key + (ordinals ? U" the " + wide(ordinal(value)) : U" " + wide(std::to_string(value)))};
  }
  return {};
}

}  // namespace hibari
