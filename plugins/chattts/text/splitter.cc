#include "splitter.h"

#include <algorithm>
#include <iterator>

#include "unicode.h"

namespace chattts {
namespace {

constexpr U32View kWideEnds = U"。！？；…", kEnds = U".!?;", kClosing = U"\"')]”’」』）】》",
                  kClauses = U"，、：,:";
// Farther ahead than a decision ever looks: closing marks, blanks, and one character.
constexpr size_t kAhead = 64;
constexpr size_t kLongestTag = 32;

bool contains(U32View set, char32_t c) { return set.find(c) != U32View::npos; }

// The length of a tag at the start of `text`, 0 if none stands there.
size_t tag_at(std::string_view text) {
  if (text.empty() || text[0] != '[') return 0;
  const size_t end = text.substr(0, kLongestTag).find_first_of("] \n");
  return end == std::string_view::npos || text[end] != ']' ? 0 : end + 1;
}

// Bytes outside tags; counting ends beyond `most`.
size_t spoken_size(std::string_view text, size_t most = std::string_view::npos) {
  size_t out = 0;
  for (size_t at = 0; at < text.size() && out <= most;) {
    const size_t tag = tag_at(text.substr(at));
    if (!tag) ++out;
    at += std::max<size_t>(tag, 1);
  }
  return out;
}

constexpr std::string_view kAbbreviations[] = {
    "Mr",  "Mrs", "Ms",   "Dr",   "Prof", "St",  "Sr",  "Jr",     "Mt",   "vs",   "etc",
    "e.g", "i.e", "cf",   "No",   "Fig",  "Vol", "Inc", "Ltd",    "Co",   "Corp", "Gen",
    "Col", "Sgt", "Capt", "Lt",   "Rev",  "Hon", "Jan", "Feb",    "Mar",  "Apr",  "Jun",
    "Jul", "Aug", "Sep",  "Sept", "Oct",  "Nov", "Dec", "approx", "dept", "est"};

// A full stop behind `before` ends no sentence: an abbreviation, an initial, the number of a list
// item.
bool is_abbreviated(std::string_view before) {
  const size_t space = before.find_last_of(" \t([\"");
  const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z') return true;
  if (space == std::string_view::npos && !word.empty() && word.size() < 4 &&
      word.find_first_not_of("0123456789") == std::string_view::npos)
    return true;
  return std::find(std::begin(kAbbreviations), std::end(kAbbreviations), word) !=
         std::end(kAbbreviations);
}

// Where a text that is too long is cut.
size_t cut(std::string_view text, size_t most) {
  size_t clause = 0, blank = 0, any = 0, spoken = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t tag = tag_at(text.substr(at));
    size_t next = at + tag;
    const char32_t c = tag ? 0 : decode_utf8(text, next);
    if (!tag) spoken += next - at;
    if (spoken > most) break;
    at = next;
    any = at;
    if (is_space(c)) blank = at;
    if (contains(kClauses, c) && (c >= 0x80 || (at < text.size() && text[at] == ' '))) clause = at;
  }
  if (any == 0) decode_utf8(text, any);
  // A clause that leaves a stump is worse than a blank.
  if (clause * 3 > any) return clause;
  return blank * 3 > any ? blank : clause ? clause : blank ? blank : any;
}

}  // namespace

std::vector<std::string> split_as_reference(std::string_view text) {
  std::vector<std::string> out;
  if (text.find('\n') != std::string_view::npos) {
    for (size_t begin = 0;;) {
      const size_t end = text.find('\n', begin);
      out.emplace_back(text.substr(begin, end - begin));
      if (end == std::string_view::npos) return out;
      begin = end + 1;
    }
  }
  size_t begin = 0;
  char32_t before = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (c == U'。' || (before == '.' && is_space(c))) {
      out.emplace_back(text.substr(begin, at - begin));
      begin = at;
    }
    before = c;
  }
  if (begin < text.size()) out.emplace_back(text.substr(begin));
  return out;
}

void Splitter::emit(std::string_view piece, std::vector<std::string>& out) const {
  for (piece = strip(piece); spoken_size(piece, rules_.most) > rules_.most; piece = strip(piece)) {
    const size_t at = cut(piece, rules_.most);
    out.emplace_back(strip(piece.substr(0, at)));
    piece.remove_prefix(at);
  }
  if (!piece.empty()) out.emplace_back(piece);
}

void Splitter::add(std::string_view sentence, std::vector<std::string>& out) {
  sentence = strip(sentence);
  if (sentence.empty()) return;
  if (!pending_.empty() &&
      spoken_size(pending_) + spoken_size(sentence, rules_.most) > rules_.most) {
    emit(pending_, out);
    pending_.clear();
  }
  // Between Chinese characters no blank is needed, and it would be read as a pause.
  if (!pending_.empty() &&
      (static_cast<uint8_t>(pending_.back()) < 0x80 || static_cast<uint8_t>(sentence[0]) < 0x80))
    pending_ += ' ';
  pending_ += sentence;
  if (spoken_size(pending_, rules_.target) < rules_.target) return;
  emit(pending_, out);
  pending_.clear();
}

void Splitter::scan(bool complete, std::vector<std::string>& out) {
  size_t begin = 0;
  while (scanned_ < text_.size() && (complete || text_.size() - scanned_ > kAhead)) {
    const std::string_view text = text_;
    const size_t tag = tag_at(text.substr(scanned_));
    if (tag) {
      scanned_ += tag;
      continue;
    }
    const size_t mark = scanned_;
    const char32_t c = decode_utf8(text, scanned_);
    const bool line = c == '\n' || c == 0x2028 || c == 0x2029, wide = contains(kWideEnds, c);
    if (line) {
      add(text.substr(begin, mark - begin), out);
      begin = scanned_;
      continue;
    }
    if (!wide && !contains(kEnds, c)) continue;
    // More marks and what closes the sentence belong to it.
    size_t end = scanned_;
    for (size_t next = end; end < text.size(); end = next) {
      const char32_t follows = decode_utf8(text, next);
      if (end - mark >= kAhead / 2 || !(contains(kWideEnds, follows) || contains(kEnds, follows) ||
                                        contains(kClosing, follows)))
        break;
    }
    size_t next = end;
    const char32_t follows = end < text.size() ? decode_utf8(text, next) : ' ';
    if (!wide) {
      if (!is_space(follows)) continue;
      if (c == '.' && end == mark + 1 && end < text.size() &&
          is_abbreviated(text.substr(begin, mark - begin)))
        continue;
      // A small letter goes on with the sentence, as behind "e.g." or in a quotation.
      if (c != ';' && next < text.size() && text[next] >= 'a' && text[next] <= 'z') continue;
    }
    add(text.substr(begin, end - begin), out);
    begin = scanned_ = end;
  }
  text_.erase(0, begin);
  scanned_ -= begin;
  if (scanned_ > text_.size()) scanned_ = text_.size();
}

std::vector<std::string> Splitter::push(std::string_view text) {
  std::vector<std::string> out;
  text_ += text;
  scan(false, out);
  return out;
}

std::vector<std::string> Splitter::finish() {
  std::vector<std::string> out;
  scan(true, out);
  add(text_, out);
  emit(pending_, out);
  text_.clear();
  pending_.clear();
  scanned_ = 0;
  return out;
}

}  // namespace chattts
