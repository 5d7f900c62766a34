// Characters: what ChatTTS's tokenizer and normalizer ask of them. Categories of the
// tokenizer are those of Unicode 8.0, as in the reference; words and folding those of Unicode 14.
// Everything is pure. [any]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <syrinx/sdk/utf8.hpp>

namespace chattts {

using U32 = std::u32string;
using U32View = std::u32string_view;

using syrinx::append_utf8, syrinx::decode_utf8, syrinx::from_utf8, syrinx::to_utf8;

bool is_space(char32_t c);  // white space of Unicode, and U+001C to U+001F, as Python has it
bool is_word(char32_t c);   // a letter or number of any script, or "_"; no marks
inline bool is_han(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }
inline bool is_letter(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}  // ASCII
U32View strip(U32View text);  // without white space at both ends
std::string_view strip(std::string_view text);

// What a BERT tokenizer does with a character.
enum BertClass : uint8_t {
  kPlain = 0,
  kRemoved = 1,  // control, format, private use, U+0000, U+FFFD
  kMark = 2,     // nonspacing: dropped
  kSpace = 4,
  kIdeograph = 8,     // a word of its own
  kPunctuation = 16,  // a word of its own
  kFolds = 32         // has a decomposition or a small form
};
uint8_t bert_class(char32_t c);

// Decomposes, drops nonspacing marks and makes small, character by character and without context;
// writes at most 3 characters and returns how many.
int fold(char32_t c, char32_t out[3]);

}  // namespace chattts
