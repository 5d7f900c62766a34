#include "number.h"

#include "../digits.h"

namespace wfst::zh {
namespace {

constexpr const char* kDigits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
constexpr size_t kMaxSpoken = 1000, kPauseEvery = 4;

// Reads groups of four from left to right; what it has said decides about zeros, 两 and the leading
// ten.
class Reader {
 public:
  std::string read(std::string_view digits) {
    if (digits == "0") return kDigits[0];
    if (digits.size() > 8) {
      part(digits.substr(0, digits.size() - 8), true);
      out_ += "亿";
      digits.remove_prefix(digits.size() - 8);
    }
    part(digits, false);
    return std::move(out_);
  }

 private:
  // Up to eight digits: a group, 万, a group.
  void part(std::string_view digits, bool unit_follows) {
    if (digits.size() > 4) {
      const size_t before = out_.size();
      group(digits.substr(0, digits.size() - 4), true, true);
      if (out_.size() != before) out_ += "万";
      digits.remove_prefix(digits.size() - 4);
    }
    group(digits, false, unit_follows);
  }

  void group(std::string_view digits, bool of_ten_thousands, bool unit_follows) {
    static constexpr const char* kPlaces[] = {"", "十", "百", "千"};
    bool said = false;
    for (size_t i = 0; i < digits.size(); ++i) {
      const int digit = digits[i] - '0';
      const size_t place = digits.size() - 1 - i;
      if (digit == 0) {
        zeros_ = true;
        continue;
      }
      const bool opens = out_.empty();
      const bool after_zero = zeros_ && !opens;
      if (after_zero) out_ += kDigits[0];
      const bool bare_ten =
          place == 1 && digit == 1 && (opens || (after_zero && of_ten_thousands && !said));
      const bool pair = digit == 2 && opens && (place > 1 || (place == 0 && unit_follows));
      if (!bare_ten) out_ += pair ? "两" : kDigits[digit];
      out_ += kPlaces[place];
      zeros_ = false;
      said = true;
    }
    if (said) zeros_ = false;  // a zero at the end of a group is not said
  }

  std::string out_;
  bool zeros_ = false;  // not yet said
};

std::string spell(std::string_view digits, const char* one) {
  std::string out;
  for (char c : digits)
    if (is_digit(c)) out += c == '1' ? one : kDigits[c - '0'];
  return out;
}

}  // namespace

std::string cardinal(std::string_view digits) {
  if (digits.empty()) return {};
  const std::string_view n = significant(digits);
  return n.size() > kMaxCardinalDigits ? long_number(digits) : Reader().read(n);
}

std::string quantity(std::string_view digits) {
  if (digits.empty()) return {};
  return significant(digits) == "2" ? "两" : cardinal(digits);
}

std::string by_digit(std::string_view digits) { return spell(digits, kDigits[1]); }

std::string telephone(std::string_view digits) { return spell(digits, "幺"); }

std::string long_number(std::string_view digits) {
  std::string out;
  digits = digits.substr(0, kMaxSpoken);
  for (size_t i = 0; i < digits.size(); i += kPauseEvery) {
    if (i) out += "，";
    out += by_digit(digits.substr(i, kPauseEvery));
  }
  return out;
}

}  // namespace wfst::zh
