#include "split.h"

#include <algorithm>
#include <syrinx/sdk/utf8.hpp>

namespace basic {

namespace {

bool starts_with_any(std::string_view s, std::initializer_list<std::string_view> list, size_t* size) {
  for (std::string_view one : list)
    if (s.substr(0, one.size()) == one) {
      *size = one.size();
      return true;
    }
  return false;
}

constexpr std::string_view kAbbreviations[] = {"Mr", "Mrs", "Ms", "Dr", "Prof", "Sr", "Jr", "St", "Mt", "vs", "etc", "e.g", "i.e", "cf", "No", "Nr", "Fig", "Vol",
                                               "Inc", "Ltd", "Co", "Corp", "Gen", "Col", "Sgt", "Capt", "Lt", "Rev", "Hon", "Jan", "Feb", "Mar", "Apr", "Jun",
                                               "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "approx", "dept", "est"};

bool abbreviation(std::string_view before) {
  const size_t space = before.find_last_of(" \n");
  std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  while (!word.empty() && (word[0] == '(' || word[0] == '"' || word[0] == '\'')) word.remove_prefix(1);
  if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z') return true;
  return std::find(std::begin(kAbbreviations), std::end(kAbbreviations), word) != std::end(kAbbreviations);
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

// Where to cut text that is too long: behind the last clause mark, else space, within `most`; else between characters.
size_t cut(std::string_view s, size_t most) {
  size_t clause = 0, space = 0, any = 0;
  for (size_t i = 0; i < s.size();) {
    const size_t n = std::max<size_t>(1, syrinx::utf8_length(s, i));
    if (i + n > most) break;
    i += n;
    any = i;
    const std::string_view upto = s.substr(0, i);
    if (upto.back() == ' ') space = i;
    for (std::string_view mark : {", ", "; ", ": ", "\u2014", "\uFF0C", "\u3001", "\uFF1B", "\uFF1A"})
      if (upto.size() >= mark.size() && upto.substr(upto.size() - mark.size()) == mark) clause = i;
  }
  return clause ? clause : space ? space : std::max<size_t>(any, 1);
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  bool space = false, line = false;
  for (size_t i = 0; i < text.size();) {
    const size_t n = syrinx::utf8_length(text, i);
    const std::string_view one = n ? text.substr(i, n) : std::string_view("\uFFFD");
    i += n ? n : 1;
    if (one == "\uFEFF" || one == "\u200B" || one == "\u00AD") continue;
    if (one == "\n" || one == "\r" || one == "\u2028" || one == "\u2029") {
      space = line = true;
    } else if (one == " " || one == "\t" || one == "\v" || one == "\f" || one == "\u00A0" || one == "\u3000" || one == "\u2009" || one == "\u202F") {
      space = true;
    } else if (one.size() > 1 || (one[0] >= 0x20 && one[0] != 0x7F)) {
      if (space && !out.empty()) out += line ? '\n' : ' ';
      space = line = false;
      out += one;
    }
  }
  return out;
}

std::vector<std::string> split(std::string_view text, size_t least, size_t most) {
  std::vector<std::string> out;
  std::string pending;
  const auto add = [&](std::string_view piece, bool line) {
    piece = trim(piece);
    if (piece.empty()) return;
    if (!pending.empty()) pending += ' ';
    pending += piece;
    if (pending.size() < least && !line) return;
    std::string_view rest = pending;
    while (rest.size() > most) {
      const size_t at = cut(rest, most);
      out.emplace_back(trim(rest.substr(0, at)));
      rest = trim(rest.substr(at));
    }
    if (!rest.empty()) out.emplace_back(rest);
    pending.clear();
  };
  size_t begin = 0;
  for (size_t i = 0; i < text.size();) {
    size_t n = 0;
    if (text[i] == '\n') {
      add(text.substr(begin, i - begin), true);
      begin = ++i;
      continue;
    }
    const bool wide = starts_with_any(text.substr(i), {"\u3002", "\uFF01", "\uFF1F", "\uFF1B"}, &n);
    if (!wide && !starts_with_any(text.substr(i), {".", "!", "?", "\u2026"}, &n)) {
      i += std::max<size_t>(1, syrinx::utf8_length(text, i));
      continue;
    }
    const bool dot = text[i] == '.';
    const size_t mark = i;
    i += n;
    while (starts_with_any(text.substr(i), {".", "!", "?", "\u2026", "\u3002", "\uFF01", "\uFF1F"}, &n)) i += n;
    size_t end = i;
    while (starts_with_any(text.substr(end), {"\"", "'", ")", "]", "\u201D", "\u2019", "\u300D", "\u300F", "\uFF09"}, &n)) end += n;
    const bool followed = end == text.size() || text[end] == ' ' || text[end] == '\n';
    if (!wide && !followed) continue;
    if (!wide && end + 1 < text.size() && text[end] == ' ' && text[end + 1] >= 'a' && text[end + 1] <= 'z') continue;
    if (dot && i == mark + 1 && end < text.size() && abbreviation(text.substr(begin, mark - begin))) continue;
    add(text.substr(begin, end - begin), false);
    begin = i = end;
  }
  add(text.substr(begin), true);
  if (!pending.empty()) out.push_back(pending);
  return out;
}

}  // namespace basic
