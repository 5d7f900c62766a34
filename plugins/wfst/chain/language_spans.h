// Which language each stretch of a sentence is read in.
#pragma once

#include <string_view>
#include <vector>

#include "tokens/token.h"

namespace wfst {

struct LanguageSpan {
  Range text;
  std::string_view language;  // "zh", "en" or "ja"
};

// Letters of a text, by script; one Han or kana character counts as much as one Latin word.
struct ScriptCount {
  uint32_t han = 0, kana = 0, latin_words = 0;
};
ScriptCount count_scripts(std::string_view text);

// The language with the most letters. Kana in the text, or elsewhere in the same text (`kana_elsewhere`), makes Han Japanese.
// `otherwise` if there are no letters.
std::string_view main_language(const ScriptCount& count, bool kana_elsewhere, std::string_view otherwise);

// Spans in order, without gaps. A stretch of another language of three words or more is a span of its own; digits, symbols and
// punctuation go with the neighbouring letters, except digits that touch letters of the main language.
void language_spans(std::string_view text, std::string_view main, bool kana_elsewhere, std::vector<LanguageSpan>& out);

}  // namespace wfst
