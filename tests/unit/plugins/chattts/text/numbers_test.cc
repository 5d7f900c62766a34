// Numbers in words.
#include "text/numbers.h"

#include <gmock/gmock.h>

namespace {

std::string english(const std::string& text) {
  return chattts::to_utf8(chattts::spell_numbers(chattts::from_utf8(text), false));
}
std::string chinese(const std::string& text) {
  return chattts::to_utf8(chattts::spell_numbers(chattts::from_utf8(text), true));
}

TEST(Numbers, English) {
  EXPECT_EQ(english("0"), "zero");
  EXPECT_EQ(english("21 and 115"), "twenty one and one hundred fifteen");
  EXPECT_EQ(english("1,234,567"),
            "one million two hundred thirty four thousand five hundred sixty seven");
  EXPECT_EQ(english("3.14"), "three point one four");
  EXPECT_EQ(english("50% off"), "fifty percent off");
  EXPECT_EQ(english("GPT4o"), "GPT four o");
  EXPECT_EQ(english("-5 degrees, 10-20"), "minus five degrees, ten-twenty");
  EXPECT_EQ(english("007"), "zero zero seven");
  EXPECT_EQ(english("1000000000000000"),
            "one zero zero zero zero zero zero zero zero zero zero zero zero zero zero zero");
  EXPECT_EQ(english("1,23 4.x"), "one,twenty three four.x");
  EXPECT_EQ(english("no digits"), "no digits");
}

TEST(Numbers, Chinese) {
  EXPECT_EQ(chinese("0"), "零");
  EXPECT_EQ(chinese("10个"), "十个");
  EXPECT_EQ(chinese("15"), "十五");
  EXPECT_EQ(chinese("110"), "一百一十");
  EXPECT_EQ(chinese("205"), "二百零五");
  EXPECT_EQ(chinese("1001"), "一千零一");
  EXPECT_EQ(chinese("10010"), "一万零一十");
  EXPECT_EQ(chinese("120000"), "十二万");
  EXPECT_EQ(chinese("100000001"), "一亿零一");
  EXPECT_EQ(chinese("1200000000000"), "一万二千亿");
  EXPECT_EQ(chinese("1000000000000"), "一万亿");
  EXPECT_EQ(chinese("3.5度"), "三点五度");
  EXPECT_EQ(chinese("5%"), "百分之五");
  EXPECT_EQ(chinese("-7"), "负七");
  EXPECT_EQ(chinese("价格是100元"), "价格是一百元");
}

}  // namespace
