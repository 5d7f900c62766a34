// Text into sentences as it arrives. The pieces joined are the text byte for byte, and do not depend on how it was cut into chunks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chain/markup.h"

namespace wfst {

struct SplitOptions {
  bool sentences = true;  // otherwise only at line breaks and where a piece gets too long
  uint32_t target = 200;  // code points: beyond, at the next comma or space
  uint32_t hard = 500;    // code points: beyond, wherever no number, tag or grapheme is cut
  uint32_t least = 8;     // code points: shorter pieces go with the next, unless the line ends
};

// Ends: line breaks; 。！？；… and ! ? ; before white space or the end; "." before white space or the end, but not behind a number, an
// initial, a dotted abbreviation or a title, nor in an ellipsis. Closing quotes, brackets and white space stay with the piece before.
// A place that more text could change is not decided before that text is there.
class Splitter {
 public:
  Splitter(const SplitOptions& options, const Markup* markup) : options_(options), markup_(markup) {}

  void push(std::string_view chunk) {
    drop_used();
    text_ += chunk;
  }
  void finish() { ended_ = true; }
  // The next piece, valid until the next push; false if there is none yet.
  bool next(std::string_view& piece);
  void reset();

  // Steps over code points so far: what tests bound instead of time.
  uint64_t steps() const { return steps_; }

 private:
  enum class End { kNone, kHere, kUnknown };
  void drop_used();
  End ends_behind(char32_t c, size_t at, size_t next, size_t& end);
  size_t absorb(size_t at, bool& open, bool& strong) const;
  bool is_exempt(size_t dot) const;
  size_t cut_place(size_t at) const;

  SplitOptions options_;
  const Markup* markup_;
  std::string text_;
  bool ended_ = false;
  size_t begin_ = 0;   // of the piece at hand
  size_t scan_ = 0;    // read so far
  uint32_t count_ = 0; // code points of the piece so far
  size_t weak_ = 0, space_ = 0;  // behind the last comma or space of the piece, 0: none
  uint32_t weak_count_ = 0, space_count_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace wfst
