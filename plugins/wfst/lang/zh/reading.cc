#include "lang/zh/reading.h"

#include <utility>

#include "lang/digits.h"
#include "lang/zh/number.h"

namespace wfst::zh {
namespace {

constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
    {"-", "负"}, {"−", "负"}, {"负", "负"}, {"±", "正负"}, {"+", "正"}};

bool starts(std::string_view s, std::string_view prefix) {
  return s.substr(0, prefix.size()) == prefix;
}

std::string read_integer(std::string_view digits, Two two) {
  if (digits.size() > 1 && digits[0] == '0')
    return digits.size() > kMaxCardinalDigits ? long_number(digits) : by_digit(digits);
  return two == Two::kCounted ? quantity(digits) : cardinal(digits);
}

}  // namespace

std::string read_value(std::string_view value, Two two) {
  std::string out;
  for (const auto& [sign, word] : kSigns)
    if (starts(value, sign)) {
      out += word;
      value.remove_prefix(sign.size());
      break;
    }
  std::string whole, fraction;
  bool point = false;
  size_t at = 0;
  for (; at < value.size() && (is_digit(value[at]) || value[at] == ',' || value[at] == '.'); ++at) {
    if (value[at] == '.')
      point = true;
    else if (value[at] != ',')
      (point ? fraction : whole) += value[at];
  }
  std::string_view scale = value.substr(at);
  while (!scale.empty() && scale[0] == ' ') scale.remove_prefix(1);
  if (starts(scale, "\u3000")) scale.remove_prefix(3);
  if (fraction.empty()) {
    out += read_integer(whole, scale.empty() ? two : Two::kCounted);
  } else {
    out += whole.empty() || whole == "0" ? "零" : read_integer(whole, Two::kPlain);
    out += "点";
    out += by_digit(fraction);
  }
  return out += scale;
}

std::string_view to_word(std::string_view written) {
  return written == "至" ? written : std::string_view("到");
}

std::string read_plain(std::string_view digits) { return cardinal(digits); }

}  // namespace wfst::zh
