// Chinese: written numbers with sign, separators, point and scale, as rules capture them, to words.
#pragma once

#include <string>
#include <string_view>

namespace wfst::zh {

enum class Two { kPlain, kCounted };  // 2: 二, or 两 before a measure word

// "-1,234.5万": 负一千二百三十四点五万. Signs - − + ± 负, commas, one point, then a scale in words,
// which makes a lone 2 两. A number that opens with a zero, or of more than 16 digits, is read
// digit by digit.
std::string read_value(std::string_view value, Two two = Two::kPlain);

// The word between the ends of a range: 至 stays, signs become 到.
std::string_view to_word(std::string_view written);

// 08: 八; the number of a month, a day, an hour.
std::string read_plain(std::string_view digits);

}  // namespace wfst::zh
