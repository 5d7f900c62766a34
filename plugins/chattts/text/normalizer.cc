#include "normalizer.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <syrinx/sdk.hpp>

#include "numbers.h"
#include "tags.h"

namespace chattts {
namespace {

// What the model was trained on.
bool is_allowed(char32_t c) {
  return is_han(c) || is_letter(c) || c == U'，' || c == U'。' || c == U'、' || c == ',' ||
         c == '.' || c == ' ';
}

char32_t full_width(char32_t c) {
  switch (c) {
    case '"':
      return U'“';
    case '\'':
      return U'‘';
    case '.':
      return U'。';
    case '[':
    case ']':
    case '_':
      return c;
    default:
      return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
                     (c >= 123 && c <= 126)
                 ? c + 0xFEE0
                 : c;
  }
}

// Punctuation that becomes a comma or a full stop; other characters stay.
char32_t simple_punctuation(char32_t c) {
  switch (c) {
    case U'：':
    case U'；':
    case U'（':
    case U'）':
    case U'【':
    case U'】':
    case U'『':
    case U'』':
    case U'「':
    case U'」':
    case U'《':
    case U'》':
    case U'－':
      return U'，';
    case U'！':
      return U'。';
    case ':':
    case ';':
    case '(':
    case ')':
    case '>':
    case '<':
    case '-':
      return ',';
    case '!':
      return '.';
    default:
      return c;
  }
}

void note(U32* dropped, char32_t c) {
  if (dropped && dropped->find(c) == U32::npos) *dropped += c;
}

constexpr char kHomophonesHint[] = "it maps one character to one, as ChatTTS's homophones_map.json does";

}  // namespace

Homophones::Homophones() : table_(0x10000) {
  for (size_t i = 0; i < table_.size(); ++i) table_[i] = static_cast<char16_t>(i);
}

Homophones Homophones::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  if (!in) throw syrinx::Failure(syrinx::not_found, "cannot read " + path, kHomophonesHint);
  return parse(text, path);
}

Homophones Homophones::parse(std::string_view text, const std::string& name) {
  const nlohmann::json file = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!file.is_object())
    throw syrinx::Failure(syrinx::not_found, name + ": is no JSON object", kHomophonesHint);
  Homophones out;
  for (const auto& entry : file.items()) {
    const U32 from = from_utf8(entry.key()),
              to = entry.value().is_string() ? from_utf8(entry.value().get<std::string>()) : U32();
    if (from.size() != 1 || to.size() != 1 || from[0] > 0xFFFF || to[0] > 0xFFFF)
      throw syrinx::Failure(syrinx::not_found,
                            name + ": the entry \"" + entry.key() +
                                "\" is not one character to one of the basic plane",
                            kHomophonesHint);
    out.table_[from[0]] = static_cast<char16_t>(to[0]);
  }
  return out;
}

bool Normalizer::add(const std::string& language, Callback callback) {
  if (callbacks_.count(language)) return false;
  try {
    callback("What is 你 in Chinese? 你好 Hello");
  } catch (...) {
    return false;
  }
  callbacks_[language] = std::move(callback);
  return true;
}

const char* Normalizer::detect(U32View text) {
  size_t chinese = 0, english = 0;
  for (size_t at = 0; at < text.size();) {
    // A word of ASCII letters ends where word characters end on both sides.
    size_t end = at;
    bool letters = true;
    for (; end < text.size() && is_word(text[end]); ++end) {
      letters = letters && is_letter(text[end]);
      chinese += is_han(text[end]);
    }
    english += end > at && letters;
    at = std::max(end, at + 1);
  }
  return chinese > english ? "zh" : "en";
}

U32 Normalizer::replace_homophones(U32 text, const NormalizerRules& rules) const {
  if (rules.homophones && homophones_)
    for (char32_t& c : text) c = (*homophones_)(c);
  return text;
}

