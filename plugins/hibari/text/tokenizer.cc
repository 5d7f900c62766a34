#include "tokenizer.h"

#include <algorithm>

#include "matcher.h"

namespace hibari {
namespace {

constexpr U32View kPunctuation =
    U"\u2026,:;!?\u00BF\u00A1()[]{}<>_#*&\u3002\uFF1F\uFF01\uFF0C\u3001\uFF1B\uFF1A\uFF5E\u00B7";  // P
constexpr U32View kQuotes =
    U"'\"\u201D\u201C`\u2018\u00B4\u2019\u201A,\u201E\u00BB\u00AB\u300C\u300D\u300E\u300F\uFF08\uFF09\u3014\u3015\u3010\u3011"
    U"\u300A\u300B\u3008\u3009";  // Q
constexpr U32View kIcons = U"\u2122\u00AE\u00A9\u00B0\u00A7\u00B6\u2020\u2021\u2022";
constexpr U32View kCurrencies =
    U"$\u00A3\u20AC\u00A5\u0E3F\u20BD\u20B9\u20A9\u20AA\u20BA\u20B4\u20A6\u20AB\u20B1\u20B2\u20B5\u20B8\u20BC\u20BE\u20BF";
constexpr U32View kLongCurrencies[] = {U"US$", U"C$", U"A$"};
constexpr U32View kUnits[] = {U"km", U"km\u00B2", U"km\u00B3", U"m", U"m\u00B2", U"m\u00B3", U"dm", U"dm\u00B2", U"dm\u00B3", U"cm", U"cm\u00B2",
                              U"cm\u00B3", U"mm", U"mm\u00B2", U"mm\u00B3", U"ha", U"\u00B5m", U"nm", U"yd", U"in", U"ft", U"kg", U"g", U"mg", U"\u00B5g",
                              U"t", U"lb", U"oz", U"m/s", U"km/h", U"kmh", U"mph", U"hPa", U"Pa", U"mbar", U"mb", U"MB", U"kb", U"KB", U"gb", U"GB", U"tb",
                              U"TB", U"T", U"G", U"M", U"K", U"%"};
constexpr U32View kHyphens[] = {U"-", U"\u2013", U"\u2014", U"--", U"---", U"\u2014\u2014", U"~"};
constexpr U32View kDomains[] = {U"com", U"org", U"net", U"edu", U"gov", U"io", U"co", U"uk", U"de", U"fr", U"info", U"biz", U"us", U"ca", U"au", U"tv", U"me", U"ly", U"ai"};

bool is_quote(char32_t c) { return contains(kQuotes, c); }
bool is_name(char32_t c) { return is_word(c) && c != U'_'; }

size_t dots(U32View s, size_t i) {
  size_t n = 0;
  while (i + n < s.size() && s[i + n] == U'.') ++n;
  return n >= 2 ? n : 0;
}

// Length of a prefix, 0 if there is none.
size_t prefix(U32View s) {
  const char32_t c = s[0];
  if (contains(U"\u00A7%=\u2014\u2013", c)) return 1;
  if (c == U'+') return s.size() > 1 && is_ascii_digit(s[1]) ? 0 : 1;
  if (contains(kPunctuation, c)) return 1;
  if (const size_t n = dots(s, 0)) return n;
  if (is_quote(c)) return 1;
  for (const U32View long_one : kLongCurrencies)
    if (s.substr(0, long_one.size()) == long_one) return long_one.size();
  if (contains(kCurrencies, c) || contains(kIcons, c)) return 1;
  return 0;
}

bool ends_with(U32View s, U32View end) { return s.size() >= end.size() && s.substr(s.size() - end.size()) == end; }

// Length of the suffix that starts earliest, 0 if there is none.
size_t suffix(U32View s) {
  if (s.empty()) return 0;
  const size_t n = s.size();
  const char32_t c = s[n - 1];
  size_t best = 0;
  const auto take = [&](size_t length) { best = std::max(best, length); };
  const auto before = [&](size_t length) -> char32_t { return n > length ? s[n - length - 1] : 0; };
  if (ends_with(s, U"\u2026\u2026")) take(2);
  if (contains(kPunctuation, c) || is_quote(c) || contains(kIcons, c) || c == U'\u2014' || c == U'\u2013') take(1);
  size_t run = 0;
  while (run < n && s[n - 1 - run] == U'.') ++run;
  if (run >= 2) take(run);
  for (const U32View end : {U32View(U"'s"), U32View(U"'S"), U32View(U"\u2019s"), U32View(U"\u2019S")})
    if (ends_with(s, end)) take(2);
  if (c == U'+' && is_ascii_digit(before(1))) take(1);
  for (const U32View end : kLongCurrencies)
    if (ends_with(s, end) && is_ascii_digit(before(end.size()))) take(end.size());
  if (contains(kCurrencies, c) && is_ascii_digit(before(1))) take(1);
  for (const U32View end : kUnits)
    if (ends_with(s, end) && is_ascii_digit(before(end.size()))) take(end.size());
  if (c == U'.' && n >= 2) {
    const char32_t a = s[n - 2], b = n >= 3 ? s[n - 3] : 0;
    const bool degree = b == U'\u00B0' && contains(U"FfCcKk", a);
    const bool usual = is_ascii_digit(a) || is_latin_lower(a) || contains(U"%\u00B2-+", a) || contains(kPunctuation, a) || is_quote(a);
    if (degree || usual || (is_latin_upper(a) && is_latin_upper(b))) take(1);
  }
  return best;
}

// Length of an infix at i, 0 if there is none.
size_t infix(U32View s, size_t i) {
  const char32_t c = s[i], before = i ? s[i - 1] : 0;
  const auto after = [&](size_t length) -> char32_t { return i + length < s.size() ? s[i + length] : 0; };
  if (const size_t n = dots(s, i)) return n;
  if (c == U'\u2026' || contains(kIcons, c)) return 1;
  if (contains(U"+-*^", c) && is_ascii_digit(before) && (is_ascii_digit(after(1)) || after(1) == U'-')) return 1;
  if (c == U'.' && (is_latin_lower(before) || is_quote(before)) && (is_latin_upper(after(1)) || is_quote(after(1)))) return 1;
  if (c == U',' && is_letter(before) && is_letter(after(1))) return 1;
  if (is_name(before)) {
    for (const U32View hyphen : kHyphens)
      if (s.substr(i, hyphen.size()) == hyphen && is_letter(after(hyphen.size()))) return hyphen.size();
    if (contains(U":<>=/", c) && is_letter(after(1))) return 1;
  }
  return 0;
}

bool is_dotted_name(U32View s) {
  bool dot = false, part = false;
  for (char32_t c : s) {
    if (c == U'.') {
      if (!part) return false;
      dot = true;
      part = false;
    } else if (is_word(c) || c == U'-') {
      part = true;
    } else {
      return false;
    }
  }
  return dot && part;
}

bool is_url(U32View s) {
  const U32 low = lower(s);
  for (const U32View start : {U32View(U"http://"), U32View(U"https://"), U32View(U"ftp://"), U32View(U"www.")})
    if (U32View(low).substr(0, start.size()) == start && low.size() > start.size()) return true;
  const size_t at = low.find(U'@');
  if (at != U32::npos && at > 0) {
    const bool local = std::all_of(low.begin(), low.begin() + static_cast<std::ptrdiff_t>(at), [](char32_t c) { return is_word(c) || contains(U".+-", c); });
    return local && is_dotted_name(U32View(low).substr(at + 1));
  }
  const U32View host = U32View(low).substr(0, low.find(U'/'));
  if (!is_dotted_name(host)) return false;
  const U32View ending = host.substr(host.rfind(U'.') + 1);
  return std::find(std::begin(kDomains), std::end(kDomains), ending) != std::end(kDomains);
}

class ChunkSplitter {
 public:
  explicit ChunkSplitter(const TextAssets& assets) : exceptions_(assets.table("exceptions")) {}

