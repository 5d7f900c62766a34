// What the passes of the normalizer match with: classes at a place, numbers with every end that a backtracking regular
// expression would try, and substitution from left to right.
#pragma once

#include <optional>
#include <vector>

#include "unicode.h"

namespace hibari {

struct Match {
  size_t end;
  U32 text;
};

class Matcher {
 public:
  explicit Matcher(U32View text) : s_(text) {}

  // 0 outside, also for place -1.
  char32_t at(size_t i) const { return i < s_.size() ? s_[i] : 0; }
  bool word(size_t i) const { return i < s_.size() && is_word(s_[i]); }
  bool decimal(size_t i) const { return i < s_.size() && is_decimal(s_[i]); }
  // B: a border between W and not W.
  bool border(size_t i) const { return word(i - 1) != word(i); }
  // Neither W nor "." before.
  bool guard(size_t i) const { return !word(i - 1) && at(i - 1) != U'.'; }
  bool literal(size_t i, U32View text) const { return i <= s_.size() && s_.substr(i, text.size()) == text; }
  bool decimals(size_t i, size_t count) const {
    for (size_t k = 0; k < count; ++k)
      if (!decimal(i + k)) return false;
    return true;
  }
  int number(size_t i, size_t count) const {
    int out = 0;
    for (size_t k = 0; k < count; ++k) out = out * 10 + digit_value(s_[i + k]);
    return out;
  }
  // Places behind an optional space: with it first.
  std::vector<size_t> optional_space(size_t i) const {
    if (is_space(at(i)) && i < s_.size()) return {i + 1, i};
    return {i};
  }
  // Lengths of an optional st, nd, rd or th.
  std::vector<size_t> ordinal_suffix(size_t i) const {
    for (const U32View suffix : {U32View(U"st"), U32View(U"nd"), U32View(U"rd"), U32View(U"th")})
      if (literal(i, suffix)) return {2, 0};
    return {0};
  }
  // NUM at i: digits, groups of "," and three digits, "." and digits; greedy first. Empty if there is no digit.
  std::vector<size_t> number_ends(size_t i) const {
    std::vector<size_t> out;
    size_t digits = 0;
    while (decimal(i + digits)) ++digits;
    for (size_t d = digits; d >= 1 && out.size() < 200; --d) {
      std::vector<size_t> groups = {i + d};
      while (at(groups.back()) == U',' && decimals(groups.back() + 1, 3)) groups.push_back(groups.back() + 4);
      for (auto end = groups.rbegin(); end != groups.rend(); ++end) {
        size_t fraction = 0;
        if (at(*end) == U'.')
          while (decimal(*end + 1 + fraction)) ++fraction;
        for (size_t f = fraction; f >= 1; --f) out.push_back(*end + 1 + f);
        out.push_back(*end);
      }
    }
    return out;
  }

 private:
  U32View s_;
};

// The end of an inline override "[...](...)" at i, or 0.
inline size_t override_end(U32View s, size_t i) {
  if (i >= s.size() || s[i] != U'[') return 0;
  const size_t close = s.find(U']', i + 1);
  if (close == U32View::npos || close == i + 1 || close + 1 >= s.size() || s[close + 1] != U'(') return 0;
  const size_t end = s.find(U')', close + 2);
  return end == U32View::npos ? 0 : end + 1;
}

// Replaces every match of `find` (place -> optional Match), left to right, without overlap.
template <class Find>
U32 substitute(const U32& text, Find&& find) {
  U32 out;
  for (size_t i = 0; i < text.size();) {
    const std::optional<Match> match = find(i);
    if (match && match->end > i) {
      out += match->text;
      i = match->end;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace hibari
