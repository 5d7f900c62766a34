#include "normalizer.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "matcher.h"
#include "numbers.h"

namespace hibari {
namespace {

U32 wide(std::string_view ascii) { return U32(ascii.begin(), ascii.end()); }

bool is_one(U32View number) {
  U32 plain;
  for (char32_t c : number)
    if (c != U',') plain += c;
  return plain == U"1" || plain == U"1.0" || plain == U"-1";
}

struct Ordered {
  bool operator()(const auto& a, const auto& b) const { return a.key.size() > b.key.size(); }
};

constexpr U32View kBigWords[] = {U"hundred", U"thousand", U"million", U"billion", U"trillion"};

}  // namespace

Normalizer::Normalizer(std::shared_ptr<const TextAssets> assets) : assets_(std::move(assets)) {
  const auto read = [&](const char* name, std::vector<Row>& to) {
    for (const auto entry : assets_->list(name)) {
      const auto parts = fields(entry);
      to.push_back({from_utf8(parts[0]), from_utf8(parts.size() > 1 ? parts[1] : ""), from_utf8(parts.back())});
    }
  };
  read("units", units_);
  read("abbreviations", abbreviations_);
  read("symbols", symbols_);
  read("currency", currency_);
  read("roman_cardinal", roman_cardinal_);
  read("roman_ordinal", roman_ordinal_);
  for (const auto name : assets_->list("title_names")) titles_.push_back({from_utf8(name), from_utf8(assets_->table("titles").find(name)), {}});
  // Where the specification says "longest first"; otherwise a longer key is told by what must follow.
  for (auto* rows : {&units_, &abbreviations_, &titles_, &roman_cardinal_, &roman_ordinal_}) std::stable_sort(rows->begin(), rows->end(), Ordered());
}

// The passes; each tries to match at a place and says what the match becomes.
class Passes {
 public:
  Passes(const Normalizer& n, const U32& text) : n_(n), m_(text), s_(text) {}

  using Found = std::optional<Match>;

