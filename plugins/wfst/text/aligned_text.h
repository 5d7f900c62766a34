// A text made from another one, with where each part came from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tokens/token.h"

namespace wfst {

class AlignedText {
 public:
  std::string text;

  void clear() {
    text.clear();
    pieces_.clear();
  }
  // `from`: where `part` stands in the source.
  void copy(std::string_view part, uint32_t from) {
    if (part.empty()) return;
    if (pieces_.empty() || !pieces_.back().copied || pieces_.back().from.end != from)
      pieces_.push_back({static_cast<uint32_t>(text.size()), {from, from}, true});
    pieces_.back().from.end += static_cast<uint32_t>(part.size());
    text += part;
  }
  void replace(std::string_view part, Range from) {
    if (part.empty()) return;
    pieces_.push_back({static_cast<uint32_t>(text.size()), from, false});
    text += part;
  }
  // The stretch of the source that a stretch of this text came from.
  Range source(Range range) const;

 private:
  struct Piece {
    uint32_t begin;  // in this text; it ends where the next begins
    Range from;
    bool copied;     // byte by byte, or as a whole
  };
  const Piece& at(uint32_t place) const;
  std::vector<Piece> pieces_;
};

}  // namespace wfst
