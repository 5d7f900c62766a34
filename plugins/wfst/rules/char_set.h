// Sets of code points, and how they look in UTF-8.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace wfst {

// Inclusive ranges, sorted and apart. Surrogates and U+0000 are never members: valid text without NUL is what grammars see.
class CharSet {
 public:
  void add(char32_t first, char32_t last);
  void add(const CharSet& other);
  CharSet complement() const;
  bool contains(char32_t c) const;
  bool empty() const { return ranges_.empty(); }
  const std::vector<std::pair<char32_t, char32_t>>& ranges() const { return ranges_; }
  static CharSet any();

 private:
  std::vector<std::pair<char32_t, char32_t>> ranges_;
};

// One way of writing a part of a set: each place takes a byte of a range.
struct ByteRange {
  uint8_t first, last;
};
using ByteRanges = std::vector<ByteRange>;

// The set as alternatives of byte sequences (one to four places each).
std::vector<ByteRanges> utf8_ranges(const CharSet& set);

}  // namespace wfst
