#include "text/aligned_text.h"

#include <algorithm>

namespace wfst {

const AlignedText::Piece& AlignedText::at(uint32_t place) const {
  return *std::prev(std::upper_bound(pieces_.begin(), pieces_.end(), place, [](uint32_t p, const Piece& piece) { return p < piece.begin; }));
}

Range AlignedText::source(Range range) const {
  if (pieces_.empty()) return {};
  if (range.empty()) {
    if (range.begin >= text.size()) return {pieces_.back().from.end, pieces_.back().from.end};
    const Piece& piece = at(range.begin);
    const uint32_t place = piece.copied ? piece.from.begin + (range.begin - piece.begin) : piece.from.begin;
    return {place, place};
  }
  const Piece& first = at(range.begin);
  const Piece& last = at(range.end - 1);
  return {first.copied ? first.from.begin + (range.begin - first.begin) : first.from.begin,
          last.copied ? last.from.begin + (range.end - last.begin) : last.from.end};
}

}  // namespace wfst
