// Many phrases, each with a number, found in texts leftmost first and longest first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wfst {

// A trie in arrays, made once, read by any thread. Phrases are at most kLongest bytes, so that a search is linear in the text.
class PhraseTable {
 public:
  static constexpr size_t kLongest = 256;

  // Of equal phrases the last counts. Phrases that are empty or too long are left out.
  explicit PhraseTable(std::vector<std::pair<std::string, uint32_t>> phrases = {});

  bool empty() const { return entries_.size() <= 1; }

  struct Match {
    size_t length = 0;  // 0: none
    uint32_t number = 0;
  };
  // The longest phrase that begins at `at` and for which accept(length, number) holds.
  template <class Accept>
  Match longest_at(std::string_view text, size_t at, Accept&& accept) const {
    Match out;
    uint32_t node = 0;
    for (size_t i = at; i < text.size(); ++i) {
      node = child(node, static_cast<unsigned char>(text[i]));
      if (node == 0) break;
      if (entries_[node] != 0 && accept(i + 1 - at, entries_[node] - 1)) out = {i + 1 - at, entries_[node] - 1};
    }
    return out;
  }
  Match longest_at(std::string_view text, size_t at) const {
    return longest_at(text, at, [](size_t, uint32_t) { return true; });
  }

 private:
  uint32_t child(uint32_t node, unsigned char byte) const {
    if (node == 0) return roots_[byte];
    uint32_t first = first_[node], last = first_[node] + count_[node];
    while (first < last) {
      const uint32_t middle = (first + last) / 2;
      if (bytes_[middle] < byte)
        first = middle + 1;
      else
        last = middle;
    }
    return first < first_[node] + count_[node] && bytes_[first] == byte ? first : 0;
  }

  // Node n is reached by byte bytes_[n]; its children are nodes first_[n] and on, in the order of their bytes. Node 0 is the root.
  std::vector<uint8_t> bytes_;
  std::vector<uint16_t> count_;
  std::vector<uint32_t> first_, entries_;  // entries: the number + 1, or 0
  std::vector<uint32_t> roots_;            // by byte, or 0
};

}  // namespace wfst
