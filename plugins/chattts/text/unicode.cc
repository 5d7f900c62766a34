#include "unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace chattts {
namespace {

struct Range {
  uint32_t first, last;
};
struct Folded {
  uint32_t from, to[3];
};
namespace tables {
#include "unicode_tables.inc"
}

template <size_t N>
bool in(const Range (&table)[N], char32_t c) {
  const auto after = std::upper_bound(std::begin(table), std::end(table), c,
                                      [](char32_t v, const Range& r) { return v < r.first; });
  return after != std::begin(table) && c <= std::prev(after)->last;
}

const Folded* find_fold(char32_t c) {
  const auto at = std::lower_bound(std::begin(tables::kFolded), std::end(tables::kFolded), c,
                                   [](const Folded& row, char32_t v) { return row.from < v; });
  return at != std::end(tables::kFolded) && at->from == c ? &*at : nullptr;
}

// Hangul syllables decompose by arithmetic (Unicode, section 3.12).
constexpr char32_t kSyllables = 0xAC00, kLeading = 0x1100, kVowel = 0x1161, kTrailing = 0x11A7;
constexpr uint32_t kVowels = 21, kTrailings = 28, kSyllableCount = 11172;
bool is_syllable(char32_t c) { return c >= kSyllables && c < kSyllables + kSyllableCount; }

// The ranges that the tokenizer pads; U+2B820 to U+2B91F is left out, as in the original BERT.
bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) ||
         (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

uint8_t classify(char32_t c) {
  if (in(tables::kRemoved, c)) return kRemoved;
  if (is_space(c)) return kSpace;
  const bool sign = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
                    (c >= 123 && c <= 126);
  uint8_t out = kPlain;
  if (in(tables::kMarks, c)) out |= kMark;
  if (is_ideograph(c)) out |= kIdeograph;
  if (sign || in(tables::kPunctuation, c)) out |= kPunctuation;
  if ((c >= 'A' && c <= 'Z') || is_syllable(c) || find_fold(c)) out |= kFolds;
  return out;
}

}  // namespace

bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_word(char32_t c) {
  if (c < 0x80) return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
  return is_han(c) || in(tables::kWords, c);
}

U32View strip(U32View text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view strip(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (!is_space(decode_utf8(text, at))) break;
    text.remove_prefix(at);
    at = 0;
  }
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 &&
           (static_cast<uint8_t>(text[start]) & 0xC0) == 0x80)
      --start;
    size_t at = start;
    if (!is_space(decode_utf8(text, at)) || at != text.size()) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

uint8_t bert_class(char32_t c) {
  // The basic plane by table, made once; the others are rare.
  static const auto plane = [] {
    std::array<uint8_t, 0x10000> table;
    for (char32_t i = 0; i < table.size(); ++i) table[i] = classify(i);
    return table;
  }();
  return c < plane.size() ? plane[c] : classify(c);
}

int fold(char32_t c, char32_t out[3]) {
  if (c < 0x80) {
    out[0] = c >= 'A' && c <= 'Z' ? c + 32 : c;
    return 1;
  }
  if (is_syllable(c)) {
    const uint32_t n = c - kSyllables, trailing = n % kTrailings;
    out[0] = kLeading + n / (kVowels * kTrailings);
    out[1] = kVowel + n / kTrailings % kVowels;
    out[2] = kTrailing + trailing;
    return trailing ? 3 : 2;
  }
  const Folded* found = find_fold(c);
  if (!found) {
    out[0] = c;
    return 1;
  }
  int n = 0;
  while (n < 3 && found->to[n]) {
    out[n] = found->to[n];
    ++n;
  }
  return n;
}

}  // namespace chattts
