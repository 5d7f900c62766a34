#include "number.h"

#include "../digits.h"

namespace wfst::ja {
namespace {

constexpr const char* kDigits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

void add_group(std::string& out, std::string_view digits, bool last) {
  static constexpr const char* kPlaces[] = {"", "十", "百", "千"};
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t place = digits.size() - 1 - i;
    if (digits[i] == '0') continue;
    const bool bare = digits[i] == '1' && place > 0 && (place < 3 || last);
    if (!bare) out += kDigits[digits[i] - '0'];
    out += kPlaces[place];
  }
}

std::string spell(std::string_view digits, const char* zero) {
  std::string out;
  for (char c : digits)
    if (is_digit(c)) out += c == '0' ? zero : kDigits[c - '0'];
  return out;
}

}  // namespace

std::string cardinal(std::string_view digits) {
  static constexpr const char* kGroups[] = {"", "万", "億", "兆", "京"};
  if (digits.empty()) return {};
  const std::string_view n = significant(digits);
  if (n.size() > kMaxCardinalDigits) return by_digit(digits);
  if (n == "0") return kDigits[0];
  std::string out;
  for (size_t at = 0; at < n.size();) {
    const size_t left = n.size() - at, length = left % 4 ? left % 4 : 4, group = (left - 1) / 4,
                 before = out.size();
    add_group(out, n.substr(at, length), group == 0);
    if (out.size() != before) out += kGroups[group];
    at += length;
  }
  return out;
}

std::string by_digit(std::string_view digits) { return spell(digits, kDigits[0]); }

std::string telephone(std::string_view digits) { return spell(digits, "ゼロ"); }

}  // namespace wfst::ja
