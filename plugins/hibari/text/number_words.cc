// Numbers to phonemes (specification, section 5.4).
#include <algorithm>

#include "lexicon.h"
#include "numbers.h"
#include "stress.h"

namespace hibari {
namespace {

constexpr U32View kOrdinals[] = {U"st", U"nd", U"rd", U"th"};

bool is_ordinal(U32View suffix) { return std::find(std::begin(kOrdinals), std::end(kOrdinals), suffix) != std::end(kOrdinals); }
bool all_digits(U32View w) { return !w.empty() && std::all_of(w.begin(), w.end(), is_ascii_digit); }

// Digits of any script, as 0-9. Only those that are written 0-9 count where a form is recognised: 3١٢٣ is no year.
std::string digits_of(U32View w) {
  std::string out;
  for (char32_t c : w)
    if (is_ascii_digit(c) || (is_decimal(c) && digit_value(c) >= 0)) out += static_cast<char>('0' + (is_ascii_digit(c) ? c - U'0' : digit_value(c)));
  return out;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out(1);
  for (char c : text) {
    if (c == at) out.emplace_back();
    else out.back() += c;
  }
  return out;
}

}  // namespace

bool is_number(U32View w, bool head) {
  if (std::none_of(w.begin(), w.end(), is_ascii_digit)) return false;
  for (const U32View suffix : {U32View(U"ing"), U32View(U"'d"), U32View(U"ed"), U32View(U"'s"), U32View(U"st"), U32View(U"nd"),
                               U32View(U"rd"), U32View(U"th"), U32View(U"s")}) {
    if (w.size() < suffix.size() || w.substr(w.size() - suffix.size()) != suffix) continue;
    w.remove_suffix(suffix.size());
    break;
  }
  for (size_t i = 0; i < w.size(); ++i)
    if (!is_ascii_digit(w[i]) && w[i] != U',' && w[i] != U'.' && !(head && i == 0 && w[i] == U'-')) return false;
  return true;
}

// Collects the readings of number words.
struct Lexicon::Numbers {
  const Lexicon& lexicon;
  U32 phonemes;
  int rating = 4;
  bool missing = false;

  void one(U32View word, Stress s) {
    const Found found = lexicon.lookup(word, {"", s, nullptr});
    if (!found) {
      missing = true;
      return;
    }
    if (!phonemes.empty()) phonemes += U' ';
    phonemes += found->phonemes;
    rating = std::min(rating, found->rating);
  }

  // Words of a number: split at everything but a-z, without "and".
  void words(const std::string& text) {
    std::string word;
    for (char c : text + " ") {
      if (c >= 'a' && c <= 'z') {
        word += c;
        continue;
      }
      if (!word.empty() && word != "and") one(U32(word.begin(), word.end()), word == "point" ? Stress(-2) : std::nullopt);
      word.clear();
    }
  }

  void by_digit(const std::string& digits) {
    for (char d : digits) words(cardinal(std::string_view(&d, 1)));
  }
};

std::optional<Reading> Lexicon::read_number(U32View text, bool head, char32_t currency) const {
  Numbers out{*this, {}, 4, false};
  size_t end = text.size();
  while (end > 0 && ((text[end - 1] >= U'a' && text[end - 1] <= U'z') || text[end - 1] == U'\'')) --end;
  const U32View suffix = text.substr(end);
  U32View body = text.substr(0, end);
  bool minus = false;
  if (!body.empty() && body[0] == U'-') {
    out.words("minus");
    body.remove_prefix(1);
    minus = true;
  }
  const auto dots = std::count(body.begin(), body.end(), U'.');
  const std::string digits = digits_of(body);
  const size_t dot = body.find(U'.');
  const bool money = currency != 0 && dots <= 1 && (dots == 0 || digits_of(body.substr(dot)).size() < 3);
  if (all_digits(body) && is_ordinal(suffix)) {
    out.words(ordinal(digits));
  } else if (!minus && body.size() == 4 && all_digits(body) && !currency) {
    out.words(year(digits));
  } else if (!head && dots == 0) {
    if (digits.empty()) return std::nullopt;
    if (digits[0] == '0' || digits.size() > 3) {
      out.by_digit(digits);
    } else if (digits.size() == 3 && digits.substr(1) != "00") {
      out.by_digit(digits.substr(0, 1));
      if (digits[1] == '0') {
        out.one(U"O", -2);
        out.by_digit(digits.substr(2));
      } else {
        out.words(cardinal(digits.substr(1)));
      }
    } else {
      out.words(cardinal(digits));
    }
  } else if (dots >= 2 || !head) {
    std::string plain;
    for (char32_t c : body)
      if (c != U',') plain += c == U'.' ? "." : digits_of(U32View(&c, 1));
    for (const std::string& part : split(plain, '.')) {
      if (part.empty()) continue;
      const bool single = part[0] == '0' || (part.size() != 2 && part.find_first_not_of('0', 1) != std::string::npos);
      if (single) out.by_digit(part);
      else out.words(cardinal(part));
    }
  } else if (money) {
    static constexpr struct {
      char32_t sign;
      const char *unit, *part;
    } kUnits[] = {{U'$', "dollar", "cent"}, {U'\u00A3', "pound", "pence"}, {U'\u20AC', "euro", "cent"}};
    const auto* names = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& u) { return u.sign == currency; });
    if (names == std::end(kUnits)) return std::nullopt;
    // The part after the dot is read as written: .5 is five (D4).
    std::vector<std::pair<std::string, std::string>> pairs = {{digits_of(body.substr(0, dot)), names->unit}};
    if (dot != U32View::npos) pairs.emplace_back(digits_of(body.substr(dot)), names->part);
    const auto zero = [](const std::string& n) { return n.find_first_not_of('0') == std::string::npos; };
    if (pairs.size() == 2 && zero(pairs[1].first)) pairs.pop_back();
    else if (pairs.size() == 2 && zero(pairs[0].first)) pairs.erase(pairs.begin());
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (i > 0) out.one(U"and", std::nullopt);
      out.words(cardinal(pairs[i].first));
      const std::string stripped = pairs[i].first.substr(std::min(pairs[i].first.find_first_not_of('0'), pairs[i].first.size()));
      const U32 unit(pairs[i].second.begin(), pairs[i].second.end());
      if (stripped == "1" || unit == U"pence") {
        out.one(unit, std::nullopt);
      } else if (const Found plural = stem_s(unit + U"s", {})) {
        out.phonemes += (out.phonemes.empty() ? U"" : U" ") + plural->phonemes;
        out.rating = std::min(out.rating, plural->rating);
      } else {
        out.missing = true;
      }
    }
  } else if (dots == 0) {
    out.words(is_ordinal(suffix) ? ordinal(digits) : cardinal(digits));
  } else {
    if (dot > 0) out.words(cardinal(digits_of(body.substr(0, dot))));
    std::string decimals = digits_of(body.substr(dot));
    if (dot > 0)
      while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
    if (!decimals.empty()) {
      out.words("point");
      out.by_digit(decimals);
    }
  }
  if (out.missing || out.phonemes.empty()) return std::nullopt;
  if (suffix == U"s" || suffix == U"'s") out.phonemes = with_s(std::move(out.phonemes));
  else if (suffix == U"ed" || suffix == U"'d") out.phonemes = with_ed(std::move(out.phonemes));
  else if (suffix == U"ing") {
    const auto ending = with_ing(std::move(out.phonemes));
    if (!ending) return std::nullopt;
    out.phonemes = *ending;
  }
  return Reading{out.phonemes, out.rating};
}

}  // namespace hibari
