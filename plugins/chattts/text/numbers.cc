#include "numbers.h"

#include <algorithm>
#include <string>

namespace chattts {
namespace {

constexpr size_t kMostDigits = 15;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

constexpr const char* kSmall[] = {"zero",    "one",     "two",       "three",    "four",
                                  "five",    "six",     "seven",     "eight",    "nine",
                                  "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                  "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr const char* kTens[] = {"",      "",      "twenty",  "thirty", "forty",
                                 "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr struct {
  uint64_t size;
  const char* name;
} kGroups[] = {{1000000000000, "trillion"},
               {1000000000, "billion"},
               {1000000, "million"},
               {1000, "thousand"},
               {100, "hundred"}};

std::string english(uint64_t n) {
  if (n < 20) return kSmall[n];
  if (n < 100)
    return std::string(kTens[n / 10]) + (n % 10 ? std::string(" ") + kSmall[n % 10] : "");
  for (const auto& group : kGroups)
    if (n >= group.size)
      return english(n / group.size) + " " + group.name +
             (n % group.size ? " " + english(n % group.size) : "");
  return "";
}

constexpr char32_t kDigits[] = U"零一二三四五六七八九";

// Below 10,000; `full` says the leading 一 of 一十.
U32 chinese_group(uint64_t n, bool full) {
  constexpr char32_t kUnits[] = U"千百十";
  U32 out;
  bool zero = false;
  uint64_t place = 1000;
  for (size_t i = 0; i < 4; ++i, place /= 10) {
    const uint64_t digit = n / place % 10;
    if (digit == 0) {
      zero = !out.empty();
      continue;
    }
    if (zero) out += kDigits[0];
    zero = false;
    if (digit != 1 || i != 2 || full || !out.empty()) out += kDigits[digit];
    if (i < 3) out += kUnits[i];
  }
  return out;
}

U32 chinese(uint64_t n) {
  if (n == 0) return U32(1, kDigits[0]);
  constexpr struct {
    uint64_t size;
    const char32_t* name;
  } kMyriads[] = {{1000000000000, U"万亿"}, {100000000, U"亿"}, {10000, U"万"}, {1, U""}};
  U32 out;
  bool gap = false;
  for (const auto& myriad : kMyriads) {
    const uint64_t group = n / myriad.size % 10000;
    if (group == 0) {
      gap = !out.empty();
      continue;
    }
    if (!out.empty() && (gap || group < 1000)) out += kDigits[0];
    gap = false;
    out += chinese_group(group, !out.empty()) + myriad.name;
  }
  // 一万二千亿 says 亿 once.
  const size_t first = out.find(U"万亿");
  if (first != U32::npos && out.find(U'亿', first + 2) != U32::npos) out.erase(first + 1, 1);
  return out;
}

U32 widen(const std::string& ascii) { return U32(ascii.begin(), ascii.end()); }

U32 one_by_one(U32View digits, bool in_chinese) {
  U32 out;
  for (char32_t c : digits) {
    if (!in_chinese && !out.empty()) out += ' ';
    out += in_chinese ? U32(1, kDigits[c - '0']) : widen(kSmall[c - '0']);
  }
  return out;
}

U32 whole(U32View digits, bool in_chinese) {
  if (digits.size() > kMostDigits || (digits.size() > 1 && digits[0] == '0'))
    return one_by_one(digits, in_chinese);
  uint64_t n = 0;
  for (char32_t c : digits) n = n * 10 + (c - '0');
  return in_chinese ? chinese(n) : widen(english(n));
}

}  // namespace

U32 spell_numbers(U32View text, bool in_chinese) {
  U32 out;
  for (size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      out += text[at++];
      continue;
    }
    const size_t begin = at;
    U32 digits;
    const auto run = [&](size_t from) {
      size_t n = 0;
      while (from + n < text.size() && is_digit(text[from + n])) ++n;
      return n;
    };
    size_t length = run(at);
    digits = text.substr(at, length);
    at += length;
    // 1,000,000
    while (length <= 3 && at < text.size() && text[at] == ',' && run(at + 1) == 3) {
      digits += text.substr(at + 1, 3);
      at += 4;
    }
    U32 fraction;
    if (at < text.size() && text[at] == '.' && (length = run(at + 1)) > 0) {
      fraction = text.substr(at + 1, length);
      at += 1 + length;
    }
    const bool percent = at < text.size() && text[at] == '%';
    if (percent) ++at;
    const bool minus = begin > 0 && text[begin - 1] == '-' &&
                       (begin == 1 || is_space(text[begin - 2]) || text[begin - 2] == '(');
    if (minus) out.pop_back();
    U32 spoken;
    if (in_chinese) {
      spoken = (percent ? U"百分之" : U"") + whole(digits, true) +
               (fraction.empty() ? U32() : U"点" + one_by_one(fraction, true));
      out += (minus ? U"负" : U"") + spoken;
    } else {
      spoken = whole(digits, false) +
               (fraction.empty() ? U32() : U" point " + one_by_one(fraction, false)) +
               (percent ? U" percent" : U"");
      if (!out.empty() && is_word(out.back())) out += ' ';
      out += (minus ? U"minus " : U"") + spoken;
      if (at < text.size() && is_word(text[at])) out += ' ';
    }
  }
  return out;
}

}  // namespace chattts