  std::vector<U32> split(U32View chunk) const {
    std::vector<U32> out;
    if (special(chunk, out)) return out;
    std::vector<U32> suffixes;
    U32View s = chunk;
    size_t before = s.size() + 1;
    while (!s.empty() && s.size() != before && !key(s)) {
      before = s.size();
      const size_t p = prefix(s);
      if (p && p < s.size() && key(s.substr(p))) {
        out.emplace_back(s.substr(0, p));
        s = s.substr(p);
        break;
      }
      const size_t q = suffix(s.substr(p));
      if (q && q < s.size() && key(s.substr(0, s.size() - q))) {
        suffixes.emplace_back(s.substr(s.size() - q));
        s = s.substr(0, s.size() - q);
        break;
      }
      if (p) out.emplace_back(s.substr(0, p));
      if (q) suffixes.emplace_back(s.substr(s.size() - q));
      s = s.substr(p, s.size() - p - q);
    }
    if (!s.empty() && !special(s, out)) rest(s, out);
    out.insert(out.end(), suffixes.rbegin(), suffixes.rend());
    return out.size() > 1 ? rejoin(std::move(out)) : out;
  }

 private:
  bool key(U32View s) const { return !s.empty() && exceptions_.has(to_utf8(s)); }

  bool special(U32View s, std::vector<U32>& out) const {
    const auto found = exceptions_.find(to_utf8(s));
    if (!found.data()) return false;
    for (const auto piece : fields(found)) out.push_back(from_utf8(piece));
    return true;
  }

