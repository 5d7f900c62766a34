#include "chain/language_spans.h"

#include "text/characters.h"
#include "text/utf8.h"

namespace wfst {
namespace {

constexpr uint32_t kLeastWords = 3;

}  // namespace

ScriptCount count_scripts(std::string_view text) {
  ScriptCount out;
  bool word = false;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    const bool latin = is_latin(c) || (word && (c == '\'' || c == 0x2019));
    out.latin_words += latin && !word;
    word = latin;
    out.han += is_han(c);
    out.kana += is_kana(c);
  }
  return out;
}

std::string_view main_language(const ScriptCount& count, bool kana_elsewhere, std::string_view otherwise) {
  const uint32_t east = count.han + count.kana;
  if (east == 0 && count.latin_words == 0) return otherwise;
  if (east < count.latin_words) return "en";
  return count.kana > 0 || kana_elsewhere ? "ja" : "zh";
}

void language_spans(std::string_view text, std::string_view main, bool kana_elsewhere, std::vector<LanguageSpan>& out) {
  out.clear();
  const auto size = static_cast<uint32_t>(text.size());
  const bool latin_main = main == "en";
  // Stretches of letters of the other side; between their words anything but letters of the main language may stand.
  uint32_t done = 0, words = 0, begin = 0, end = 0;
  bool word = false;
  const auto close = [&](uint32_t next_main) {
    if (words >= kLeastWords) {
      // What follows the last letter goes with it, but digits and signs that touch the main language's letters stay there.
      uint32_t stop = end;
      const size_t space = text.substr(end, next_main - end).find_last_of(" \t");
      if (next_main == size)
        stop = size;
      else if (space != std::string_view::npos)
        stop = end + static_cast<uint32_t>(space) + 1;
      if (begin > done) out.push_back({{done, begin}, main});
      std::string_view language = "en";
      if (latin_main) {
        const ScriptCount count = count_scripts(text.substr(begin, stop - begin));
        language = count.kana > 0 || kana_elsewhere ? "ja" : "zh";
      }
      out.push_back({{begin, stop}, language});
      done = stop;
    }
    words = 0;
  };
  for (size_t at = 0; at < text.size();) {
    const auto place = static_cast<uint32_t>(at);
    const char32_t c = next_code_point(text, at);
    const bool latin = is_latin(c), east = is_han(c) || is_kana(c);
    if (!latin && !east) {
      word = word && (c == '\'' || c == 0x2019);
      continue;
    }
    if (latin == latin_main) {
      close(place);
      word = false;
      continue;
    }
    if (words == 0) begin = place;
    if (east || !word) ++words;
    word = latin;
    end = static_cast<uint32_t>(at);
  }
  close(size);
  if (done < size || out.empty()) out.push_back({{done, size}, main});
}

}  // namespace wfst
