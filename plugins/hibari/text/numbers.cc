#include "numbers.h"

#include <cstdlib>

namespace hibari {
namespace {

constexpr const char* kOnes[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                                 "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
                                 "seventeen", "eighteen", "nineteen"};
constexpr const char* kTens[] = {"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr const char* kGroups[] = {"", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion",
                                   "sextillion", "septillion", "octillion", "nonillion", "decillion"};

// 1 to 999.
std::string below_thousand(int n) {
  std::string out;
  if (n >= 100) {
    out = std::string(kOnes[n / 100]) + " hundred";
    n %= 100;
    if (n) out += " ";
  }
  if (n >= 20) {
    out += kTens[n / 10];
    if (n % 10) out += std::string("-") + kOnes[n % 10];
  } else if (n > 0) {
    out += kOnes[n];
  }
  return out;
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

std::string cardinal(std::string_view digits) {
  digits = without_zeros(digits);
  if (digits.empty() || digits == "0") return "zero";
  std::string out;
  if (digits.size() > 36) {
    for (char d : digits) out += (out.empty() ? "" : " ") + std::string(kOnes[d - '0']);
    return out;
  }
  for (size_t left = digits.size(); left > 0;) {
    const size_t take = (left - 1) % 3 + 1;
    const int group = std::atoi(std::string(digits.substr(digits.size() - left, take)).c_str());
    left -= take;
    if (group == 0) continue;
    if (!out.empty()) out += " ";
    out += below_thousand(group);
    if (left > 0) out += std::string(" ") + kGroups[left / 3];
  }
  return out;
}

std::string ordinal(std::string_view digits) {
  std::string out = cardinal(digits);
  const size_t at = out.find_last_of(" -") == std::string::npos ? 0 : out.find_last_of(" -") + 1;
  const std::string last = out.substr(at);
  struct Row {
    const char *from, *to;
  };
  static constexpr Row kTable[] = {{"one", "first"},   {"two", "second"}, {"three", "third"},    {"five", "fifth"},
                                   {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};
  for (const Row& row : kTable)
    if (last == row.from) return out.substr(0, at) + row.to;
  if (last.back() == 'y') return out.substr(0, out.size() - 1) + "ieth";
  return out + "th";
}

std::string year(std::string_view digits) {
  const int n = std::atoi(std::string(digits).c_str()), h = n / 100, l = n % 100;
  if (h == 0 || (h % 10 == 0 && l < 10) || h >= 100) return cardinal(n);
  if (l == 0) return cardinal(h) + " hundred";
  return cardinal(h) + (l < 10 ? " oh-" : " ") + cardinal(l);
}

}  // namespace hibari
