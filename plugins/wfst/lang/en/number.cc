#include "number.h"

#include <array>
#include <utility>

#include "../digits.h"
#include "reading.h"

namespace wfst::en {
namespace {

constexpr const char* kSmall[] = {"zero",    "one",     "two",       "three",    "four",
                                  "five",    "six",     "seven",     "eight",    "nine",
                                  "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                  "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr const char* kTens[] = {"",      "",      "twenty",  "thirty", "forty",
                                 "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr const char* kGroups[] = {"",
                                   "thousand",
                                   "million",
                                   "billion",
                                   "trillion",
                                   "quadrillion",
                                   "quintillion",
                                   "sextillion",
                                   "septillion",
                                   "octillion",
                                   "nonillion",
                                   "decillion",
                                   "undecillion",
                                   "duodecillion",
                                   "tredecillion",
                                   "quattuordecillion",
                                   "quindecillion",
                                   "sexdecillion",
                                   "septendecillion",
                                   "octodecillion",
                                   "novemdecillion",
                                   "vigintillion"};
constexpr std::pair<std::string_view, std::string_view> kIrregularOrdinals[] = {
    {"one", "first"},    {"two", "second"}, {"three", "third"},   {"five", "fifth"},
    {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};

void add_below_hundred(std::string& out, int n) {
  if (n < 20) return add(out, kSmall[n]);
  add(out, kTens[n / 10]);
  if (n % 10) add(out, kSmall[n % 10]);
}

void add_below_thousand(std::string& out, int n, bool conjunction) {
  if (n >= 100) {
    add(out, kSmall[n / 100]);
    add(out, "hundred");
    n %= 100;
    if (n && conjunction) add(out, "and");
    if (!n) return;
  }
  add_below_hundred(out, n);
}

int value(std::string_view digits) {
  int n = 0;
  for (char c : digits) n = n * 10 + (c - '0');
  return n;
}

}  // namespace

std::string cardinal(std::string_view digits, NumberStyle style) {
  if (digits.empty()) return {};
  const std::string_view n = significant(digits);
  if (n.size() > kMaxCardinalDigits) return by_digit(digits);
  if (n == "0") return kSmall[0];
  std::string out;
  bool thousands = false;
  for (size_t at = 0; at < n.size();) {
    const size_t left = n.size() - at, length = left % 3 ? left % 3 : 3, group = (left - 1) / 3;
    const int part = value(n.substr(at, length));
    at += length;
    if (!part) continue;
    // Eighteen thousand and ninety five, but one million twelve.
    if (style.conjunction && group == 0 && part < 100 && thousands) add(out, "and");
    thousands = group == 1;
    add_below_thousand(out, part, style.conjunction && group == 0);
    if (group) add(out, kGroups[group]);
  }
  return out;
}

std::string ordinal_of(std::string words) {
  const size_t space = words.rfind(' ');
  const size_t start = space == std::string::npos ? 0 : space + 1;
  const std::string last = words.substr(start);
  words.resize(start);
  for (const auto& [from, to] : kIrregularOrdinals)
    if (last == from) return words += to;
  if (!last.empty() && last.back() == 'y') return words.append(last, 0, last.size() - 1) += "ieth";
  return (words += last) += "th";
}

std::string ordinal(std::string_view digits) {
  return digits.empty() ? std::string() : ordinal_of(cardinal(digits, {.conjunction = false}));
}

std::string by_digit(std::string_view digits, std::string_view zero) {
  std::string out;
  for (char c : digits)
    if (is_digit(c)) add(out, c == '0' ? zero : std::string_view(kSmall[c - '0']));
  return out;
}

std::string year(std::string_view digits) {
  if (digits.size() == 2 && digits[0] == '0') return by_digit(digits);
  if (digits.size() != 3 && digits.size() != 4) return cardinal(digits, {.conjunction = false});
  const int high = value(digits.substr(0, digits.size() - 2)),
            low = value(digits.substr(digits.size() - 2));
  if (high % 10 == 0 && low < 10) return cardinal(digits, {.conjunction = false});
  std::string out;
  add_below_hundred(out, high);
  if (low == 0) return out += " hundred";
  if (low < 10) add(out, "oh");
  add_below_hundred(out, low);
  return out;
}

std::string in_pairs(std::string_view digits) {
  if (digits.size() > 4 || digits.empty()) return by_digit(digits);
  if (digits.size() < 3 || digits[0] == '0')
    return digits[0] == '0' ? by_digit(digits) : cardinal(digits);
  const std::string_view tail = digits.substr(digits.size() - 2);
  if (digits.size() == 4) return year(digits);
  if (tail == "00") return cardinal(digits);
  std::string out = by_digit(digits.substr(0, digits.size() - 2));
  add(out, tail[0] == '0' ? by_digit(tail) : cardinal(tail));
  return out;
}

std::string plural_of(std::string words) {
  if (words.empty()) return words;
  if (words.back() == 'y') return words.replace(words.size() - 1, 1, "ies");
  if (words.back() == 'x' || words.back() == 's') return words += "es";
  return words += 's';
}

}  // namespace wfst::en
