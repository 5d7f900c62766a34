#include "chain/model_fit.h"

#include <algorithm>

#include "text/characters.h"
#include "text/table_lines.h"
#include "text/utf8.h"

namespace wfst {
namespace {

// Marks from weakest to strongest; 0: no mark.
int strength(char32_t c) {
  switch (c) {
    case U'、': return 1;
    case ',': case U'，': case ';': case ':': case U'；': case U'：': return 2;
    case '.': case U'。': case U'…': return 3;
    case '!': case U'！': return 4;
    case '?': case U'？': return 5;
    default: return 0;
  }
}

constexpr std::string_view kChatTts =
    "allow [\\u{4E00}-\\u{9FFF}A-Za-z，。、,. ]\n"
    "map ： ，\nmap ； ，\nmap （ ，\nmap ） ，\nmap 【 ，\nmap 】 ，\nmap 『 ，\nmap 』 ，\nmap 「 ，\nmap 」 ，\nmap 《 ，\nmap 》 ，\nmap － ，\nmap — ，\n"
    "map ！ 。\nmap … 。\nmap ？ 。\nmap : ,\nmap ; ,\nmap ( ,\nmap ) ,\nmap > ,\nmap < ,\nmap ! .\nmap ? .\n"
    "map - \\s\nmap _ \\s\nmap / \\s\nmap · \\s\nmap ~ \\s\nmap ～ \\s\n"
    "rest drop\napostrophe expand\n";

// n't and the like, written out; 's only behind words with which it means "is".
std::string_view contraction(std::string_view word) {
  struct Pair {
    std::string_view from, to;
  };
  static constexpr Pair kWhole[] = {{"can't", "cannot"}, {"won't", "will not"}, {"shan't", "shall not"}, {"it's", "it is"}, {"he's", "he is"}, {"she's", "she is"},
                                    {"that's", "that is"}, {"what's", "what is"}, {"there's", "there is"}, {"here's", "here is"}, {"who's", "who is"}, {"where's", "where is"},
                                    {"how's", "how is"}, {"let's", "let us"}, {"i'm", "i am"}};
  for (const Pair& pair : kWhole)
    if (pair.from == word) return pair.to;
  return {};
}

struct Suffix {
  std::string_view from, to;
};
constexpr Suffix kSuffixes[] = {{"n't", " not"}, {"'re", " are"}, {"'ll", " will"}, {"'ve", " have"}, {"'d", " would"}, {"'m", " am"}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// Words with apostrophes written out as far as known, other apostrophes as they are.
void expand(std::string_view text, std::string& out) {
  out.clear();
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    std::string word;
    while (end < text.size()) {
      if (is_ascii_letter(static_cast<unsigned char>(text[end])) || text[end] == '\'') {
        word += text[end++];
      } else if (text.compare(end, 3, "\xE2\x80\x99") == 0) {
        word += '\'';
        end += 3;
      } else {
        break;
      }
    }
    if (word.empty()) {
      const size_t length = std::max<size_t>(utf8_length(text, at), 1);
      out.append(text, at, length);
      at += length;
      continue;
    }
    at = end;
    if (word.find('\'') == std::string::npos) {
      out += word;
      continue;
    }
    const std::string small = lower(word);
    if (const std::string_view whole = contraction(small); !whole.empty()) {
      out += word[0];
      out += whole.substr(1);
      continue;
    }
    bool found = false;
    for (const Suffix& suffix : kSuffixes)
      if (small.size() > suffix.from.size() && small.ends_with(suffix.from)) {
        out.append(word, 0, word.size() - suffix.from.size());
        out += suffix.to;
        found = true;
        break;
      }
    if (!found) std::copy_if(word.begin(), word.end(), std::back_inserter(out), [](char c) { return c != '\''; });
  }
}

// A character of a profile, with \s, \u{...} and \ before punctuation.
bool character(std::string_view text, size_t& at, char32_t& out) {
  if (at >= text.size()) return false;
  if (text[at] != '\\') return out = next_code_point(text, at), true;
  if (++at >= text.size()) return false;
  if (text[at] == 's') return ++at, out = ' ', true;
  if (text[at] == 'u' && at + 1 < text.size() && text[at + 1] == '{') {
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos || end - at < 3 || end - at > 8) return false;
    out = 0;
    for (size_t i = at + 2; i < end; ++i) {
      const char c = text[i];
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) return false;
      out = out * 16 + static_cast<char32_t>(digit);
    }
    at = end + 1;
    return out > 0 && out <= 0x10FFFF && !(out >= 0xD800 && out < 0xE000);
  }
  out = static_cast<unsigned char>(text[at++]);
  return out < 0x80;
}

}  // namespace

std::shared_ptr<const HomophoneTable> HomophoneTable::parse(std::string_view text, std::string* error) {
  auto out = std::make_shared<HomophoneTable>();
  TableLines lines(text, error);
  for (std::string_view line; lines.next(line);) {
    if (first_bad_utf8(line) != std::string_view::npos) return lines.fail("this is not UTF-8");
    size_t place = 0;
    const char32_t from = next_code_point(line, place);
    if (place < line.size() && line[place] == '\t') ++place;
    if (place >= line.size()) return lines.fail("expected two characters");
    const char32_t to = next_code_point(line, place);
    if (place != line.size()) return lines.fail("expected two characters");
    if (!is_han(from) || from > 0xFFFF || !is_han(to)) return lines.fail("both must be Han characters, the first of the basic plane");
    auto& page = out->pages_[from >> 8];
    if (!page) page = std::make_unique<Page>();
    (*page)[from & 0xFF] = to;
  }
  return out;
}

