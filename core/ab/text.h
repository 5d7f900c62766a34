// Measures of texts: edit distance with one alignment, units of speech, and the form in which recognised speech is scored.
//
// Texts are UTF-8; a malformed byte counts as one code point (U+FFFD). Everything counts code points, not bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syrinx::ab {

std::u32string code_points_of(std::string_view text);
std::string to_utf8(std::u32string_view text);

// Levenshtein distance and the alignment traced from the end, where equal cost prefers match or substitution, then
// deletion, then insertion.
struct Edit {
  int64_t distance = 0, substitutions = 0, deletions = 0, insertions = 0;
  std::string ops;  // "=", "S", "D", "I", from the beginning
};
template <class T>
Edit edit(const std::vector<T>& reference, const std::vector<T>& hypothesis);

struct TextDifference {
  Edit chars, words;                             // words: split at white space
  std::optional<double> char_rate, word_rate;    // distance / length of a; none if a has none
  bool identical = false;
  std::optional<int64_t> first_diff;             // code point; the shorter length if one is a prefix
};
TextDifference compare_texts(std::string_view a, std::string_view b);

// What a text has to speak. `chars`: letters and numbers (general categories L, N). `units`: one for each Chinese or
// Japanese character, one for each run of others; marks and apostrophes continue a run.
struct TextUnits {
  int64_t chars = 0, units = 0;
};
TextUnits text_units(std::string_view text);

// Tokens for error rates: NFKC, lower case, plain apostrophes, without punctuation and symbols except apostrophes inside
// words; characters of Chinese and Japanese script are tokens of their own.
std::vector<std::string> scoring_tokens(std::string_view text);

template <class T>
Edit edit(const std::vector<T>& reference, const std::vector<T>& hypothesis) {
  const size_t n = reference.size(), m = hypothesis.size();
  std::vector<int32_t> d((n + 1) * (m + 1));
  const auto at = [&](size_t i, size_t j) -> int32_t& { return d[i * (m + 1) + j]; };
  for (size_t i = 0; i <= n; ++i) at(i, 0) = static_cast<int32_t>(i);
  for (size_t j = 0; j <= m; ++j) at(0, j) = static_cast<int32_t>(j);
  for (size_t i = 1; i <= n; ++i)
    for (size_t j = 1; j <= m; ++j) {
      const int32_t across = at(i - 1, j - 1) + (reference[i - 1] == hypothesis[j - 1] ? 0 : 1);
      at(i, j) = std::min(across, std::min(at(i - 1, j), at(i, j - 1)) + 1);
    }
  Edit out;
  out.distance = at(n, m);
  size_t i = n, j = m;
  while (i > 0 || j > 0) {
    const bool same = i > 0 && j > 0 && reference[i - 1] == hypothesis[j - 1];
    if (i > 0 && j > 0 && at(i, j) == at(i - 1, j - 1) + (same ? 0 : 1)) {
      out.substitutions += same ? 0 : 1;
      out.ops += same ? '=' : 'S';
      --i, --j;
    } else if (i > 0 && at(i, j) == at(i - 1, j) + 1) {
      ++out.deletions;
      out.ops += 'D';
      --i;
    } else {
      ++out.insertions;
      out.ops += 'I';
      --j;
    }
  }
  out.ops.assign(out.ops.rbegin(), out.ops.rend());
  return out;
}

}  // namespace syrinx::ab
