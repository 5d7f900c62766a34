#include "sentences.h"

#include <algorithm>

namespace hibari {
namespace {

constexpr U32View kMarks = U".!?\u2026", kClosing = U"\"\u201D\u2019)]", kClauses = U",;:\u2014", kOpening = U"(\"\u201C'\u2018";

// Whether the dot at `dot` belongs to a title or an initial: "Dr.", "J.".
bool is_abbreviation(U32View paragraph, size_t dot, const TextAssets& assets) {
  size_t begin = dot;
  while (begin > 0 && paragraph[begin - 1] != U' ') --begin;
  while (begin < dot && contains(kOpening, paragraph[begin])) ++begin;
  const U32View word = paragraph.substr(begin, dot - begin);
  return (word.size() == 1 && is_upper(word[0])) || assets.table("titles").has(to_utf8(word));
}

void split_paragraph(U32View paragraph, const TextAssets& assets, std::vector<U32>& out) {
  size_t begin = 0;
  const auto add = [&](size_t end) {
    const U32View sentence = strip(paragraph.substr(begin, end - begin));
    if (!sentence.empty()) out.emplace_back(sentence);
  };
  for (size_t i = 0; i < paragraph.size(); ++i) {
    if (!contains(kMarks, paragraph[i])) continue;
    size_t next = i + 1;
    while (next < paragraph.size() && contains(kClosing, paragraph[next])) ++next;
    const size_t space = next;
    while (next < paragraph.size() && is_space(paragraph[next])) ++next;
    if (next == space || next == paragraph.size()) continue;
    if (is_lower(paragraph[next])) continue;
    if (paragraph[i] == U'.' && is_abbreviation(paragraph, i, assets)) continue;
    add(i + 1);
    begin = next;
    i = next - 1;
  }
  add(paragraph.size());
}

// Pieces of at most `most`, cut at spaces, then hard.
void cut(U32View piece, size_t most, std::vector<U32>& out) {
  while (piece.size() > most) {
    size_t at = piece.substr(0, most + 1).rfind(U' ');
    if (at == U32View::npos || at == 0) at = most;
    out.emplace_back(strip(piece.substr(0, at)));
    piece = strip(piece.substr(at));
  }
  if (!piece.empty()) out.emplace_back(piece);
}

}  // namespace

std::vector<U32> split_sentences(U32View text, const TextAssets& assets) {
  std::vector<U32> out;
  text = strip(text);
  while (!text.empty()) {
    const size_t end = std::min(text.find(U'\n'), text.size());
    const U32View paragraph = strip(text.substr(0, end));
    if (!paragraph.empty()) split_paragraph(paragraph, assets, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<U32> chunks(U32View phonemes, const ChunkRules& rules) {
  std::vector<U32> out;
  if (phonemes.empty()) return out;
  if (phonemes.size() <= rules.most) return {U32(phonemes)};
  std::vector<U32View> pieces;
  size_t begin = 0;
  for (size_t i = 1; i < phonemes.size(); ++i) {
    if (!is_space(phonemes[i]) || !contains(kClauses, phonemes[i - 1])) continue;
    pieces.push_back(phonemes.substr(begin, i - begin));
    while (i < phonemes.size() && is_space(phonemes[i])) ++i;
    begin = i;
  }
  pieces.push_back(phonemes.substr(begin));
  std::vector<U32> joined;
  U32 open;
  for (const U32View piece : pieces) {
    if (open.empty()) {
      open = piece;
    } else if (open.size() + 1 + piece.size() <= rules.most) {
      open += U' ';
      open += piece;
    } else {
      joined.push_back(std::move(open));
      open = piece;
    }
  }
  if (!open.empty()) joined.push_back(std::move(open));
  if (!rules.cut_long) return joined;
  for (const U32& piece : joined) cut(piece, rules.most, out);
  return out;
}

}  // namespace hibari
