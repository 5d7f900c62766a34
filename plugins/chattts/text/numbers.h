// Digits to words: whole numbers, thousands, decimals and percent, in English or Chinese.
// Everything else, such as dates and money, is left to a text normalization stage in front. Pure.
// [any]
#pragma once

#include "unicode.h"

namespace chattts {

// Digits in `text` as words; without digits, the text itself. Numbers of more than 15 digits and
// those with leading zeros are read digit by digit.
U32 spell_numbers(U32View text, bool chinese);

}  // namespace chattts
