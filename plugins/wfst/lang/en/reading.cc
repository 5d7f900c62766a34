#include "lang/en/reading.h"

#include "lang/digits.h"
#include "lang/en/number.h"

namespace wfst::en {
namespace {

constexpr size_t kMaxBareDigits = 15, kMaxSerialDigits = 4;

}  // namespace

void add(std::string& out, std::string_view words) {
  if (words.empty()) return;
  if (!out.empty() && out.back() != ' ') out += ' ';
  out += words;
}

Amount parse_amount(std::string_view value) {
  Amount amount;
  size_t at = 0;
  if (value.substr(0, 1) == "-") {
    amount.negative = true;
    at = 1;
  } else if (value.substr(0, 3) == "−") {
    amount.negative = true;
    at = 3;
  }
  for (; at < value.size() && (is_digit(value[at]) || value[at] == ',' || value[at] == '.'); ++at) {
    if (value[at] == '.')
      amount.point = true;
    else if (value[at] != ',')
      (amount.point ? amount.fraction : amount.whole) += value[at];
  }
  while (at < value.size() && value[at] == ' ') ++at;
  amount.scale = value.substr(at);
  return amount;
}

std::string read_amount(const Amount& amount, const ReadingOptions& options) {
  std::string out;
  if (amount.negative) out = options.negative;
  const bool zeros = amount.whole.size() > 1 && amount.whole[0] == '0';
  if (zeros)
    add(out, by_digit(amount.whole));
  else
    add(out, cardinal(amount.whole, {.conjunction = options.hundred_and}));
  if (amount.point) {
    add(out, "point");
    add(out, by_digit(amount.fraction, options.decimal_zero));
  }
  add(out, amount.scale);
  return out;
}

std::string read_value(std::string_view value, const ReadingOptions& options) {
  const Amount amount = parse_amount(value);
  const bool commas = value.find(',') != std::string_view::npos;
  if (!amount.point && !commas && amount.whole.size() > kMaxBareDigits)
    return (amount.negative ? options.negative + " " : std::string()) + by_digit(amount.whole);
  return read_amount(amount, options);
}

bool is_one(const Amount& amount) {
  return amount.whole == "1" && !amount.point && amount.scale.empty();
}

std::string read_serial(std::string_view digits) {
  if ((digits.size() > 1 && digits[0] == '0') || digits.size() > kMaxSerialDigits)
    return by_digit(digits);
  return cardinal(digits, {.conjunction = false});
}

}  // namespace wfst::en
