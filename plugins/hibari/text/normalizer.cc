#include "normalizer.h"

#include <algorithm>

#include "passes.h"

namespace hibari {
namespace {

struct Ordered {
  bool operator()(const auto& a, const auto& b) const { return a.key.size() > b.key.size(); }
};

U32 collapse(U32View text) {
  U32 out;
  for (char32_t c : strip(text)) {
    if (!is_space(c)) out += c;
    else if (out.back() != U' ') out += U' ';
  }
  return out;
}

U32 symbols(U32 text, U32View key, U32View word) {
  const bool between = key == U"=" || key == U"<" || key == U">" || key == U"~";
  U32 out;
  size_t i = 0;
  while (i < text.size()) {
    size_t begin = i, end = 0;
    if (between) {
      // An optional space on either side goes too; beyond it there must be something.
      if (text[i] == U' ' && text.compare(i + 1, key.size(), key) == 0) end = i + 1 + key.size();
      else if (text.compare(i, key.size(), key) == 0) end = i + key.size();
      if (end) {
        const bool before = begin > 0 && !is_space(text[begin - 1]);
        const size_t spaced = end < text.size() && text[end] == U' ' ? end + 1 : end;
        if (before && spaced < text.size() && !is_space(text[spaced])) end = spaced;
        else if (!(before && end < text.size() && !is_space(text[end]))) end = 0;
      }
    } else if (text.compare(i, key.size(), key) == 0) {
      end = i + key.size();
    }
    if (!end) {
      out += text[i++];
      continue;
    }
    out += U' ';
    if (!word.empty()) (out += word) += U' ';
    i = end;
  }
  return out;
}

}  // namespace

Normalizer::Normalizer(std::shared_ptr<const TextAssets> assets) : assets_(std::move(assets)) {
  const auto read = [&](const char* name, std::vector<Row>& to) {
    for (const auto entry : assets_->list(name)) {
      const auto parts = fields(entry);
      to.push_back({from_utf8(parts[0]), from_utf8(parts.size() > 1 ? parts[1] : ""), from_utf8(parts.back())});
    }
  };
  read("units", units_);
  read("abbreviations", abbreviations_);
  read("symbols", symbols_);
  read("currency", currency_);
  read("roman_cardinal", roman_cardinal_);
  read("roman_ordinal", roman_ordinal_);
  for (const auto name : assets_->list("title_names")) titles_.push_back({from_utf8(name), from_utf8(assets_->table("titles").find(name)), {}});
  // Where the specification says "longest first"; otherwise a longer key is told by what must follow.
  for (auto* rows : {&units_, &abbreviations_, &titles_, &roman_cardinal_, &roman_ordinal_}) std::stable_sort(rows->begin(), rows->end(), Ordered());
}

U32 Normalizer::normalize(U32View sentence, const NormalizerRules& rules) const {
  U32 text = collapse(sentence);
  for (char32_t& c : text) c = c == U'\u2019' ? U'\'' : c == U'\u2012' ? U'-' : c == U'\u2015' ? U'\u2014' : c;
  // What is masked stands as one private character, which no pass knows.
  std::vector<U32> masked;
  if (rules.mask_overrides) {
    U32 out;
    for (size_t i = 0; i < text.size();) {
      const size_t end = override_end(text, i);
      if (end && masked.size() < 6000) {
        out += static_cast<char32_t>(0xE000 + masked.size());
        masked.emplace_back(text.substr(i, end - i));
        i = end;
      } else {
        out += text[i++];
      }
    }
    text = out;
  }
  using Pass = Found (Passes::*)(size_t) const;
  static constexpr Pass kPasses[] = {&Passes::time, &Passes::iso_date, &Passes::us_date, &Passes::big_money, &Passes::cents, &Passes::money,
                                     &Passes::degrees, &Passes::units, &Passes::month_day, &Passes::day_month, &Passes::titles,
                                     &Passes::abbreviations, &Passes::number_sign, &Passes::hash, &Passes::roman_cardinal,
                                     &Passes::roman_ordinal, &Passes::phone, &Passes::fraction, &Passes::range, &Passes::plus};
  for (const Pass pass : kPasses) {
    const Passes passes(*this, text);
    text = substitute(text, [&](size_t i) { return (passes.*pass)(i); });
  }
  for (const Row& row : symbols_)
    if (text.find(row.key) != U32::npos) text = symbols(text, row.key, row.one);
  text = collapse(text);
  U32 out;
  for (char32_t c : text) {
    if (contains(U",.;:!?", c))
      while (!out.empty() && out.back() == U' ') out.pop_back();
    if (c >= 0xE000 && c < 0xE000 + masked.size()) out += masked[c - 0xE000];
    else out += c;
  }
  return U32(strip(out));
}

}  // namespace hibari
