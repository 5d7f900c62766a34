#include "text/phrase_table.h"

#include <algorithm>

namespace wfst {

PhraseTable::PhraseTable(std::vector<std::pair<std::string, uint32_t>> phrases) : roots_(256, 0) {
  std::erase_if(phrases, [](const auto& phrase) { return phrase.first.empty() || phrase.first.size() > kLongest; });
  std::stable_sort(phrases.begin(), phrases.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  // Level by level: a node is the range of the sorted phrases that begin with its path.
  struct Span {
    size_t begin, end, depth;
  };
  std::vector<Span> spans{{0, phrases.size(), 0}};
  bytes_.push_back(0);
  for (size_t node = 0; node < spans.size(); ++node) {
    Span span = spans[node];
    uint32_t entry = 0;
    while (span.begin < span.end && phrases[span.begin].first.size() == span.depth) entry = phrases[span.begin++].second + 1;
    entries_.push_back(entry);
    first_.push_back(static_cast<uint32_t>(spans.size()));
    uint16_t count = 0;
    for (size_t i = span.begin; i < span.end;) {
      const char byte = phrases[i].first[span.depth];
      size_t next = i;
      while (next < span.end && phrases[next].first[span.depth] == byte) ++next;
      if (node == 0) roots_[static_cast<unsigned char>(byte)] = static_cast<uint32_t>(spans.size());
      spans.push_back({i, next, span.depth + 1});
      bytes_.push_back(static_cast<uint8_t>(byte));
      ++count;
      i = next;
    }
    count_.push_back(count);
  }
}

}  // namespace wfst
