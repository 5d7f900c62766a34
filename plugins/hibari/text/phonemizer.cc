#include "phonemizer.h"

#include <algorithm>
#include <charconv>

#include "stress.h"
#include "subwords.h"

namespace hibari {
namespace {

constexpr U32View kJunk = U"',-._\u2018\u2019/";
constexpr size_t kLongestUnknown = 24;  // characters the network takes

bool is_punctuation_tag(const std::string& tag) {
  static constexpr std::string_view kTags[] = {".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP"};
  return std::find(std::begin(kTags), std::end(kTags), tag) != std::end(kTags);
}

// What follows, seen from the word before; `phonemes` of a word and the word itself.
void update(Context& context, U32View phonemes, U32View text, const std::string& tag) {
  for (char32_t c : phonemes) {
    const bool vowel = has(kVowels, c), consonant = has(kConsonants, c);
    if (!vowel && !consonant && !has(kPauses, c)) continue;
    context.next = vowel ? Next::kVowel : consonant ? Next::kConsonant : Next::kUnknown;
    break;
  }
  context.to = text == U"to" || text == U"To" || (text == U"TO" && (tag == "TO" || tag == "IN"));
}

int stress_weight(U32View phonemes) {
  int out = 0;
  for (char32_t c : phonemes) out += contains(U"AIOQWY\u02A4\u02A7", c) ? 2 : 1;
  return out;
}

}  // namespace

struct Phonemizer::Sub {
  U32 text, alias, phonemes;
  std::string tag;
  bool space = false, head = true, done = false, has_alias = false, wants_space = false;
  char32_t currency = 0;
  int rating = 0;

  void say(U32 p, int r) {
    phonemes = std::move(p);
    rating = r;
    done = true;
  }
};

// A sub-word that stands alone, or a group without whitespace between.
struct Phonemizer::Entry {
  std::vector<Sub> members;
  bool group = false;
};

Phonemizer::Phonemizer(std::shared_ptr<const TextAssets> assets, bool british, UnknownWordModel unknown, PhonemizerRules rules)
    : assets_(std::move(assets)), lexicon_(assets_, british), tagger_(assets_), unknown_(std::move(unknown)), rules_(rules) {
  const std::string prefix = british ? "oov_gb" : "oov";
  int position = 0;
  for (const auto text : assets_->list(prefix + "_in")) {
    ++position;
    const U32 wide = from_utf8(text);
    if (wide.size() == 1) characters_[wide[0]] = position;
  }
  for (const auto text : assets_->list(prefix + "_out")) outputs_.push_back(from_utf8(text));
}

std::vector<int32_t> Phonemizer::ids(U32View chunk) const {
  std::vector<int32_t> out = {0};
  for (char32_t c : chunk) {
    std::string key;
    append_utf8(key, c);
    const auto found = assets_->table("vocab").find(key);
    int32_t id = 0;
    if (!found.data() || std::from_chars(found.data(), found.data() + found.size(), id).ec != std::errc()) continue;
    out.push_back(id);
  }
  out.push_back(0);
  return out;
}

std::vector<Phonemizer::Entry> Phonemizer::cut(const std::vector<Token>& tokens) const {
  std::vector<Entry> out;
  char32_t currency = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.has_phonemes) {
      Sub sub;
      sub.text = token.text;
      sub.tag = token.tag;
      sub.space = token.space;
      sub.say(token.phonemes, 5);
      out.push_back({{std::move(sub)}, false});
      continue;
    }
    const std::vector<U32> parts = sub_words(token.text);
    for (size_t j = 0; j < parts.size(); ++j) {
      Sub sub;
      sub.text = parts[j];
      sub.tag = token.tag;
      sub.space = j + 1 == parts.size() && token.space;
      const bool ascii = std::all_of(sub.text.begin(), sub.text.end(), is_ascii_alpha);
      if (sub.tag == "$" && (sub.text == U"$" || sub.text == U"\u00A3" || sub.text == U"\u20AC")) {
        currency = sub.text[0];
        sub.say(U"", 4);
      } else if (sub.tag == ":" && (sub.text == U"-" || sub.text == U"\u2013")) {
        sub.say(U"\u2014", 3);
      } else if (is_punctuation_tag(sub.tag) && !ascii) {
        static constexpr std::pair<std::string_view, U32View> kSigns[] = {{"-LRB-", U"("}, {"-RRB-", U")"}, {"``", U"\u201C"}, {"\"\"", U"\u201D"}, {"''", U"\u201D"}};
        U32 p;
        bool found = false;
        for (const auto& [tag, sign] : kSigns) {
          if (sub.tag != tag) continue;
          p = sign;
          found = true;
        }
        if (!found)
          for (char32_t c : sub.text)
            if (contains(U";:,.!?\u2014\u2026\"\u201C\u201D", c)) p += c;
        sub.say(p, 4);
      } else if (currency) {
        if (sub.tag != "CD") currency = 0;
        else if (j + 1 == parts.size() && (i + 1 == tokens.size() || tokens[i + 1].tag != "CD")) sub.currency = currency;
      } else if (j > 0 && j + 1 < parts.size() && sub.text == U"2" && is_alpha(parts[j - 1].back()) && is_alpha(parts[j + 1].front())) {
        sub.alias = U"to";
        sub.has_alias = true;
      }
      if (sub.done || sub.has_alias) {
        out.push_back({{std::move(sub)}, false});
      } else if (!out.empty() && out.back().group && !out.back().members.back().space) {
        sub.head = false;
        out.back().members.push_back(std::move(sub));
      } else {
        const bool alone = sub.space;
        out.push_back({{std::move(sub)}, !alone});
      }
    }
  }
  return out;
}

