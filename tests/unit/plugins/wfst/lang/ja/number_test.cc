#include "lang/ja/number.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace {

using namespace wfst::ja;

// By division; then 一 is taken away where it is not said.
std::string slow_cardinal(uint64_t n) {
  static const std::pair<uint64_t, const char*> kUnits[] = {
      {1000000000000, "兆"}, {100000000, "億"}, {10000, "万"},
      {1000, "千"},          {100, "百"},       {10, "十"}};
  static const char* kDigits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  for (const auto& [unit, name] : kUnits)
    if (n >= unit) {
      std::string high = slow_cardinal(n / unit);
      if (unit >= 10000) high = std::regex_replace(high, std::regex("^千"), "一千");
      if (unit < 10000 && n / unit == 1) high.clear();
      return high + name + (n % unit ? slow_cardinal(n % unit) : "");
    }
  return kDigits[n];
}

// A thousand of a group above the last has its 一 wherever it stands.
std::string slow(uint64_t n) {
  std::string s = slow_cardinal(n);
  return std::regex_replace(s, std::regex("(兆|億)千([一二三四五六七八九十百]*)(億|万)"),
                            "$1一千$2$3");
}

TEST(JaNumber, AgreesWithTheSlowReader) {
  for (uint64_t n = 0; n <= 100000; ++n) ASSERT_EQ(cardinal(std::to_string(n)), slow(n)) << n;
}

TEST(JaNumber, AgreesWithTheSlowReaderUpTo16Digits) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 10000; ++i) {
    std::string digits(1 + random() % 16, '0');
    for (char& c : digits) c = random() % 2 ? '0' : static_cast<char>('0' + random() % 10);
    ASSERT_EQ(cardinal(digits), slow(std::stoull(digits))) << digits;
  }
}

TEST(JaNumber, ReadsWhatTheRulesSay) {
  EXPECT_EQ(cardinal("1118"), "千百十八");
  EXPECT_EQ(cardinal("11000"), "一万千");
  EXPECT_EQ(cardinal("10000000"), "一千万");
  EXPECT_EQ(cardinal("100000009000"), "一千億九千");
  EXPECT_EQ(cardinal("10000000000000000"), "一京");
  EXPECT_EQ(cardinal(""), "");
  EXPECT_EQ(cardinal(std::string(21, '1')).size(), 63u);
  EXPECT_EQ(by_digit("1004"), "一〇〇四");
  EXPECT_EQ(telephone("090"), "ゼロ九ゼロ");
}

}  // namespace
