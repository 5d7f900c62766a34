// Numbers as English words: cardinals, ordinals, years (specification, section 5.4).
#pragma once

#include <string>
#include <string_view>

namespace hibari {

// Decimal digits of any length up to 36 ("0" for none); longer ones digit by digit.
std::string cardinal(std::string_view digits);
std::string ordinal(std::string_view digits);
// Four digits.
std::string year(std::string_view digits);
inline std::string cardinal(int n) { return cardinal(std::to_string(n)); }
inline std::string ordinal(int n) { return ordinal(std::to_string(n)); }

}  // namespace hibari
