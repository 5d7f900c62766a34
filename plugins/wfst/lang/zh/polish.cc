// The last touches of Chinese: punctuation taken away, characters outside the vocabulary marked.
#include "lang/zh/verbalisers.h"
#include "text/utf8.h"

namespace wfst::zh {
namespace {

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_punctuation(char32_t c) {
  if (c < 0x80) return c > ' ' && !in(c, '0', '9') && !in(c, 'A', 'Z') && !in(c, 'a', 'z');
  return in(c, 0x2010, 0x2027) || in(c, 0x2030, 0x205E) || in(c, 0x3001, 0x3003) ||
         in(c, 0x3008, 0x3020) || c == 0xB7 || in(c, 0xFE10, 0xFE19) || in(c, 0xFE30, 0xFE6F) ||
         in(c, 0xFF01, 0xFF0F) || in(c, 0xFF1A, 0xFF20) || in(c, 0xFF3B, 0xFF40) ||
         in(c, 0xFF5B, 0xFF65);
}

// Han, ASCII, white space and punctuation.
bool in_vocabulary(char32_t c) {
  return c < 0x80 || c == 0xA0 || c == 0x3000 || c == 0x3007 || in(c, 0x3400, 0x4DBF) ||
         in(c, 0x4E00, 0x9FFF) || in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF) ||
         is_punctuation(c);
}

}  // namespace

void polish(const ReadingOptions& options, std::string& text) {
  if (!options.remove_punctuation && !options.tag_oov) return;
  std::string kept;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const char32_t c = next_code_point(text, at);
    if (options.remove_punctuation && is_punctuation(c)) continue;
    const bool mark = options.tag_oov && !in_vocabulary(c) && c != kJoin;
    if (mark) kept += "<oov>";
    kept.append(text, from, at - from);
    if (mark) kept += "</oov>";
  }
  text = std::move(kept);
}

}  // namespace wfst::zh
