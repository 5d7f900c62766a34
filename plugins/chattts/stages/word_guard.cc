#include "stages/word_guard.h"

#include <algorithm>

#include "text/vocabulary.h"

namespace chattts {
namespace {

bool is_tag(int32_t id) { return id >= kFirstControl; }

std::vector<int32_t> words(const std::vector<int32_t>& ids) {
  std::vector<int32_t> out;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(out), [](int32_t id) { return !is_tag(id); });
  return out;
}

// For each word of `b` the number of words of `a` up to and with its partner in a longest common subsequence; -1: it has none.
std::vector<int64_t> partners(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  const size_t n = a.size(), m = b.size();
  std::vector<std::vector<uint16_t>> longest(n + 1, std::vector<uint16_t>(m + 1));
  for (size_t i = n; i-- > 0;)
    for (size_t j = m; j-- > 0;)
      longest[i][j] = a[i] == b[j] ? static_cast<uint16_t>(longest[i + 1][j + 1] + 1) : std::max(longest[i + 1][j], longest[i][j + 1]);
  std::vector<int64_t> out(m, -1);
  for (size_t i = 0, j = 0; i < n && j < m;) {
    if (a[i] == b[j]) out[j++] = static_cast<int64_t>(++i);
    else if (longest[i + 1][j] >= longest[i][j + 1]) ++i;
    else ++j;
  }
  return out;
}

}  // namespace

std::vector<int32_t> words_between(const std::vector<int32_t>& ids, int32_t from, int32_t to) {
  const auto first = std::find(ids.begin(), ids.end(), from);
  const auto last = std::find(ids.rbegin(), ids.rend(), to).base();
  if (first == ids.end() || last == ids.begin() || first + 1 >= last - 1) return {};
  return {first + 1, last - 1};
}

bool same_words(const std::vector<int32_t>& a, const std::vector<int32_t>& b) { return words(a) == words(b); }

std::vector<int32_t> with_tags_of(const std::vector<int32_t>& own, const std::vector<int32_t>& refined) {
  const std::vector<int32_t> own_words = words(own);
  const std::vector<int64_t> partner = partners(own_words, words(refined));
  // Behind how many of our words each tag stands.
  std::vector<std::vector<int32_t>> ours(own_words.size() + 1), theirs(own_words.size() + 1);
  size_t behind = 0, j = 0;
  for (int32_t id : own) is_tag(id) ? ours[behind].push_back(id) : static_cast<void>(++behind);
  behind = 0;
  for (int32_t id : refined) {
    if (is_tag(id)) theirs[behind].push_back(id);
    else if (partner[j++] >= 0) behind = static_cast<size_t>(partner[j - 1]);
  }
  std::vector<int32_t> out;
  for (size_t i = 0; i <= own_words.size(); ++i) {
    // A tag of ours that the model repeated is one tag.
    std::vector<int32_t> rest = ours[i];
    out.insert(out.end(), rest.begin(), rest.end());
    for (int32_t id : theirs[i]) {
      const auto same = std::find(rest.begin(), rest.end(), id);
      if (same == rest.end()) out.push_back(id);
      else rest.erase(same);
    }
    if (i < own_words.size()) out.push_back(own_words[i]);
  }
  return out;
}

}  // namespace chattts
