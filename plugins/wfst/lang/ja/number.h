// Japanese number reader: digit strings to kanji numerals.
//
// Pure functions, safe from any thread. Arguments are ASCII digits.
#pragma once

#include <string>
#include <string_view>

namespace wfst::ja {

constexpr size_t kMaxCardinalDigits = 20;  // up to 京

// 1118: 千百十八; 10000000: 一千万. A leading 一 falls before 十 and 百, and before 千 in the last
// group of four. Zero is 〇. Leading zeros do not count; more than 20 digits are read digit by
// digit.
std::string cardinal(std::string_view digits);

// 1234: 一二三四, zero as 〇.
std::string by_digit(std::string_view digits);

// The same with zero as ゼロ: telephone numbers.
std::string telephone(std::string_view digits);

}  // namespace wfst::ja
