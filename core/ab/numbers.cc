#include "core/ab/numbers.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "core/ab/text.h"

namespace syrinx::ab {
namespace {

constexpr std::array kOnes = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
                              "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array kTens = {"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array kThousands = {"", " thousand", " million", " billion", " trillion"};
constexpr std::array kHan = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
constexpr std::array kHanTens = {"", "十", "百", "千"};
constexpr std::array kHanGroups = {"", "万", "亿", "万亿"};

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string english_group(int n) {
  std::string out;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
  if (n >= 100) add(std::string(kOnes[static_cast<size_t>(n / 100)]) + " hundred");
  n %= 100;
  if (n >= 20) add(kTens[static_cast<size_t>(n / 10)]), n %= 10;
  if (n > 0) add(kOnes[static_cast<size_t>(n)]);
  return out;
}

std::string english(const std::string& digits) {
  std::string out;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
  if (digits.size() > 15 || (digits.size() > 1 && digits[0] == '0')) {
    for (const char c : digits) add(kOnes[static_cast<size_t>(c - '0')]);
    return out;
  }
  for (size_t at = 0, left = digits.size(); left > 0;) {
    const size_t size = (left - 1) % 3 + 1;
    const int value = std::stoi(digits.substr(at, size));
    at += size, left -= size;
    if (value > 0) add(english_group(value) + kThousands[left / 3]);
  }
  return out.empty() ? "zero" : out;
}

std::string ordinal(std::string cardinal) {
  const size_t space = cardinal.rfind(' ') + 1;
  const std::string last = cardinal.substr(space);
  static constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {{"one", "first"}, {"two", "second"}, {"three", "third"}, {"five", "fifth"},
                                                                                 {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};
  for (const auto& [from, to] : kIrregular)
    if (last == from) return cardinal.substr(0, space) + std::string(to);
  if (last.ends_with("y")) return cardinal.substr(0, cardinal.size() - 1) + "ieth";
  return cardinal + "th";
}

std::string chinese(const std::string& digits) {
  std::string out;
  if (digits.size() > 15 || (digits.size() > 1 && digits[0] == '0')) {
    for (const char c : digits) out += kHan[static_cast<size_t>(c - '0')];
    return out;
  }
  bool gap = false;  // zeros that are said once when something follows
  for (size_t at = 0, left = digits.size(); left > 0;) {
    const size_t size = (left - 1) % 4 + 1;
    bool any = false;
    for (size_t i = 0; i < size; ++i) {
      const auto d = static_cast<size_t>(digits[at + i] - '0');
      if (d == 0) {
        gap = true;
        continue;
      }
      if (gap && !out.empty()) out += kHan[0];
      gap = false;
      const size_t place = size - 1 - i;
      if (!(d == 1 && place == 1 && out.empty())) out += kHan[d];
      out += kHanTens[place];
      any = true;
    }
    at += size, left -= size;
    if (any) out += kHanGroups[left / 4];
  }
  return out.empty() ? kHan[0] : out;
}

// "thirty-eight" is two words, as "38" is.
bool ends_with_tens(const std::string& text) {
  return std::any_of(kTens.begin() + 2, kTens.end(), [&](const std::string_view word) {
    if (text.size() < word.size()) return false;
    const size_t start = text.size() - word.size();
    return std::equal(word.begin(), word.end(), text.begin() + static_cast<std::ptrdiff_t>(start), [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  });
}

bool reads_chinese(std::string_view text, std::string_view language) {
  if (!language.empty()) return language.starts_with("zh");
  bool han = false;
  for (const char32_t c : code_points_of(text)) {
    if (c >= 0x3040 && c <= 0x30FF) return false;
    han = han || (c >= 0x3400 && c <= 0x9FFF);
  }
  return han;
}

}  // namespace

std::string numbers_written_out(std::string_view text, std::string_view language) {
  const bool zh = reads_chinese(text, language);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (!digit(text[i])) {
      const bool joins = text[i] == '-' && i + 1 < text.size() && std::isalpha(static_cast<unsigned char>(text[i + 1])) && ends_with_tens(out);
      out += joins ? ' ' : text[i];
      ++i;
      continue;
    }
    std::string whole, fraction;
    for (; i < text.size(); ++i) {
      const bool thousands = text[i] == ',' && i + 3 < text.size() && digit(text[i + 1]) && digit(text[i + 2]) && digit(text[i + 3]) && (i + 4 >= text.size() || !digit(text[i + 4]));
      if (digit(text[i])) whole += text[i];
      else if (!thousands) break;
    }
    if (i + 1 < text.size() && text[i] == '.' && digit(text[i + 1]))
      for (++i; i < text.size() && digit(text[i]); ++i) fraction += text[i];
    std::string said = zh ? chinese(whole) : english(whole);
    if (!fraction.empty()) said += zh ? "点" : " point";
    for (const char c : fraction) said += zh ? kHan[static_cast<size_t>(c - '0')] : std::string(" ") + kOnes[static_cast<size_t>(c - '0')];
    if (!zh && fraction.empty() && i + 1 < text.size()) {
      const std::string suffix = {static_cast<char>(std::tolower(static_cast<unsigned char>(text[i]))), static_cast<char>(std::tolower(static_cast<unsigned char>(text[i + 1])))};
      const bool ends = i + 2 >= text.size() || !std::isalnum(static_cast<unsigned char>(text[i + 2]));
      if (ends && (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th")) said = ordinal(said), i += 2;
    }
    // Words stand apart from what is beside them.
    if (!zh && !out.empty() && std::isalnum(static_cast<unsigned char>(out.back()))) out += ' ';
    out += said;
    if (!zh && i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]))) out += ' ';
  }
  return out;
}

}  // namespace syrinx::ab