  Found time(size_t i) const {
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

  Found iso_date(size_t i) const {
    if (!m_.border(i) || !m_.decimals(i, 4) || m_.at(i + 4) != U'-' || !m_.decimals(i + 5, 2) || m_.at(i + 7) != U'-' ||
        !m_.decimals(i + 8, 2) || !m_.border(i + 10))
      return {};
    return date(i, i + 10, m_.number(i + 5, 2), m_.number(i + 8, 2), U32(s_.substr(i, 4)));
  }

  Found us_date(size_t i) const {
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

  Found big_money(size_t i) const {
    static constexpr std::pair<char32_t, U32View> kSigns[] = {{U'$', U"dollars"}, {U'\u00A3', U"pounds"}, {U'\u20AC', U"euros"}};
    for (const auto& [sign, plural] : kSigns) {
      if (m_.at(i) != sign) continue;
      for (size_t end : m_.number_ends(i + 1))
        for (size_t p : m_.optional_space(end))
          if (const auto big = big_word(p)) return Match{big->first, join({s_.substr(i + 1, end - i - 1), big->second, plural})};
    }
    return {};
  }

  Found cents(size_t i) const {
    if (!m_.guard(i)) return {};
    for (size_t end : m_.number_ends(i))
      for (size_t p : m_.optional_space(end))
        if (m_.at(p) == U'\u00A2') return Match{p + 1, join({s_.substr(i, end - i), is_one(s_.substr(i, end - i)) ? U"cent" : U"cents"})};
    return {};
  }

  Found money(size_t i) const {
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

  Found degrees(size_t i) const {
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

  Found units(size_t i) const {
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

  Found month_day(size_t i) const {
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

  Found day_month(size_t i) const {
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

  Found titles(size_t i) const {
    if (!m_.border(i)) return {};
    for (const auto& row : n_.titles_) {
      if (!m_.literal(i, row.key)) continue;
      size_t p = i + row.key.size();
      if (m_.at(p) == U'.') ++p;
      if (is_space(m_.at(p)) && is_ascii_upper(m_.at(p + 1))) return Match{p + 1, row.one + U" "};
    }
    return {};
  }

  Found abbreviations(size_t i) const {
    if (!m_.guard(i)) return {};
    for (const auto& row : n_.abbreviations_) {
      const size_t end = i + row.key.size();
      if (!m_.literal(i, row.key) || m_.word(end)) continue;
      return Match{end, row.key.back() == U'.' && end == s_.size() ? row.one + U"." : row.one};
    }
    return {};
  }

  Found number_sign(size_t i) const {
    if (!m_.border(i)) return {};
    for (const U32View key : {U32View(U"Nos."), U32View(U"No.")}) {
      if (!m_.literal(i, key)) continue;
      for (size_t p : m_.optional_space(i + key.size()))
        if (m_.decimal(p)) return Match{p, key.size() == 4 ? U"Numbers " : U"Number "};
    }
    return {};
  }

  Found hash(size_t i) const {
    if (m_.at(i) == U'#' && m_.decimal(i + 1) && !m_.word(i - 1) && m_.at(i - 1) != U'&') return Match{i + 1, U"number "};
    return {};
  }

  Found roman_cardinal(size_t i) const { return roman(i, n_.roman_cardinal_, false); }
  Found roman_ordinal(size_t i) const { return roman(i, n_.roman_ordinal_, true); }

  Found phone(size_t i) const {
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

  Found fraction(size_t i) const {
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

  Found range(size_t i) const {
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

  Found plus(size_t i) const {
    if (m_.at(i) == U'+' && m_.decimal(i + 1) && !m_.word(i - 1) && m_.at(i - 1) != U'+') return Match{i + 1, U"plus "};
    return {};
  }

 private:
  static U32 join(std::initializer_list<U32View> parts) {
    U32 out;
    for (const U32View part : parts) {
      if (!out.empty()) out += U' ';
      out += part;
    }
    return out;
  }

  // Ends of an optional "a.m." at p, greedy first; half: 'a', 'p' or 0.
  std::vector<std::pair<size_t, char32_t>> halves(size_t p) const {
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

  Found spoken_time(size_t begin, size_t digits, size_t minute_at, size_t second_at, char32_t half, size_t end) const {
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

  Found date(size_t begin, size_t end, int month, int day, const U32& year) const {
    if (month < 1 || month > 12 || day < 1 || day > 31) return Match{end, U32(s_.substr(begin, end - begin))};
    return Match{end, name_of_month(month) + U" " + wide(ordinal(day)) + U", " + year};
  }

  U32 name_of_month(int month) const {
    static constexpr const char* kKeys[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    return from_utf8(n_.assets_->table("months").find(kKeys[month - 1]));
  }

  // The full name of the month that is written at i.
  U32 month_name(size_t i) const { return from_utf8(n_.assets_->table("months").find(to_utf8(lower(s_.substr(i, 3))))); }

  // Lengths of the ways in which a month's name stands at i.
  std::vector<size_t> months(size_t i) const {
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

  // The end of an optional year behind a date.
  size_t year_part(size_t end) const {
    for (size_t p : {m_.at(end) == U',' ? end + 1 : end, end})
      if (m_.at(p) == U' ' && m_.decimals(p + 1, 4) && m_.border(p + 5)) return p + 5;
    return end;
  }

  // A big number's word at p: where it ends, and the whole word.
  std::optional<std::pair<size_t, U32View>> big_word(size_t p) const {
    for (const U32View word : kBigWords)
      if (m_.literal(p, word)) return std::pair(p + word.size(), word);
    static constexpr std::pair<char32_t, int> kLetters[] = {{U'k', 1}, {U'm', 2}, {U'b', 3}};
    for (const auto& [letter, word] : kLetters)
      if (to_lower(m_.at(p)) == letter && m_.at(p) < 128 && m_.border(p + 1)) return std::pair(p + 1, kBigWords[word]);
    return std::nullopt;
  }

  const Normalizer::Row* currency(U32View key) const {
    for (const auto& row : n_.currency_)
      if (row.key == key) return &row;
    return nullptr;
  }

  Found roman(size_t i, const std::vector<Normalizer::Row>& keys, bool ordinals) const {
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

  // 0 if it is no numeral, or one that the rule leaves alone (it must begin with I, V, X, L or C).
  static int roman_value(U32View text) {
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

  U32 spoken_fraction(int a, int b) const {
    static constexpr const char* kNames[] = {"", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"};
    if (a > 0 && a < b && b <= 10) {
      if (a == 1 && b == 2) return U"one half";
      return wide(std::to_string(a) + " " + kNames[b] + (a > 1 ? "s" : ""));
    }
    if (a >= 1 && a <= 12 && b >= 1 && b <= 31) return name_of_month(a) + U" " + wide(ordinal(b));
    return wide(std::to_string(a) + " slash " + std::to_string(b));
  }

  const Normalizer& n_;
  Matcher m_;
  U32View s_;
};

namespace {

U32 collapse(U32View text) {
  U32 out;
  for (char32_t c : strip(text)) {
    if (!is_space(c)) out += c;
    else if (out.back() != U' ') out += U' ';
  }
  return out;
}

U32 symbols(U32 text, U32View key, U32View word) {
  const bool between = key == U"=" || key == U"<" || key == U">" || key == U"~";
  U32 out;
  size_t i = 0;
  while (i < text.size()) {
    size_t begin = i, end = 0;
    if (between) {
      // An optional space on either side goes too; beyond it there must be something.
      if (text[i] == U' ' && text.compare(i + 1, key.size(), key) == 0) end = i + 1 + key.size();
      else if (text.compare(i, key.size(), key) == 0) end = i + key.size();
      if (end) {
        const bool before = begin > 0 && !is_space(text[begin - 1]);
        const size_t spaced = end < text.size() && text[end] == U' ' ? end + 1 : end;
        if (before && spaced < text.size() && !is_space(text[spaced])) end = spaced;
        else if (!(before && end < text.size() && !is_space(text[end]))) end = 0;
      }
    } else if (text.compare(i, key.size(), key) == 0) {
      end = i + key.size();
    }
    if (!end) {
      out += text[i++];
      continue;
    }
    out += U' ';
    if (!word.empty()) (out += word) += U' ';
    i = end;
  }
  return out;
}

}  // namespace

U32 Normalizer::normalize(U32View sentence, const NormalizerRules& rules) const {
  U32 text = collapse(sentence);
  for (char32_t& c : text) c = c == U'\u2019' ? U'\'' : c == U'\u2012' ? U'-' : c == U'\u2015' ? U'\u2014' : c;
  // What is masked stands as one private character, which no pass knows.
  std::vector<U32> masked;
  if (rules.mask_overrides) {
    U32 out;
    for (size_t i = 0; i < text.size();) {
      const size_t end = override_end(text, i);
      if (end && masked.size() < 6000) {
        out += static_cast<char32_t>(0xE000 + masked.size());
        masked.emplace_back(text.substr(i, end - i));
        i = end;
      } else {
        out += text[i++];
      }
    }
    text = out;
  }
  using Pass = Passes::Found (Passes::*)(size_t) const;
  static constexpr Pass kPasses[] = {&Passes::time, &Passes::iso_date, &Passes::us_date, &Passes::big_money, &Passes::cents, &Passes::money,
                                     &Passes::degrees, &Passes::units, &Passes::month_day, &Passes::day_month, &Passes::titles,
                                     &Passes::abbreviations, &Passes::number_sign, &Passes::hash, &Passes::roman_cardinal,
                                     &Passes::roman_ordinal, &Passes::phone, &Passes::fraction, &Passes::range, &Passes::plus};
  for (const Pass pass : kPasses) {
    const Passes passes(*this, text);
    text = substitute(text, [&](size_t i) { return (passes.*pass)(i); });
  }
  for (const Row& row : symbols_)
    if (text.find(row.key) != U32::npos) text = symbols(text, row.key, row.one);
  text = collapse(text);
  U32 out;
  for (char32_t c : text) {
    if (contains(U",.;:!?", c))
      while (!out.empty() && out.back() == U' ') out.pop_back();
    if (c >= 0xE000 && c < 0xE000 + masked.size()) out += masked[c - 0xE000];
    else out += c;
  }
  return U32(strip(out));
}

}  // namespace hibari
