#include "chain/splitter.h"

#include <algorithm>

#include "text/characters.h"
#include "text/utf8.h"

namespace wfst {
namespace {

constexpr size_t kMostMarks = 1000;
constexpr std::string_view kTitles[] = {"adm", "apr", "aug", "ave", "blvd", "capt", "co", "col", "corp", "dec", "dept", "dr", "est", "etc", "feb", "fig", "fri", "gen", "gov",
                                        "hon", "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "mar", "messrs", "mon", "mr", "mrs", "ms", "mt", "no", "nov", "oct",
                                        "prof", "rev", "sat", "sen", "sep", "sept", "sgt", "sr", "st", "sun", "thu", "thur", "tue", "vol", "vs", "wed"};

// The code point at `at`, or what a damaged byte counts as.
char32_t peek(std::string_view text, size_t at, size_t& next) {
  size_t bad = 0;
  if (utf8_length(text, at, &bad) == 0) {
    next = at + bad;
    return 0xFFFD;
  }
  next = at;
  return next_code_point(text, next);
}

// Whether a sequence begins here that the text's end cuts off.
bool cut_off(std::string_view text, size_t at) {
  size_t bad = 0;
  return text.size() - at < 4 && utf8_length(text, at, &bad) == 0 && at + bad == text.size() && static_cast<unsigned char>(text[at]) >= 0xC2;
}

bool is_strong(char32_t c) { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF1B || c == 0x2026 || c == 0xFF61; }
bool is_half_strong(char32_t c) { return c == '!' || c == '?' || c == ';'; }
bool is_weak(char32_t c) { return c == ',' || c == ':' || c == ';' || c == 0xFF0C || c == 0x3001 || c == 0xFF1A || c == 0xFF1B; }

}  // namespace

void Splitter::reset() {
  text_.clear();
  ended_ = false;
  begin_ = scan_ = weak_ = space_ = 0;
  count_ = weak_count_ = space_count_ = 0;
}

void Splitter::drop_used() {
  if (begin_ == 0) return;
  text_.erase(0, begin_);
  scan_ -= begin_;
  weak_ -= std::min(weak_, begin_);
  space_ -= std::min(space_, begin_);
  begin_ = 0;
}

// Further marks, closers and white space behind an end, at most kMostMarks bytes. `open`: the text ends within them. `strong`: a
// full-width end is among them.
size_t Splitter::absorb(size_t at, bool& open, bool& strong) const {
  open = strong = false;
  bool space = false;
  const size_t begin = at;
  while (at < text_.size()) {
    if (at - begin >= kMostMarks) return at;
    if (cut_off(text_, at) && !ended_) {
      open = true;
      return at;
    }
    size_t next = at;
    const char32_t c = peek(text_, at, next);
    if (is_space(c)) {
      space = true;
    } else if (space || !(is_strong(c) || is_half_strong(c) || c == '.' || is_closer(c) || is_combining(c) || c == 0xFF5E || c == '~')) {
      return at;
    }
    strong = strong || is_strong(c);
    at = next;
  }
  open = !ended_ && at - begin < kMostMarks;
  return at;
}

// Whether the full stop at `dot` belongs to a number, an initial, a dotted abbreviation, a title or an ellipsis.
bool Splitter::is_exempt(size_t dot) const {
  if (dot == begin_) return false;
  if (text_[dot - 1] == '.') return true;
  size_t word = dot;
  while (word > begin_ && dot - word < 24 && (is_ascii_letter(static_cast<unsigned char>(text_[word - 1])) || is_digit(static_cast<unsigned char>(text_[word - 1])) || text_[word - 1] == '.')) --word;
  if (word == dot) return false;
  if (is_digit(static_cast<unsigned char>(text_[dot - 1]))) return true;
  size_t part = 0, longest = 0, dots = 0;
  std::string lower;
  for (size_t i = word; i < dot; ++i) {
    if (text_[i] == '.') {
      part = 0;
      ++dots;
    } else {
      longest = std::max(longest, ++part);
    }
    lower += static_cast<char>(text_[i] >= 'A' && text_[i] <= 'Z' ? text_[i] + 32 : text_[i]);
  }
  if (dots > 0 && longest <= 2) return true;
  // A lone letter is an initial, except I.
  if (dot - word == 1) return lower != "i";
  return std::binary_search(std::begin(kTitles), std::end(kTitles), std::string_view(lower));
}

Splitter::End Splitter::ends_behind(char32_t c, size_t at, size_t next, size_t& end) {
  bool open = false, strong = false;
  if (is_line_end(c)) {
    end = absorb(at, open, strong);
    return open ? End::kUnknown : End::kHere;
  }
  if (!options_.sentences) return End::kNone;
  if (!is_strong(c) && !is_half_strong(c) && c != '.') return End::kNone;
  if (c == '.') {
    if (next >= text_.size() && !ended_) return End::kUnknown;
    if (is_exempt(at) || (next < text_.size() && text_[next] == '.')) return End::kNone;
  }
  end = absorb(next, open, strong);
  if (open) return End::kUnknown;
  if (strong || (c != '.' && !is_half_strong(c))) return End::kHere;
  // Half-width marks end a sentence only where white space or nothing follows.
  if (end >= text_.size()) return End::kHere;
  size_t before = end;
  return is_space(previous_code_point(text_, before)) ? End::kHere : End::kNone;
}

// Where a piece that got too long may be cut at or before `at`: not in a number, not before a combining mark.
size_t Splitter::cut_place(size_t at) const {
  size_t place = at;
  for (int steps = 0; place > begin_ && steps < 64; ++steps) {
    size_t next = place, before = place;
    const char32_t follows = place < text_.size() ? peek(text_, place, next) : U'\0';
    do --before;
    while (before > begin_ && (static_cast<unsigned char>(text_[before]) & 0xC0) == 0x80 && place - before < 4);
    const char32_t last = peek(text_, before, next);
    const bool number = (is_digit(follows) || follows == '.' || follows == ',') && is_digit(last);
    if (!number && !is_combining(follows) && last != 0x200D) return place;
    place = before;
  }
  return at;
}

bool Splitter::next(std::string_view& piece) {
  const auto give = [&](size_t end) {
    piece = std::string_view(text_).substr(begin_, end - begin_);
    // What was read beyond the cut is read again; that is at most one piece.
    begin_ = scan_ = end;
    count_ = weak_count_ = space_count_ = 0;
    weak_ = space_ = 0;
    return true;
  };
  while (scan_ < text_.size()) {
    if (!ended_ && cut_off(text_, scan_)) return false;
    if (count_ >= options_.target) {
      if (weak_ > begin_ && weak_count_ >= options_.least) return give(weak_);
      if (space_ > begin_ && space_count_ >= options_.least && count_ >= options_.target + options_.target / 4) return give(space_);
      if (count_ >= options_.hard) return give(cut_place(scan_));
    }
    ++steps_;
    size_t next = scan_;
    char32_t c = peek(text_, scan_, next);
    if (markup_) {
      bool open = false;
      const Protected tag = markup_->at(text_, scan_, &open);
      if (open && !ended_) return false;
      if (!tag.text.empty()) {
        // As one character that ends nothing.
        next = tag.text.end;
        c = 0xFFFC;
      }
    }
    size_t end = next;
    const End found = ends_behind(c, scan_, next, end);
    if (found == End::kUnknown) return false;
    if (found == End::kHere) {
      const bool line = std::string_view(text_).substr(scan_, end - scan_).find_first_of("\n\r\v\f") != std::string_view::npos;
      if (line || count_ + 1 >= options_.least) return give(end);
    }
    // Too short to stand alone, or marks that end nothing: on behind them, so that a run of marks is read once.
    if (found == End::kHere || end > next) {
      while (scan_ < end) {
        peek(text_, scan_, scan_);
        ++count_;
      }
    } else if (is_weak(c) || is_space(c)) {
      // A comma or colon inside a number is none: what follows must be there to tell.
      if (!ended_ && (next >= text_.size() || cut_off(text_, next))) return false;
      size_t behind = next;
      const char32_t follows = next < text_.size() ? peek(text_, next, behind) : ' ';
      if (is_weak(c) ? !is_digit(follows) : !is_space(follows)) {
        (is_weak(c) ? weak_ : space_) = next;
        (is_weak(c) ? weak_count_ : space_count_) = count_ + 1;
      }
    }
    if (scan_ < next) {
      scan_ = next;
      ++count_;
    }
  }
  if (!ended_ || begin_ >= text_.size()) return false;
  return give(text_.size());
}

}  // namespace wfst