  static void rest(U32View s, std::vector<U32>& out) {
    if (is_url(s)) return out.emplace_back(s), void();
    size_t begin = 0;
    for (size_t i = 0; i < s.size();) {
      const size_t n = infix(s, i);
      if (n == 0 || i == 0) {
        i += std::max<size_t>(1, n);
        continue;
      }
      if (i > begin) out.emplace_back(s.substr(begin, i - begin));
      out.emplace_back(s.substr(i, n));
      begin = i = i + n;
    }
    if (begin < s.size()) out.emplace_back(s.substr(begin));
  }

  // Neighbours that join to a key: three before two.
  std::vector<U32> rejoin(std::vector<U32> pieces) const {
    std::vector<U32> out;
    for (size_t i = 0; i < pieces.size();) {
      size_t used = 0;
      for (size_t n : {3, 2}) {
        if (i + n > pieces.size()) continue;
        U32 joined;
        for (size_t k = 0; k < n; ++k) joined += pieces[i + k];
        if (!special(joined, out)) continue;
        used = n;
        break;
      }
      if (!used) {
        out.push_back(pieces[i]);
        used = 1;
      }
      i += used;
    }
    return out;
  }

  const StringTable& exceptions_;
};

std::vector<Token> tokenize_stretch(U32View text, const ChunkSplitter& splitter) {
  std::vector<Token> out;
  for (size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && !is_space(text[end])) ++end;
    for (U32& piece : splitter.split(text.substr(i, end - i))) {
      Token token;
      token.text = std::move(piece);
      out.push_back(std::move(token));
    }
    if (!out.empty()) out.back().space = end < text.size();
    i = end;
  }
  return out;
}

Token override_token(U32View s, size_t begin, size_t end) {
  const size_t close = s.find(U']', begin);
  Token token;
  token.text = s.substr(begin + 1, close - begin - 1);
  token.tag = "NN";
  token.is_override = true;
  token.space = end < s.size() && is_space(s[end]);
  U32View content = s.substr(close + 2, end - close - 3);
  if (content.size() > 1 && content.front() == U'/' && content.back() == U'/') {
    content.remove_prefix(1);
    while (!content.empty() && content.back() == U'/') content.remove_suffix(1);
    token.has_phonemes = true;
    token.phonemes = content;
  }
  return token;
}

}  // namespace

std::vector<std::vector<Token>> tokenize(U32View sentence, const TextAssets& assets) {
  const ChunkSplitter splitter(assets);
  std::vector<std::vector<Token>> out;
  const auto stretch = [&](size_t begin, size_t end) {
    auto tokens = tokenize_stretch(sentence.substr(begin, end - begin), splitter);
    if (!tokens.empty()) out.push_back(std::move(tokens));
  };
  size_t begin = 0;
  for (size_t i = 0; i < sentence.size();) {
    const size_t end = override_end(sentence, i);
    if (!end) {
      ++i;
      continue;
    }
    stretch(begin, i);
    out.push_back({override_token(sentence, i, end)});
    begin = i = end;
  }
  stretch(begin, sentence.size());
  return out;
}

}  // namespace hibari
