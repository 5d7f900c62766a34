#include "lang/zh/number.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace {

using namespace wfst::zh;

void replace_all(std::string& s, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = s.find(from, at)) != std::string::npos; at += to.size())
    s.replace(at, from.size(), to);
}

// By rewriting: every digit with its place, then what is not said is taken away.
std::string slow_part(uint64_t n) {
  static const std::string kDigits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  static const std::string kPlaces[] = {"", "十", "百", "千", "万", "十", "百", "千"};
  std::string s;
  for (int place = 0; n; ++place, n /= 10) s = kDigits[n % 10] + kPlaces[place] + s;
  for (const char* place : {"十", "百", "千"}) replace_all(s, std::string("零") + place, "零");
  while (s.find("零零") != std::string::npos) replace_all(s, "零零", "零");
  replace_all(s, "零万", "万");
  while (s.size() > 3 && s.compare(s.size() - 3, 3, "零") == 0) s.resize(s.size() - 3);
  return s;
}

std::string slow_cardinal(uint64_t n) {
  if (n == 0) return "零";
  const uint64_t kYi = 100000000;
  std::string s = slow_part(n % kYi);
  if (n >= kYi) {
    const bool gap = n % kYi && (n % kYi < 10000000 || n / kYi % 10000 == 0);
    s = slow_part(n / kYi) + "亿" + (gap ? "零" : "") + s;
  }
  s = std::regex_replace(s, std::regex("亿零一十((?:二|三|四|五|六|七|八|九|一)?万)"), "亿零十$1");
  s = std::regex_replace(s, std::regex("^一十"), "十");
  return std::regex_replace(s, std::regex("^二(百|千|万|亿)"), "两$1");
}

TEST(ZhNumber, AgreesWithTheSlowReader) {
  for (uint64_t n = 0; n <= 100000; ++n)
    ASSERT_EQ(cardinal(std::to_string(n)), slow_cardinal(n)) << n;
}

TEST(ZhNumber, AgreesWithTheSlowReaderUpTo16Digits) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 10000; ++i) {
    std::string digits(1 + random() % 16, '0');
    for (char& c : digits) c = random() % 2 ? '0' : static_cast<char>('0' + random() % 10);
    ASSERT_EQ(cardinal(digits), slow_cardinal(std::stoull(digits))) << digits;
  }
}

TEST(ZhNumber, ReadsWhatTheRulesSay) {
  EXPECT_EQ(cardinal("101"), "一百零一");
  EXPECT_EQ(cardinal("1010"), "一千零一十");
  EXPECT_EQ(cardinal("20200"), "两万零二百");
  EXPECT_EQ(cardinal("222222"), "二十二万二千二百二十二");
  EXPECT_EQ(cardinal("10000100000"), "一百亿零十万");
  EXPECT_EQ(cardinal("1000000000000"), "一万亿");
  EXPECT_EQ(cardinal("007"), "七");
  EXPECT_EQ(cardinal(""), "");
  EXPECT_EQ(quantity("2"), "两");
  EXPECT_EQ(quantity("12"), "十二");
  EXPECT_EQ(by_digit("2024"), "二零二四");
  EXPECT_EQ(telephone("110"), "幺幺零");
  EXPECT_EQ(cardinal("12345678901234567"), "一二三四，五六七八，九零一二，三四五六，七");
  EXPECT_EQ(cardinal(std::string(5000, '3')).size(), 1000u * 3 + 249 * 3);
}

}  // namespace