void Phonemizer::read_group(std::vector<Sub>& group, Context& context) const {
  const auto merge = [&](size_t left, size_t right) {
    Word word;
    int best = -1;
    for (size_t k = left; k < right; ++k) {
      const Sub& sub = group[k];
      word.text += sub.text;
      if (sub.space && k + 1 < right) word.text += U' ';
      int weight = 0;
      for (char32_t c : sub.text) weight += c == to_lower(c) ? 1 : 2;
      if (weight > best) {
        best = weight;
        word.tag = sub.tag;
      }
      word.currency = std::max(word.currency, sub.currency);
    }
    word.head = group[left].head;
    return word;
  };
  size_t left = 0, right = group.size();
  bool failed = false;
  while (left < right) {
    const bool free = std::none_of(group.begin() + static_cast<std::ptrdiff_t>(left), group.begin() + static_cast<std::ptrdiff_t>(right),
                                   [](const Sub& sub) { return sub.done || sub.has_alias; });
    std::optional<Reading> reading;
    Word word;
    if (free) {
      word = merge(left, right);
      reading = lexicon_.read(word, context);
    }
    if (reading) {
      group[left].say(reading->phonemes, reading->rating);
      for (size_t k = left + 1; k < right; ++k) group[k].say(U"", reading->rating);
      update(context, reading->phonemes, word.text, word.tag);
      right = left;
      left = 0;
    } else if (left + 1 < right) {
      ++left;
    } else {
      --right;
      Sub& sub = group[right];
      if (!sub.done) {
        if (!std::all_of(sub.text.begin(), sub.text.end(), [](char32_t c) { return contains(kJunk, c); })) {
          failed = true;
          break;
        }
        sub.say(U"", 3);
      }
      left = 0;
    }
  }
  if (failed) {
    const Reading reading = fall_back(merge(0, group.size()).text);
    group[0].say(reading.phonemes, reading.rating);
    for (size_t k = 1; k < group.size(); ++k) group[k].say(U"", reading.rating);
    return;
  }
  // Resolve: spaces between parts of different kinds, or less stress on some of them.
  U32 text;
  for (size_t k = 0; k < group.size(); ++k) {
    text += group[k].text;
    if (group[k].space && k + 1 < group.size()) text += U' ';
  }
  bool spaced = contains(text, U' ') || contains(text, U'/');
  int kinds = 0;
  for (char32_t c : text)
    if (!contains(kJunk, c)) kinds |= is_alpha(c) ? 1 : is_ascii_digit(c) ? 2 : 4;
  spaced = spaced || (kinds & (kinds - 1)) != 0;
  for (size_t k = 1; k < group.size(); ++k) group[k].wants_space = spaced;
  if (spaced) return;
  struct Row {
    bool primary;
    int weight;
    size_t at;
  };
  std::vector<Row> rows;
  for (size_t k = 0; k < group.size(); ++k)
    if (!group[k].phonemes.empty()) rows.push_back({has(group[k].phonemes, kPrimary), stress_weight(group[k].phonemes), k});
  const auto lessen = [&](const Row& row) { group[row.at].phonemes = stress(group[row.at].phonemes, -0.5); };
  if (rows.size() == 2 && group[rows[0].at].text.size() == 1) return lessen(rows[1]);
  const auto stressed = static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.primary; }));
  if (rows.size() < 2 || stressed <= (rows.size() + 1) / 2) return;
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return std::tie(a.primary, a.weight, a.at) < std::tie(b.primary, b.weight, b.at); });
  for (size_t k = 0; k < rows.size() / 2; ++k) lessen(rows[k]);
}

