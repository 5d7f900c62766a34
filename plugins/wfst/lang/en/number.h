// English number reader: digit strings to words.
//
// Pure functions, safe from any thread. Arguments are ASCII digits. Words are in lower case,
// separated by one space.
#pragma once

#include <string>
#include <string_view>

namespace wfst::en {

// The largest name is that of 10^63 (vigintillion); longer numbers are read digit by digit.
constexpr size_t kMaxCardinalDigits = 66;

struct NumberStyle {
  bool conjunction =
      true;  // "and" between the hundreds and the rest of the last group: one hundred and five
};

// 18095: eighteen thousand and ninety five; 4567: four thousand five hundred and sixty seven.
// Leading zeros do not count.
std::string cardinal(std::string_view digits, NumberStyle style = {});

// 121: one hundred twenty first, without "and".
std::string ordinal(std::string_view digits);

// The ordinal of words already read: "twenty one" gives "twenty first".
std::string ordinal_of(std::string words);

// 204: two zero four; with `zero` "oh": two oh four.
std::string by_digit(std::string_view digits, std::string_view zero = "zero");

// Four digits in pairs: 1984 nineteen eighty four, 1506 fifteen oh six, 1900 nineteen hundred, 2005
// two thousand five. Other lengths: three digits as hundreds and rest (340: three forty), two as a
// cardinal (05: zero five).
std::string year(std::string_view digits);

// Numbers of houses: 1428 fourteen twenty eight, 123 one twenty three, 708 seven zero eight, 2 two;
// from five digits on digit by digit.
std::string in_pairs(std::string_view digits);

// The plural of the last word: twenty twenties, sixth sixths.
std::string plural_of(std::string words);

}  // namespace wfst::en
