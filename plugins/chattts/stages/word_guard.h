// Whether a refined text still has the user's words, and how to give them back. Works on the tokenizer's ids: control tokens (from
// [Sasr] on) are tags, everything below is words and punctuation.
#pragma once

#include <cstdint>
#include <vector>

namespace chattts {

// What stands between the first `from` and the last `to`.
std::vector<int32_t> words_between(const std::vector<int32_t>& ids, int32_t from, int32_t to);

// Whether both have the same words in the same order, tags apart.
bool same_words(const std::vector<int32_t>& a, const std::vector<int32_t>& b);

// The words of `own` (with its own tags) and the tags of `refined`, each behind the word it followed there, or behind the nearest earlier
// word that both have. By the longest common subsequence: O(n m) time and memory bits, n and m up to the model's context.
std::vector<int32_t> with_tags_of(const std::vector<int32_t>& own, const std::vector<int32_t>& refined);

}  // namespace chattts
