// Numbers as words, by one fixed rule for what was said and what a recogniser heard, so that "38" and "thirty-eight" are equal
// in error rates. Not a normalizer: it knows digits and nothing of dates, money or units, and reads both sides alike.
#pragma once

#include <string>
#include <string_view>

namespace syrinx::ab {

// Runs of ASCII digits, with commas between thousands and one decimal point, as cardinals; up to 15 digits, longer ones and those
// that begin with 0 digit by digit; "1st" and the like as ordinals in English. In Chinese for a language that begins with "zh",
// or where none is given for text that has Chinese and no Japanese kana; else in English. Everything else stays.
std::string numbers_written_out(std::string_view text, std::string_view language = {});

}  // namespace syrinx::ab
