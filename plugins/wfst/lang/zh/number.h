// Chinese number reader: digit strings to Han numerals.
//
// Pure functions, safe from any thread. Arguments are ASCII digits; what else they hold is left out
// of the reading. All append nothing and return UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace wfst::zh {

// Numbers of more digits than this are read digit by digit, by every reader here.
constexpr size_t kMaxCardinalDigits = 16;

// 20200: 两万零二百. Two is 两 where it opens the number before 百, 千, 万, 亿. A zero inside is
// said once for a run; a leading ten is 十. Leading zeros do not count. Up to 16 digits; longer
// ones are read in groups of four, digit by digit.
std::string cardinal(std::string_view digits);

// The same before a measure word: a lone 2 is 两.
std::string quantity(std::string_view digits);

// 2024: 二零二四.
std::string by_digit(std::string_view digits);

// The same with 1 as 幺: telephone numbers, room numbers.
std::string telephone(std::string_view digits);

// More digits than a cardinal has: groups of four with a pause between them, at most 1 000 digits.
std::string long_number(std::string_view digits);

}  // namespace wfst::zh