std::shared_ptr<const ModelProfile> ModelProfile::named(std::string_view name) {
  if (name == "chattts") {
    std::string error;
    return parse(kChatTts, &error);
  }
  if (name != "none") return nullptr;
  auto out = std::make_shared<ModelProfile>();
  out->all_ = true;
  return out;
}

std::shared_ptr<const ModelProfile> ModelProfile::parse(std::string_view text, std::string* error) {
  auto out = std::make_shared<ModelProfile>();
  TableLines lines(text, error);
  for (std::string_view line; lines.next(line);) {
    if (first_bad_utf8(line) != std::string_view::npos) return lines.fail("this is not UTF-8");
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return lines.fail("expected: allow SET, map FROM TO, rest drop|space or apostrophe keep|expand");
    const std::string_view word = line.substr(0, space), value = line.substr(space + 1);
    if (word == "rest" && (value == "drop" || value == "space")) {
      out->rest_is_space_ = value == "space";
    } else if (word == "apostrophe" && (value == "keep" || value == "expand")) {
      out->expands_ = value == "expand";
    } else if (word == "map") {
      size_t place = 0;
      char32_t from = 0, to = 0;
      if (!character(value, place, from) || place >= value.size() || value[place++] != ' ' || !character(value, place, to) || place != value.size())
        return lines.fail("expected: map FROM TO, one character each");
      out->map_[from] = to;
    } else if (word == "allow") {
      const bool set = value.size() > 2 && value.front() == '[' && value.back() == ']';
      const std::string_view inner = set ? value.substr(1, value.size() - 2) : value;
      for (size_t place = 0; place < inner.size();) {
        char32_t first = 0;
        if (!character(inner, place, first)) return lines.fail("a broken escape");
        char32_t last = first;
        if (set && place + 1 < inner.size() && inner[place] == '-') {
          ++place;
          if (!character(inner, place, last) || last < first) return lines.fail("a broken range");
        }
        out->allowed_.emplace_back(first, last);
      }
    } else {
      return lines.fail("expected: allow SET, map FROM TO, rest drop|space or apostrophe keep|expand");
    }
  }
  std::sort(out->allowed_.begin(), out->allowed_.end());
  return out;
}

bool ModelProfile::allows(char32_t c) const {
  if (all_) return true;
  for (const auto& [first, last] : allowed_)
    if (c >= first && c <= last) return true;
  return false;
}

char32_t ModelProfile::mapped(char32_t c) const {
  const auto found = map_.find(c);
  return found == map_.end() ? 0 : found->second;
}

void ModelFit::append(std::string_view text, bool opaque, bool own, std::string& out, FitReport& report) {
  if (opaque) {
    out += text;
    mark_ = 0;
    return;
  }
  if (!profile_->passes_all() && profile_->expands_apostrophes() && (text.find('\'') != std::string_view::npos || text.find("\xE2\x80\x99") != std::string_view::npos)) {
    expand(text, expanded_);
    text = expanded_;
  }
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (homophones_ && !own && is_han(c)) c = (*homophones_)(c);
    const bool digit = is_digit(c);
    if (digit && !profile_->passes_all() && ++report.digits == 1) {
      size_t begin = at > 24 ? at - 24 : 0;
      while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
      size_t end = std::min(text.size(), at + 24);
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
      report.digits_context = text.substr(begin, end - begin);
    }
    put(c, out, report);
  }
}

void ModelFit::put(char32_t c, std::string& out, FitReport& report) {
  if (c == 0xFFFD) return;  // was counted when it was found
  if (profile_->passes_all()) {
    append_utf8(out, c);
    return;
  }
  // A mark that the model takes is a mark all the same: runs of them collapse if any was mapped.
  const int before = strength(mark_);
  char32_t to = c;
  bool mapped = false;
  if (!profile_->allows(c)) {
    to = profile_->mapped(c);
    mapped = true;
    if (to == 0) {
      ++report.dropped[c];
      if (!profile_->rest_is_space()) return;
      to = ' ';
    }
  }
  if (to == ' ') {
    if (out.empty() || out.back() != ' ') out += ' ';
    return;
  }
  const int strong = strength(to);
  if (strong == 0) {
    append_utf8(out, to);
    mark_ = 0;
    return;
  }
  if (before > 0 && (mapped || mark_mapped_)) {
    // The strongest of the run stays, where the run began.
    if (strong > before) {
      size_t place = out.size();
      while (place > 0) {
        size_t at = place;
        if (strength(previous_code_point(out, at)) > 0) {
          out.erase(at, place - at);
          append_utf8(out, to);
          break;
        }
        place = at;
      }
      mark_ = to;
    }
    mark_mapped_ = true;
    return;
  }
  append_utf8(out, to);
  mark_ = to;
  mark_mapped_ = mapped;
}

}  // namespace wfst
