#include "prompt.h"

#include <algorithm>
#include <iterator>

#include "unicode.h"

namespace chattts {
namespace {

// Deletes every occurrence, left to right; what the deletion brings together is not looked at
// again.
void erase_all(std::string& text, std::string_view what) {
  std::string out;
  size_t begin = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, begin)) {
    out.append(text, begin, at - begin);
    begin = at + what.size();
  }
  text = out.append(text, begin);
}

// The length of a tag of word characters at the start of `text`, 0 if none stands there.
size_t tag_length(std::string_view text) {
  if (text.empty() || text[0] != '[') return 0;
  const size_t end =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", 1);
  return end == std::string_view::npos || end < 2 || text[end] != ']' ? 0 : end + 1;
}

// A zero-width space behind the bracket: the tokenizer drops it, but no longer sees a control
// token.
std::string spell_out(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t length = tag_length(text.substr(at));
    if (length && !is_prosody_tag(text.substr(at, length))) {
      out += "[\u200B";
      ++at;
    } else if (length) {
      out += text.substr(at, length);
      at += length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

bool is_prosody_tag(std::string_view tag) {
  constexpr std::string_view kPlain[] = {"[laugh]", "[uv_break]", "[v_break]", "[lbreak]",
                                         "[llbreak]"};
  if (std::find(std::begin(kPlain), std::end(kPlain), tag) != std::end(kPlain)) return true;
  constexpr struct {
    std::string_view start;
    char last;
  } kNumbered[] = {{"[speed_", '9'}, {"[oral_", '9'}, {"[laugh_", '2'}, {"[break_", '7'}};
  for (const auto& kind : kNumbered)
    if (tag.size() == kind.start.size() + 2 && tag.substr(0, kind.start.size()) == kind.start &&
        tag.back() == ']' && tag[tag.size() - 2] >= '0' && tag[tag.size() - 2] <= kind.last)
      return true;
  return false;
}

bool is_silent(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = tag_length(text.substr(at));
    if (length && is_prosody_tag(text.substr(at, length))) {
      at += length;
    } else if (!is_space(decode_utf8(text, at))) {
      return false;
    }
  }
  return true;
}

std::string decorate_refine(std::string_view text, std::string_view prompt) {
  return std::string("[Sbreak]").append(text).append("[Pbreak]").append(prompt);
}

std::string decorate_speech(std::string_view text, const SpeechPrompt& prompt) {
  std::string cleaned(text);
  for (std::string_view reserved : {"[Stts]", "[spk_emb]", "[empty_spk]"})
    erase_all(cleaned, reserved);
  cleaned = strip(std::string_view(cleaned));
  std::string transcript = prompt.transcript;
  if (!prompt.compat) {
    cleaned = spell_out(cleaned);
    transcript = spell_out(transcript);
  }
  return (prompt.embedding ? "[Stts][spk_emb]" : "[Stts][empty_spk]") + transcript + prompt.prompt +
         cleaned + "[Ptts]";
}

}  // namespace chattts