U32 Normalizer::strict(U32 text, const NormalizerRules& rules, U32* dropped) const {
  if (rules.text_normalization) {
    const std::string language = rules.language.empty() ? detect(text) : rules.language;
    const auto registered = callbacks_.find(language);
    if (registered != callbacks_.end() && !text.empty()) {
      TagSplit split = split_tags(text);
      for (U32& piece : split.texts) piece = from_utf8(registered->second(to_utf8(piece)));
      text = join_tags(split);
    }
    if (language == "zh")
      for (char32_t& c : text) c = full_width(c);
  }
  bool foreign = false;
  for (size_t at = 0; at < text.size() && !foreign;) {
    const size_t tag = text[at] == '[' ? tag_length(U32View(text).substr(at)) : 0;
    foreign = !tag && !is_allowed(text[at]);
    at += std::max<size_t>(tag, 1);
  }
  if (foreign)
    for (char32_t& c : text) c = simple_punctuation(c);
  text = replace_homophones(std::move(text), rules);
  if (!foreign) return text;
  TagSplit split = split_tags(text);
  for (U32& piece : split.texts) {
    U32 kept;
    for (char32_t c : piece) {
      if (is_allowed(c)) {
        kept += c;
      } else {
        note(dropped, c);
      }
    }
    piece = std::move(kept);
  }
  return join_tags(split);
}

U32 Normalizer::mended(U32View text, const NormalizerRules& rules, U32* dropped) const {
  TagSplit split = split_prosody_tags(text);
  U32 without_tags;
  for (const U32& piece : split.texts) without_tags += piece + U' ';
  const std::string language = rules.language.empty() ? detect(without_tags) : rules.language;
  const bool chinese = language == "zh";
  const auto registered = callbacks_.find(language);
  for (U32& piece : split.texts) {
    if (piece.empty()) continue;
    if (rules.text_normalization && registered != callbacks_.end())
      piece = from_utf8(registered->second(to_utf8(piece)));
    for (char32_t& c : piece)
      if (c >= U'！' && c <= U'～' && (is_word(c) || c == U'％')) c -= 0xFEE0;
    if (rules.text_normalization) piece = spell_numbers(piece, chinese);
    U32 kept;
    for (size_t i = 0; i < piece.size(); ++i) {
      char32_t c = piece[i];
      char32_t parts[3];
      // An apostrophe inside a word.
      if ((c == '\'' || c == U'’') && i > 0 && i + 1 < piece.size() && is_letter(piece[i - 1]) &&
          is_letter(piece[i + 1])) {
        kept += '\'';
        continue;
      }
      if (rules.text_normalization && chinese && c != '\'' && c != '"') c = full_width(c);
      switch (c) {
        case '?':
          c = '.';
          break;
        case U'？':
          c = U'。';
          break;
        case '[':
        case ']':
          c = chinese ? U'，' : ',';
          break;
        case U'—':
        case U'–':
        case U'…':
          c = chinese ? U'，' : ',';
          break;
        default:
          c = simple_punctuation(c);
      }
      if (is_space(c) || c == '_' || c == '/' || c == U'／') c = ' ';
      if (is_allowed(c)) {
        // Runs of blanks, and of the commas that brackets and dashes became, are one.
        const bool mark = c == ' ' || ((c == ',' || c == U'，') && c != piece[i]);
        if (!mark || kept.empty() || kept.back() != c) kept += c;
        continue;
      }
      const int count = fold(c, parts);
      if (c >= 0x80 && std::all_of(parts, parts + count, is_letter)) {
        kept.append(parts, static_cast<size_t>(count));
      } else if (!(bert_class(c) & (kRemoved | kMark))) {
        note(dropped, c);
      }
    }
    piece = replace_homophones(std::move(kept), rules);
  }
  U32 out;
  for (char32_t c : join_tags(split))
    if (c != ' ' || out.empty() || out.back() != ' ') out += c;
  return out;
}

std::string Normalizer::normalize(std::string_view text, const NormalizerRules& rules,
                                  U32* dropped) const {
  U32 characters = from_utf8(text);
  if (rules.compat) return to_utf8(strict(std::move(characters), rules, dropped));
  characters.erase(std::remove(characters.begin(), characters.end(), U'\uFFFD'), characters.end());
  return to_utf8(mended(characters, rules, dropped));
}

}  // namespace chattts
