#include "chain/repair.h"

#include "text/characters.h"
#include "text/utf8.h"

namespace wfst {
namespace {

constexpr size_t kMostDigits = 1000, kLongestWord = 1000, kWordPart = 200;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What a run of four and more of it says no more than one.
bool collapses(char32_t c) {
  if (c < 0x80) return c > ' ' && !is_digit(c) && !is_ascii_letter(c);
  return (c >= 0x2010 && c <= 0x2BFF) || (c >= 0x3001 && c <= 0x3003) || c == 0x301C || (c >= 0xFF01 && c <= 0xFF0F) || (c >= 0xFF1A && c <= 0xFF20) || c == 0xFF5E || c == 0xB7;
}

// Letters from `at` on, up to one more than the longest word.
size_t letters_from(std::string_view text, size_t at) {
  size_t count = 0;
  while (at < text.size() && count <= kLongestWord && utf8_length(text, at) > 0) {
    if (!is_latin(next_code_point(text, at))) break;
    ++count;
  }
  return count;
}

}  // namespace

void repair(std::string_view bytes, const RepairOptions& options, AlignedText& out, RepairReport& report) {
  out.clear();
  size_t digits = 0, letters = 0;
  bool long_word = false;
  for (size_t at = 0; at < bytes.size();) {
    const size_t begin = at;
    size_t bad = 0;
    const size_t length = utf8_length(bytes, at, &bad);
    const auto range = [&] { return Range{static_cast<uint32_t>(begin), static_cast<uint32_t>(at)}; };
    if (length == 0) {
      at += bad;
      ++report.bad_parts;
      out.replace(kReplacement, range());
      digits = letters = 0;
      continue;
    }
    const char32_t c = next_code_point(bytes, at);
    if (c == ' ') {
      out.copy(" ", static_cast<uint32_t>(begin));
      digits = letters = 0;
      continue;
    }
    if (is_space(c)) {
      // The whole run of white space is one space.
      while (at < bytes.size()) {
        size_t next = at;
        if (utf8_length(bytes, next) == 0 || !is_space(next_code_point(bytes, next))) break;
        at = next;
      }
      if (out.text.empty() || out.text.back() != ' ') out.replace(" ", range());
      digits = letters = 0;
      continue;
    }
    if (is_control(c)) {
      ++report.controls;
      continue;
    }
    if (is_invisible(c)) continue;
    if (is_emoji(c) && !options.keep_emoji && (c >= 0x1F000 || c == 0x200D || c == 0x20E3 || (c >= 0x2600 && c <= 0x27BF))) {
      ++report.emoji;
      continue;
    }
    if (const int digit = digit_value(c); digit >= 0) {
      letters = 0;
      if (++digits > kMostDigits) {
        report.shortened += digits == kMostDigits + 1;
        continue;
      }
      if (length == 1) {
        out.copy(bytes.substr(begin, 1), static_cast<uint32_t>(begin));
      } else {
        const char ascii = static_cast<char>('0' + digit);
        out.replace({&ascii, 1}, range());
      }
      continue;
    }
    digits = 0;
    if (is_latin(c)) {
      if (letters == 0) long_word = letters_from(bytes, begin) > kLongestWord;
      if (long_word && letters > 0 && letters % kWordPart == 0) out.replace(" ", {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)});
      ++letters;
    } else {
      letters = 0;
    }
    out.copy(bytes.substr(begin, length), static_cast<uint32_t>(begin));
    if (!collapses(c)) continue;
    size_t run = at, count = 1;
    while (bytes.substr(run, length) == bytes.substr(begin, length)) {
      run += length;
      ++count;
    }
    if (count >= 4) {
      ++report.shortened;
      at = run;
    } else {
      while (at < run) {
        out.copy(bytes.substr(at, length), static_cast<uint32_t>(at));
        at += length;
      }
    }
  }
}

}  // namespace wfst
