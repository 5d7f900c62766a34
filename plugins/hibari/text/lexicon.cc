#include "lexicon.h"

#include <algorithm>

#include "stress.h"

namespace hibari {
namespace {

constexpr U32View kTau = U"AIOWYiu\u00E6\u0251\u0259\u025B\u026A\u0279\u028A\u028C";

bool all_lower(U32View w) { return lower(w) == w; }
bool all_upper(U32View w) { return upper(w) == w; }
U32 capitalised(U32View w) {
  U32 out = lower(w);
  if (!out.empty()) out[0] = to_upper(out[0]);
  return out;
}
bool ends(U32View w, U32View end) { return w.size() >= end.size() && w.substr(w.size() - end.size()) == end; }
bool all_alpha(U32View w) { return !w.empty() && std::all_of(w.begin(), w.end(), is_alpha); }
bool starts(const std::string& tag, std::string_view with) { return tag.starts_with(with); }

U32 without(U32View w, char32_t c) {
  U32 out;
  for (char32_t x : w)
    if (x != c) out += x;
  return out;
}

std::string_view parent(std::string_view tag) {
  if (tag.starts_with("VB")) return "VERB";
  if (tag.starts_with("NN")) return "NOUN";
  if (tag.starts_with("ADV") || tag.starts_with("RB")) return "ADV";
  if (tag.starts_with("ADJ") || tag.starts_with("JJ")) return "ADJ";
  return tag;
}

// The reading of an object value for a key; a null pointer if there is none, empty with `null` set if it is null.
struct Variant {
  std::string_view value;
  bool present = false, null = false;
};
Variant variant(std::string_view value, std::string_view key) {
  while (!value.empty() && value[0] == TextAssets::kObject) {
    value.remove_prefix(1);
    const size_t end = std::min(value.find(TextAssets::kObject), value.size());
    const std::string_view row = value.substr(0, end);
    const size_t split = row.find(TextAssets::kField);
    if (row.substr(0, split) == key) {
      const std::string_view reading = row.substr(split + 1);
      return {reading, true, reading.size() == 1 && reading[0] == TextAssets::kNull};
    }
    value.remove_prefix(end);
  }
  return {};
}

}  // namespace

Lexicon::Lexicon(std::shared_ptr<const TextAssets> assets, bool british)
    : assets_(std::move(assets)),
      gold_(assets_->table(british ? "gb_gold" : "us_gold")),
      silver_(assets_->table(british ? "gb_silver" : "us_silver")),
      british_(british) {}

std::string_view Lexicon::entry(const StringTable& dictionary, U32View w) const {
  auto found = dictionary.find(to_utf8(w));
  if (found.data() || w.size() < 2) return found;
  const U32 low = lower(w), capital = capitalised(w);
  if (w == low) return dictionary.find(to_utf8(capital));
  if (w == capital) return dictionary.find(to_utf8(low));
  return {};
}

bool Lexicon::known(U32View w) const {
  if (in_gold(w) || in_silver(w) || (w.size() == 1 && contains(U"%&+@", w[0]))) return true;
  if (w.empty() || !std::all_of(w.begin(), w.end(), is_ascii_alpha)) return false;
  if (w.size() == 1) return true;
  if (all_upper(w) && in_gold(lower(w))) return true;
  return all_upper(w.substr(1));
}

Lexicon::Found Lexicon::spell(U32View w) const {
  U32 joined;
  for (char32_t c : w) {
    if (!is_alpha(c)) continue;
    std::string_view value = entry(gold_, upper(U32View(&c, 1)));
    if (!value.data()) return std::nullopt;
    if (!value.empty() && value[0] == TextAssets::kObject) {
      const Variant v = variant(value, "DEFAULT");
      if (!v.present || v.null) return std::nullopt;
      value = v.value;
    }
    joined += from_utf8(value);
  }
  joined = stress(std::move(joined), 0);
  if (const size_t last = joined.rfind(kSecondary); last != U32::npos) joined[last] = kPrimary;
  return Reading{joined, 3};
}

Lexicon::Found Lexicon::lookup(U32View word, const Query& q) const {
  U32 w(word);
  bool proper = false;
  if (all_upper(w) && !in_gold(w)) {
    w = lower(w);
    proper = q.tag == "NNP";
  }
  int rating = 4;
  std::string_view value = entry(gold_, w);
  if (!value.data() && !proper) {
    value = entry(silver_, w);
    rating = 3;
  }
  bool missing = !value.data();
  if (!missing && !value.empty() && value[0] == TextAssets::kObject) {
    Variant v;
    if (q.context && q.context->next == Next::kUnknown) v = variant(value, "None");
    if (!v.present) v = variant(value, q.tag);
    if (!v.present) v = variant(value, parent(q.tag));
    if (!v.present) v = variant(value, "DEFAULT");
    missing = !v.present || v.null;
    value = v.value;
  }
  const U32 phonemes = missing ? U32() : from_utf8(value);
  if (missing || (proper && !has(phonemes, kPrimary))) {
    if (const Found spelled = spell(w)) return spelled;
    if (missing) return std::nullopt;
  }
  return Reading{stress(phonemes, q.s), rating};
}

Lexicon::Found Lexicon::fixed_reading(U32View w, const Query& q) const {
  const Context none, &c = q.context ? *q.context : none;
  const bool noun = starts(q.tag, "NN");
  const auto gold = [&](U32View key, std::string_view tag = {}) -> Found {
    std::string_view value = entry(gold_, key);
    if (!value.data()) return std::nullopt;
    if (!value.empty() && value[0] == TextAssets::kObject) {
      Variant v = variant(value, tag);
      if (!v.present) v = variant(value, "DEFAULT");
      if (!v.present || v.null) return std::nullopt;
      value = v.value;
    }
    return Reading{from_utf8(value), 4};
  };
  const auto say = [](U32View phonemes) -> Found { return Reading{U32(phonemes), 4}; };
  if (q.tag == "ADD" && w == U".") return lookup(U"dot", {"", -0.5, q.context});
  if (q.tag == "ADD" && w == U"/") return lookup(U"slash", {"", -0.5, q.context});
  static constexpr std::pair<char32_t, U32View> kSymbols[] = {{U'%', U"percent"}, {U'&', U"and"}, {U'+', U"plus"}, {U'@', U"at"}};
  for (const auto& [symbol, name] : kSymbols)
    if (w.size() == 1 && w[0] == symbol) return lookup(name, {"", std::nullopt, q.context});
  // Letters with dots between: "U.S.A."
  U32View inner = w;
  while (!inner.empty() && inner.front() == U'.') inner.remove_prefix(1);
  while (!inner.empty() && inner.back() == U'.') inner.remove_suffix(1);
  if (has(inner, U'.') && all_alpha(without(w, U'.'))) {
    size_t longest = 0, part = 0;
    for (char32_t x : w) {
      part = x == U'.' ? 0 : part + 1;
      longest = std::max(longest, part);
    }
    if (longest <= 2) return spell(w);
  }
  if (w == U"a" || w == U"A") return say(q.tag == "DT" ? U"\u0250" : U"\u02C8A");
  if (w == U"am" || w == U"Am" || w == U"AM") {
    if (noun) return spell(w);
    if (c.next == Next::kUnknown || w != U"am" || (q.s && *q.s > 0)) return gold(U"am");
    return say(U"\u0250m");
  }
  if (w == U"an" || w == U"An" || w == U"AN") {
    if (w == U"AN" && noun) return spell(w);
    return say(U"\u0250n");
  }
  if (w == U"I" && q.tag == "PRP") return say(U"\u02CCI");
  if ((w == U"by" || w == U"By" || w == U"BY") && parent(q.tag) == "ADV") return say(U"b\u02C8I");
  if (w == U"to" || w == U"To" || (w == U"TO" && (q.tag == "TO" || q.tag == "IN"))) {
    if (c.next == Next::kUnknown) return gold(U"to");
    return say(c.next == Next::kVowel ? U"t\u028A" : U"t\u0259");
  }
  if (w == U"in" || w == U"In" || (w == U"IN" && q.tag != "NNP")) return say(c.next == Next::kUnknown || q.tag != "IN" ? U"\u02C8\u026An" : U"\u026An");
  if (w == U"the" || w == U"The" || (w == U"THE" && q.tag == "DT")) return say(c.next == Next::kVowel ? U"\u00F0i" : U"\u00F0\u0259");
  const U32 low = lower(w);
  if (q.tag == "IN" && (low == U"vs" || low == U"vs.")) return lookup(U"versus", {"", std::nullopt, q.context});
  if (w == U"used" || w == U"Used" || w == U"USED") return gold(U"used", (q.tag == "VBD" || q.tag == "JJ") && c.to ? "VBD" : "DEFAULT");
  return std::nullopt;
}

Lexicon::Found Lexicon::word_reading(U32 w, const Query& q) const {
  if (const Found fixed = fixed_reading(w, q)) return fixed;
  const U32 low = lower(w);
  if (w.size() > 1 && all_alpha(without(w, U'\'')) && w != low && (q.tag != "NNP" || w.size() > 7) && !in_gold(w) && !in_silver(w) &&
      (all_upper(w) || all_lower(U32View(w).substr(1))) &&
      (in_gold(low) || in_silver(low) || stem_s(low, q) || stem_ed(low, q) || stem_ing(low, q)))
    w = low;
  if (known(w)) return lookup(w, q);
  if (ends(w, U"s'") && known(w.substr(0, w.size() - 2) + U"'s")) return lookup(w.substr(0, w.size() - 2) + U"'s", q);
  if (ends(w, U"'") && known(U32View(w).substr(0, w.size() - 1))) return lookup(U32View(w).substr(0, w.size() - 1), q);
  if (Found found = stem_s(w, q)) return found;
  if (Found found = stem_ed(w, q)) return found;
  return stem_ing(w, q);
}

Lexicon::Found Lexicon::stem_s(U32View w, const Query& q) const {
  if (w.size() < 3 || w.back() != U's') return std::nullopt;
  U32 stem;
  if (!ends(w, U"ss") && known(w.substr(0, w.size() - 1))) {
    stem = w.substr(0, w.size() - 1);
  } else if ((ends(w, U"'s") || (w.size() > 4 && ends(w, U"es") && !ends(w, U"ies"))) && known(w.substr(0, w.size() - 2))) {
    stem = w.substr(0, w.size() - 2);
  } else if (w.size() > 4 && ends(w, U"ies") && known(U32(w.substr(0, w.size() - 3)) + U"y")) {
    stem = U32(w.substr(0, w.size() - 3)) + U"y";
  } else {
    return std::nullopt;
  }
  Found found = lookup(stem, q);
  if (!found || found->phonemes.empty()) return std::nullopt;
  found->phonemes = with_s(std::move(found->phonemes));
  return found;
}

Lexicon::Found Lexicon::stem_ed(U32View w, const Query& q) const {
  if (w.size() < 4 || w.back() != U'd') return std::nullopt;
  U32 stem;
  if (!ends(w, U"dd") && known(w.substr(0, w.size() - 1))) stem = w.substr(0, w.size() - 1);
  else if (w.size() > 4 && ends(w, U"ed") && !ends(w, U"eed") && known(w.substr(0, w.size() - 2))) stem = w.substr(0, w.size() - 2);
  else return std::nullopt;
  Found found = lookup(stem, q);
  if (!found || found->phonemes.empty()) return std::nullopt;
  found->phonemes = with_ed(std::move(found->phonemes));
  return found;
}

Lexicon::Found Lexicon::stem_ing(U32View w, Query q) const {
  if (w.size() < 5 || !ends(w, U"ing")) return std::nullopt;
  const U32 short_stem(w.substr(0, w.size() - 3));
  const size_t n = short_stem.size();
  const bool doubled = n >= 2 && ((short_stem[n - 1] == short_stem[n - 2] && contains(U"bcdgklmnprstvxz", short_stem[n - 1])) || ends(short_stem, U"ck"));
  U32 stem;
  if (w.size() > 5 && known(short_stem)) stem = short_stem;
  else if (known(short_stem + U"e")) stem = short_stem + U"e";
  else if (w.size() > 5 && doubled && known(U32View(short_stem).substr(0, n - 1))) stem = short_stem.substr(0, n - 1);
  else return std::nullopt;
  if (!q.s) q.s = 0.5;
  Found found = lookup(stem, q);
  if (!found || found->phonemes.empty()) return std::nullopt;
  const auto ending = with_ing(std::move(found->phonemes));
  if (!ending) return std::nullopt;
  found->phonemes = *ending;
  return found;
}

U32 Lexicon::with_s(U32 stem) const {
  if (stem.empty()) return stem;
  if (contains(U"ptkf\u03B8", stem.back())) return stem + U"s";
  if (contains(U"sz\u0283\u0292\u02A7\u02A4", stem.back())) return stem + (british_ ? U"\u026Az" : U"\u1D7Bz");
  return stem + U"z";
}

U32 Lexicon::with_ed(U32 stem) const {
  if (stem.empty()) return stem;
  if (contains(U"pkf\u03B8\u0283s\u02A7", stem.back())) return stem + U"t";
  const U32 id = british_ ? U"\u026Ad" : U"\u1D7Bd";
  if (stem.back() == U'd') return stem + id;
  if (stem.back() != U't') return stem + U"d";
  if (british_ || stem.size() < 2) return stem + U"\u026Ad";
  if (contains(kTau, stem[stem.size() - 2])) return stem.substr(0, stem.size() - 1) + U"\u027E\u1D7Bd";
  return stem + id;
}

std::optional<U32> Lexicon::with_ing(U32 stem) const {
  if (stem.empty()) return stem;
  if (british_) {
    if (stem.back() == U'\u0259' || stem.back() == U'\u02D0') return std::nullopt;
  } else if (stem.size() > 1 && stem.back() == U't' && contains(kTau, stem[stem.size() - 2])) {
    return stem.substr(0, stem.size() - 1) + U"\u027E\u026A\u014B";
  }
  return stem + U"\u026A\u014B";
}

std::optional<Reading> Lexicon::read(const Word& word, const Context& context) const {
  U32 w = word.text;
  for (char32_t& c : w)
    if (c == U'\u2018' || c == U'\u2019') c = U'\'';
  w = nfkc(w);
  for (char32_t& c : w)
    if (!is_ascii_digit(c) && digit_value(c) >= 0) c = U'0' + static_cast<char32_t>(digit_value(c));
  Query q{word.tag, std::nullopt, &context};
  if (lower(w) != w) q.s = all_upper(w) ? 2 : 0.5;
  if (Found found = word_reading(w, q)) {
    static constexpr std::pair<char32_t, U32View> kPlurals[] = {{U'$', U"dollars"}, {U'\u00A3', U"pounds"}, {U'\u20AC', U"euros"}};
    for (const auto& [sign, plural] : kPlurals)
      if (word.currency == sign)
        if (const Found unit = stem_s(plural, {})) found->phonemes += U" " + unit->phonemes;
    return found;
  }
  return is_number(w, word.head) ? read_number(w, word.head, word.currency) : std::nullopt;
}

}  // namespace hibari
