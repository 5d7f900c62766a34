#include "rules/rule_text.h"

#include <algorithm>
#include <cstdint>
#include <exception>

#include "text/utf8.h"

namespace wfst {
namespace {

constexpr int kMostRepeats = 1000;

}  // namespace

void RuleText::fail(const std::string& what) const {
  const size_t at = std::min(at_, text_.size());
  const size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
  size_t end = text_.find('\n', at);
  if (end == std::string::npos) end = text_.size();
  size_t line = 1, column = 1;
  for (size_t i = 0; i < begin; ++i) line += text_[i] == '\n';
  std::string mark;
  for (size_t i = begin; i < at; ++i)
    if ((text_[i] & 0xC0) != 0x80) {
      ++column;
      mark += text_[i] == '\t' ? '\t' : ' ';
    }
  throw RuleError(path_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + what + "\n  " +
                  text_.substr(begin, end - begin) + "\n  " + mark + "^");
}

std::string RuleText::place() const {
  size_t line = 1;
  for (size_t i = 0; i < at_ && i < text_.size(); ++i) line += text_[i] == '\n';
  return path_ + ":" + std::to_string(line);
}

void RuleText::skip_space() {
  for (;;) {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
    if (at_ < text_.size() && text_[at_] == '#')
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    if (at_ >= text_.size() || text_[at_] != '\n') return;
    if (inside_ == 0 && !continued_ && !next_line_goes_on()) return;
    ++at_;
  }
}

bool RuleText::next_line_goes_on() const {
  size_t at = at_;
  while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r' || text_[at] == '\n')) ++at;
  return at < text_.size() && text_[at] == '|';
}

void RuleText::skip_blank_lines() {
  do skip_space();
  while (at_ < text_.size() && text_[at_] == '\n' && ++at_);
}

bool RuleText::take(std::string_view token) {
  skip_space();
  if (text_.compare(at_, token.size(), token) != 0) return false;
  at_ += token.size();
  return true;
}

void RuleText::expect(std::string_view token) {
  if (!take(token)) fail("expected " + std::string(token));
}

bool RuleText::take_operator(std::string_view token) {
  if (!take(token)) return false;
  continued_ = true;
  skip_space();
  continued_ = false;
  return true;
}

std::string RuleText::word(const char* what) {
  skip_space();
  const size_t begin = at_;
  while (at_ < text_.size() && (is_letter(text_[at_]) || (at_ > begin && is_digit(text_[at_])))) ++at_;
  if (at_ == begin) fail(std::string("expected ") + what);
  return text_.substr(begin, at_ - begin);
}

std::string RuleText::plain_name(const char* what) {
  const size_t begin = at_;
  std::string out = word(what);
  for (const char c : out)
    if (is_digit(c)) {
      at_ = begin;
      fail(std::string(what) + " has letters and _ only");
    }
  return out;
}

float RuleText::number() {
  skip_space();
  const size_t begin = at_;
  if (at_ < text_.size() && text_[at_] == '-') ++at_;
  while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
  try {
    size_t used = 0;
    const std::string text = text_.substr(begin, at_ - begin);
    const float out = std::stof(text, &used);
    if (used == text.size() && out > -1000 && out < 1e6f) return out;
  } catch (const std::exception&) {
  }
  at_ = begin;
  fail("expected a weight, such as 1.05");
}

int RuleText::integer() {
  const size_t begin = at_;
  int out = 0;
  while (at_ < text_.size() && is_digit(text_[at_]) && out <= kMostRepeats) out = out * 10 + (text_[at_++] - '0');
  if (at_ == begin || out > kMostRepeats) {
    at_ = begin;
    fail("expected a number of repetitions, at most 1000");
  }
  return out;
}

char32_t RuleText::character() {
  if (at_ >= text_.size() || text_[at_] == '\n') fail("the text or set does not end on this line");
  if (text_[at_] != '\\') return next_code_point(text_, at_);
  ++at_;
  if (at_ >= text_.size()) fail("an escape without a character");
  const char c = text_[at_++];
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 's': return ' ';
    case 'u': {
      if (at_ >= text_.size() || text_[at_] != '{') fail("expected { as in \\u{3000}");
      const size_t end = text_.find('}', at_);
      uint32_t value = 0;
      bool good = end != std::string::npos && end > at_ + 1 && end <= at_ + 7;
      for (size_t i = at_ + 1; good && i < end; ++i) {
        const char h = text_[i];
        const int digit = is_digit(h) ? h - '0' : h >= 'a' && h <= 'f' ? h - 'a' + 10 : h >= 'A' && h <= 'F' ? h - 'A' + 10 : -1;
        good = digit >= 0;
        value = value * 16 + static_cast<uint32_t>(digit);
      }
      if (!good || value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) fail("this is no code point");
      at_ = end + 1;
      return value;
    }
    default:
      if (is_digit(c) || (is_letter(c) && c != '_') || static_cast<unsigned char>(c) >= 0x80 || c == '\n') {
        at_ -= 2;
        fail("unknown escape; \\n \\t \\s \\u{..} and escaped punctuation exist");
      }
      return static_cast<unsigned char>(c);
  }
}

std::string RuleText::quoted() {
  skip_space();
  if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) fail("expected a text in quotes");
  const char quote = text_[at_++];
  std::string out;
  for (;;) {
    if (at_ < text_.size() && text_[at_] == quote) break;
    append_utf8(out, character());
  }
  ++at_;
  return out;
}

}  // namespace wfst
