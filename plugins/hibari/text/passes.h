// What the normalizer rewrites, a pass for each class of token: each tries to match at a place and says what the match becomes.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher.h"
#include "normalizer.h"

namespace hibari {

using Found = std::optional<Match>;

// For one text, which outlives it.
class Passes {
 public:
  Passes(const Normalizer& n, const U32& text) : n_(n), m_(text), s_(text) {}

  // date_passes.cc: times of day and dates.
  Found time(size_t i) const;
  Found iso_date(size_t i) const;
  Found us_date(size_t i) const;
  Found month_day(size_t i) const;
  Found day_month(size_t i) const;

  // quantity_passes.cc: amounts of money, degrees, units.
  Found big_money(size_t i) const;
  Found cents(size_t i) const;
  Found money(size_t i) const;
  Found degrees(size_t i) const;
  Found units(size_t i) const;

  // number_passes.cc: numbers by themselves.
  Found number_sign(size_t i) const;
  Found hash(size_t i) const;
  Found phone(size_t i) const;
  Found fraction(size_t i) const;
  Found range(size_t i) const;
  Found plus(size_t i) const;

  // word_passes.cc: titles, abbreviations, Roman numerals.
  Found titles(size_t i) const;
  Found abbreviations(size_t i) const;
  Found roman_cardinal(size_t i) const { return roman(i, n_.roman_cardinal_, false); }
  Found roman_ordinal(size_t i) const { return roman(i, n_.roman_ordinal_, true); }

 private:
  // Ends of an optional "a.m." at p, greedy first; half: 'a', 'p' or 0.
  std::vector<std::pair<size_t, char32_t>> halves(size_t p) const;
  Found spoken_time(size_t begin, size_t digits, size_t minute_at, size_t second_at, char32_t half, size_t end) const;
  Found date(size_t begin, size_t end, int month, int day, const U32& year) const;
  U32 name_of_month(int month) const;
  // The full name of the month that is written at i.
  U32 month_name(size_t i) const;
  // Lengths of the ways in which a month's name stands at i.
  std::vector<size_t> months(size_t i) const;
  // The end of an optional year behind a date.
  size_t year_part(size_t end) const;
  // A big number's word at p: where it ends, and the whole word.
  std::optional<std::pair<size_t, U32View>> big_word(size_t p) const;
  const Normalizer::Row* currency(U32View key) const;
  Found roman(size_t i, const std::vector<Normalizer::Row>& keys, bool ordinals) const;
  U32 spoken_fraction(int a, int b) const;

  const Normalizer& n_;
  Matcher m_;
  U32View s_;
};

inline U32 wide(std::string_view ascii) { return U32(ascii.begin(), ascii.end()); }

// With spaces between.
inline U32 join(std::initializer_list<U32View> parts) {
  U32 out;
  for (const U32View part : parts) {
    if (!out.empty()) out += U' ';
    out += part;
  }
  return out;
}

}  // namespace hibari