Phonemized Phonemizer::phonemize(U32View sentence) const {
  Phonemized out;
  for (auto& stretch : tokenize(sentence, *assets_)) {
    if (!stretch[0].is_override) tagger_.tag(stretch);
    for (Token& token : stretch) out.tokens.push_back(std::move(token));
  }
  std::vector<Entry> entries = cut(out.tokens);
  Context context;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->members.size() > 1) {
      read_group(entry->members, context);
      continue;
    }
    Sub& sub = entry->members[0];
    if (!sub.done) {
      const Word word{sub.has_alias ? sub.alias : sub.text, sub.tag, sub.head, sub.currency};
      auto reading = lexicon_.read(word, context);
      if (!reading) reading = fall_back(sub.text);
      sub.say(reading->phonemes, reading->rating);
    }
    update(context, sub.phonemes, sub.text, sub.tag);
  }
  for (const Entry& entry : entries) {
    SpokenWord word;
    word.rating = 5;
    for (size_t k = 0; k < entry.members.size(); ++k) {
      const Sub& sub = entry.members[k];
      word.text += sub.text;
      if (sub.space && k + 1 < entry.members.size()) word.text += U' ';
      if (sub.wants_space && !sub.phonemes.empty() && !word.phonemes.empty() && !is_space(word.phonemes.back())) word.phonemes += U' ';
      word.phonemes += sub.phonemes;
      word.rating = std::min(word.rating, sub.rating);
    }
    word.space = entry.members.back().space;
    for (char32_t& c : word.phonemes) c = c == U'\u027E' ? U'T' : c == U'\u0294' ? U't' : c;
    out.phonemes += word.phonemes;
    if (word.space) out.phonemes += U' ';
    out.words.push_back(std::move(word));
  }
  out.phonemes = U32(strip(out.phonemes));
  return out;
}

Reading Phonemizer::fall_back(U32View text) const {
  static constexpr std::pair<char32_t, U32View> kSymbols[] = {
      {U'/', U"sl\u02C8\u00E6\u0283"}, {U'=', U"\u02C8ikw\u1D4Alz"}, {U'+', U"pl\u02C8\u028Cs"}, {U'&', U"\u00E6nd"}, {U'@', U"\u00E6t"},
      {U'%', U"p\u0259\u0279s\u02C8\u025Bnt"}, {U'#', U"h\u02C8\u00E6\u0283"}, {U'*', U"\u02C8\u00E6st\u0259\u0279\u02CC\u026Ask"},
      {U'~', U"t\u02C8\u026Ald\u0259"}, {U'^', U"k\u02C8\u025B\u0279\u0259t"}, {U'<', U"l\u02C8\u025Bs \u00F0\u0259n"},
      {U'>', U"\u0261\u0279\u02C8AT\u0259\u0279 \u00F0\u0259n"}, {U'\u2014', U"\u2014"}};
  U32 out;
  const auto add = [&](const U32& part) {
    if (part.empty()) return;
    if (!out.empty()) out += U' ';
    out += part;
  };
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    if (is_letter(text[i])) {
      while (end < text.size()) {
        if (is_letter(text[end])) ++end;
        else if ((text[end] == U'\'' || text[end] == U'\u2019') && end + 1 < text.size() && is_letter(text[end + 1])) ++end;
        else break;
      }
      if (is_alpha(text[i])) add(network(text.substr(i, end - i)));
    } else if (is_decimal(text[i])) {
      while (end < text.size() && (is_decimal(text[end]) || ((text[end] == U',' || text[end] == U'.') && end + 1 < text.size() && is_decimal(text[end + 1])))) ++end;
      if (const auto reading = lexicon_.read_number(text.substr(i, end - i), false, 0)) add(reading->phonemes);
    } else if (is_space(text[i]) || text[i] == U'_') {
      ++i;
      continue;
    } else {
      U32 run;
      while (end < text.size() && !is_word(text[end]) && !is_space(text[end])) {
        for (const auto& [symbol, phonemes] : kSymbols)
          if (text[end] == symbol) run += phonemes;
        ++end;
      }
      add(run);
    }
    i = std::max(end, i + 1);
  }
  return {out, out.empty() ? 3 : 2};
}

U32 Phonemizer::network(U32View word) const {
  if (rules_.split_long && word.size() > kLongestUnknown) {
    U32 out;
    for (size_t i = 0; i < word.size(); i += kLongestUnknown) out += network(word.substr(i, kLongestUnknown));
    return out;
  }
  const std::string key = to_utf8(word);
  {
    const std::lock_guard lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
  }
  std::vector<int> characters;
  for (char32_t c : word) {
    const auto found = characters_.find(c);
    if (found != characters_.end() && characters.size() < kLongestUnknown) characters.push_back(found->second);
  }
  U32 out;
  if (!characters.empty() && unknown_) {
    int before = -1;
    for (int id : unknown_(characters)) {
      if (id != before && id > 0 && static_cast<size_t>(id) <= outputs_.size()) out += outputs_[static_cast<size_t>(id) - 1];
      before = id;
    }
  }
  const std::lock_guard lock(mutex_);
  if (cache_.size() > 20000) cache_.clear();
  cache_[key] = out;
  return out;
}

}  // namespace hibari
