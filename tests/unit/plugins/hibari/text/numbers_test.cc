#include "numbers.h"

#include <gtest/gtest.h>

namespace hibari {
namespace {

TEST(Numbers, Cardinals) {
  EXPECT_EQ(cardinal("0"), "zero");
  EXPECT_EQ(cardinal("21"), "twenty-one");
  EXPECT_EQ(cardinal("100"), "one hundred");
  EXPECT_EQ(cardinal("1001"), "one thousand one");
  EXPECT_EQ(cardinal("1000000"), "one million");
  EXPECT_EQ(cardinal("007"), "seven");
}

TEST(Numbers, LongerThanTheNamesReachAreReadByDigit) {
  EXPECT_EQ(cardinal(std::string(37, '1')).substr(0, 11), "one one one");
}

TEST(Numbers, Ordinals) {
  EXPECT_EQ(ordinal("1"), "first");
  EXPECT_EQ(ordinal("12"), "twelfth");
  EXPECT_EQ(ordinal("20"), "twentieth");
  EXPECT_EQ(ordinal("42"), "forty-second");
  EXPECT_EQ(ordinal("100"), "one hundredth");
}

TEST(Numbers, Years) {
  EXPECT_EQ(year("1905"), "nineteen oh-five");
  EXPECT_EQ(year("1900"), "nineteen hundred");
  EXPECT_EQ(year("2000"), "two thousand");
  EXPECT_EQ(year("2005"), "two thousand five");
  EXPECT_EQ(year("2024"), "twenty twenty-four");
  EXPECT_EQ(year("0042"), "forty-two");
}

}  // namespace
}  // namespace hibari
