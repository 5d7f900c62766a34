#include "lang/en/number.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace wfst::en;

// By division, from the largest unit down.
std::string slow_cardinal(uint64_t n, bool conjunction) {
  static const std::pair<uint64_t, const char*> kUnits[] = {{1000000000000000, "quadrillion"},
                                                            {1000000000000, "trillion"},
                                                            {1000000000, "billion"},
                                                            {1000000, "million"},
                                                            {1000, "thousand"}};
  for (const auto& [unit, name] : kUnits)
    if (n >= unit) {
      // Eighteen thousand and ninety five, but one million twelve.
      const char* joint = conjunction && unit == 1000 && n % unit < 100 ? " and " : " ";
      const std::string rest = n % unit ? joint + slow_cardinal(n % unit, conjunction) : "";
      return slow_cardinal(n / unit, false) + " " + name + rest;
    }
  if (n >= 100) {
    const std::string rest =
        n % 100 ? (conjunction ? " and " : " ") + slow_cardinal(n % 100, false) : "";
    return slow_cardinal(n / 100, false) + " hundred" + rest;
  }
  static const char* kNames[] = {"zero",    "one",     "two",       "three",    "four",
                                 "five",    "six",     "seven",     "eight",    "nine",
                                 "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                 "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static const char* kTens[] = {"twenty", "thirty",  "forty",  "fifty",
                                "sixty",  "seventy", "eighty", "ninety"};
  if (n < 20) return kNames[n];
  return kTens[n / 10 - 2] + (n % 10 ? std::string(" ") + kNames[n % 10] : std::string());
}

TEST(EnNumber, AgreesWithTheSlowReader) {
  for (uint64_t n = 0; n <= 100000; ++n) {
    ASSERT_EQ(cardinal(std::to_string(n)), slow_cardinal(n, true)) << n;
    ASSERT_EQ(cardinal(std::to_string(n), {.conjunction = false}), slow_cardinal(n, false)) << n;
  }
}

TEST(EnNumber, AgreesWithTheSlowReaderUpTo16Digits) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 10000; ++i) {
    std::string digits(1 + random() % 16, '0');
    for (char& c : digits) c = random() % 2 ? '0' : static_cast<char>('0' + random() % 10);
    ASSERT_EQ(cardinal(digits), slow_cardinal(std::stoull(digits), true)) << digits;
  }
}

TEST(EnNumber, ReadsWhatTheRulesSay) {
  EXPECT_EQ(cardinal("123000012"), "one hundred twenty three million twelve");
  EXPECT_EQ(cardinal(""), "");
  EXPECT_EQ(cardinal(std::string(67, '1')).substr(0, 7), "one one");
  EXPECT_EQ(ordinal("0"), "zeroth");
  EXPECT_EQ(ordinal("12"), "twelfth");
  EXPECT_EQ(ordinal("21"), "twenty first");
  EXPECT_EQ(ordinal("121"), "one hundred twenty first");
  EXPECT_EQ(ordinal("30"), "thirtieth");
  EXPECT_EQ(ordinal("1000000"), "one millionth");
  EXPECT_EQ(by_digit("204"), "two zero four");
  EXPECT_EQ(by_digit("204", "oh"), "two oh four");
  EXPECT_EQ(year("1984"), "nineteen eighty four");
  EXPECT_EQ(year("1506"), "fifteen oh six");
  EXPECT_EQ(year("1900"), "nineteen hundred");
  EXPECT_EQ(year("2000"), "two thousand");
  EXPECT_EQ(year("2005"), "two thousand five");
  EXPECT_EQ(year("2010"), "twenty ten");
  EXPECT_EQ(year("340"), "three forty");
  EXPECT_EQ(year("05"), "zero five");
  EXPECT_EQ(in_pairs("1428"), "fourteen twenty eight");
  EXPECT_EQ(in_pairs("123"), "one twenty three");
  EXPECT_EQ(in_pairs("708"), "seven zero eight");
  EXPECT_EQ(in_pairs("2"), "two");
  EXPECT_EQ(in_pairs("95051"), "nine five zero five one");
  EXPECT_EQ(plural_of("twenty"), "twenties");
  EXPECT_EQ(plural_of("sixth"), "sixths");
  EXPECT_EQ(plural_of("six"), "sixes");
}

}  // namespace
