// Stress marks and phoneme classes (specification, sections 1 and 5.2).
#pragma once

#include <algorithm>
#include <optional>

#include "unicode.h"

namespace hibari {

constexpr char32_t kPrimary = U'\u02C8', kSecondary = U'\u02CC';
constexpr U32View kVowels = U"AIOQWYaiu\u00E6\u0251\u0252\u0254\u0259\u025B\u025C\u026A\u028A\u028C\u1D7B";
constexpr U32View kConsonants = U"bdfhjklmnpstvwz\u00F0\u014B\u0261\u0279\u027E\u0283\u0292\u02A4\u02A7\u03B8\u0294";
constexpr U32View kPauses = U";:,.!?\u2014\u2026";

inline bool has(U32View p, char32_t c) { return p.find(c) != U32View::npos; }

// stress(p, s) of the specification; absent s leaves p alone.
inline U32 stress(U32 p, std::optional<double> s) {
  if (!s) return p;
  const auto without = [](const U32& text, bool both) {
    U32 out;
    for (char32_t c : text) {
      if (c == kSecondary || (both && c == kPrimary)) continue;
      out += c == kPrimary ? kSecondary : c;
    }
    return out;
  };
  const auto before_vowel = [&](char32_t mark) {
    const size_t at = p.find_first_of(kVowels);
    U32 out = p;
    if (at != U32::npos) out.insert(at, 1, mark);
    return out;
  };
  const bool primary = has(p, kPrimary), secondary = has(p, kSecondary);
  if (*s < -1) return without(p, true);
  if (*s == -1 || ((*s == 0 || *s == -0.5) && primary)) return without(p, false);
  if ((*s == 0 || *s == 0.5 || *s == 1) && !primary && !secondary) return before_vowel(kSecondary);
  if (*s >= 1 && !primary && secondary) {
    std::replace(p.begin(), p.end(), kSecondary, kPrimary);
    return p;
  }
  if (*s > 1 && !primary && !secondary) return before_vowel(kPrimary);
  return p;
}

}  // namespace hibari
