#include "passes.h"

#include <string>

#include "numbers.h"

namespace hibari {

Found Passes::time(size_t i) const {
  if (!m_.border(i) || !m_.decimal(i)) return {};
  for (size_t h = 2; h >= 1; --h) {
    size_t p = i + h;
    if (!m_.decimals(i, h) || m_.at(p) != U':' || !m_.decimals(p + 1, 2)) continue;
    const size_t minute = p + 1;
    p += 3;
    const bool seconds = m_.at(p) == U':' && m_.decimals(p + 1, 2);
    for (int with = seconds ? 1 : 0; with >= 0; --with) {
      const size_t q = p + (with ? 3 : 0);
      for (const auto& [end, half] : halves(q))
        if (!m_.decimal(end)) return spoken_time(i, h, minute, with ? p + 1 : 0, half, end);
    }
  }
  return {};
}

Found Passes::iso_date(size_t i) const {
  if (!m_.border(i) || !m_.decimals(i, 4) || m_.at(i + 4) != U'-' || !m_.decimals(i + 5, 2) || m_.at(i + 7) != U'-' ||
      !m_.decimals(i + 8, 2) || !m_.border(i + 10))
    return {};
  return date(i, i + 10, m_.number(i + 5, 2), m_.number(i + 8, 2), U32(s_.substr(i, 4)));
}

Found Passes::us_date(size_t i) const {
  if (!m_.border(i) || !m_.decimal(i)) return {};
  for (size_t a = 2; a >= 1; --a) {
    if (!m_.decimals(i, a) || m_.at(i + a) != U'/') continue;
    for (size_t b = 2; b >= 1; --b) {
      const size_t second = i + a + 1, third = second + b + 1;
      if (!m_.decimals(second, b) || m_.at(second + b) != U'/') continue;
      for (size_t y : {4, 2}) {
        if (!m_.decimals(third, y) || !m_.border(third + y)) continue;
        int month = m_.number(i, a), day = m_.number(second, b);
        if (month > 12) std::swap(month, day);
        U32 year(s_.substr(third, y));
        if (y == 2) year = wide(std::to_string((m_.number(third, 2) > 30 ? 1900 : 2000) + m_.number(third, 2)));
        return date(i, third + y, month, day, year);
      }
    }
  }
  return {};
}

Found Passes::month_day(size_t i) const {
  if (!m_.border(i)) return {};
  for (size_t length : months(i)) {
    for (size_t p = i + length + (m_.at(i + length) == U'.' ? 1 : 0); p + 1 > i + length; --p) {
      if (m_.at(p) != U' ') continue;
      for (size_t d = 2; d >= 1; --d) {
        if (!m_.decimals(p + 1, d)) continue;
        for (size_t suffix : m_.ordinal_suffix(p + 1 + d)) {
          size_t end = p + 1 + d + suffix;
          if (!m_.border(end) || m_.decimal(end) || m_.at(end) == U':' || m_.at(end) == U'%') continue;
          const int day = m_.number(p + 1, d);
          const size_t year = year_part(end);
          if (day < 1 || day > 31) return Match{year, U32(s_.substr(i, year - i))};
          U32 text = month_name(i) + U" " + wide(ordinal(day));
          text += s_.substr(end, year - end);
          return Match{year, text};
        }
      }
    }
  }
  return {};
}

Found Passes::day_month(size_t i) const {
  if (!m_.border(i)) return {};
  for (size_t p : {m_.literal(i, U"the ") ? i + 4 : i, i}) {
    for (size_t d = 2; d >= 1; --d) {
      if (!m_.decimals(p, d)) continue;
      const size_t space = p + d;
      if (m_.at(space) != U' ') continue;
      for (size_t q : {m_.literal(space + 1, U"of ") ? space + 4 : space + 1, space + 1}) {
        for (size_t length : months(q)) {
          if (!m_.border(q + length)) continue;
          const size_t end = q + length + (m_.at(q + length) == U'.' ? 1 : 0);
          const int day = m_.number(p, d);
          if (day < 1 || day > 31) return Match{end, U32(s_.substr(i, end - i))};
          return Match{end, U"the " + wide(ordinal(day)) + U" of " + month_name(q)};
        }
      }
    }
  }
  return {};
}

std::vector<std::pair<size_t, char32_t>> Passes::halves(size_t p) const {
  std::vector<std::pair<size_t, char32_t>> out;
  for (size_t q : m_.optional_space(p)) {
    const char32_t half = to_lower(m_.at(q));
    if (half != U'a' && half != U'p') continue;
    for (size_t dot = m_.at(q + 1) == U'.' ? 1 : 0; dot + 1 > 0; --dot) {
      const size_t r = q + 1 + dot;
      if (to_lower(m_.at(r)) != U'm') continue;
      for (size_t last = m_.at(r + 1) == U'.' ? 1 : 0; last + 1 > 0; --last)
        if (!is_ascii_alpha(m_.at(r + 1 + last))) out.emplace_back(r + 1 + last, half);
    }
  }
  out.emplace_back(p, 0);
  return out;
}

Found Passes::spoken_time(size_t begin, size_t digits, size_t minute_at, size_t second_at, char32_t half, size_t end) const {
  const int hour = m_.number(begin, digits), minute = m_.number(minute_at, 2), second = second_at ? m_.number(second_at, 2) : 0;
  if (hour > 24 || minute > 59 || second > 59) return Match{end, U32(s_.substr(begin, end - begin))};
  U32 text = wide(cardinal(hour));
  if (minute == 0) {
    if (!half && !second_at) text += U" o'clock";
  } else {
    text += minute < 10 ? U" oh " : U" ";
    text += wide(cardinal(minute));
  }
  if (second_at) text += U" and " + wide(cardinal(second)) + (second == 1 ? U" second" : U" seconds");
  if (half) {
    text += half == U'a' ? U" A.M" : U" P.M";
    if (m_.at(end) != U'.') text += U'.';
  }
  return Match{end, text};
}

Found Passes::date(size_t begin, size_t end, int month, int day, const U32& year) const {
  if (month < 1 || month > 12 || day < 1 || day > 31) return Match{end, U32(s_.substr(begin, end - begin))};
  return Match{end, name_of_month(month) + U" " + wide(ordinal(day)) + U", " + year};
}

U32 Passes::name_of_month(int month) const {
  static constexpr const char* kKeys[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  return from_utf8(n_.assets_->table("months").find(kKeys[month - 1]));
}

U32 Passes::month_name(size_t i) const { return from_utf8(n_.assets_->table("months").find(to_utf8(lower(s_.substr(i, 3))))); }

std::vector<size_t> Passes::months(size_t i) const {
  std::vector<size_t> out;
  if (!is_ascii_upper(m_.at(i))) return out;
  for (int month = 1; month <= 12; ++month) {
    const U32 name = name_of_month(month);
    if (m_.literal(i, name)) out.push_back(name.size());
    if (month == 9 && m_.literal(i, U"Sept") && name.size() != 4) out.push_back(4);
    if (m_.literal(i, U32View(name).substr(0, 3)) && name.size() != 3) out.push_back(3);
  }
  return out;
}

size_t Passes::year_part(size_t end) const {
  for (size_t p : {m_.at(end) == U',' ? end + 1 : end, end})
    if (m_.at(p) == U' ' && m_.decimals(p + 1, 4) && m_.border(p + 5)) return p + 5;
  return end;
}

}  // namespace hibari
