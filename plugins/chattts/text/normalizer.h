// ChatTTS's text normalizer: punctuation and characters that the model knows, homophones, language,
// tags that stay.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unicode.h"

namespace chattts {

// Characters that are spoken as others, by the 16-bit unit.
class Homophones {
 public:
  // A JSON object of one character each to one. Throws syrinx::Failure with the path and what is
  // wrong.
  static Homophones load(const std::string& path);
  static Homophones parse(std::string_view json, const std::string& name);
  // One pass: what a replacement gives is not looked up again.
  char32_t operator()(char32_t c) const { return c < table_.size() ? table_[c] : c; }

 private:
  Homophones();
  std::vector<char16_t> table_;  // 65,536
};

struct NormalizerRules {
  bool text_normalization = true;
  bool homophones = true;
  std::string language;  // empty: detected
  // The reference to the letter. Otherwise: numbers are read, "?" is a full stop, white space is a
  // blank, letters with marks are plain ones, dashes are commas, only prosody tags are tags and
  // they do not count as English words, other brackets are commas.
  bool compat = false;
};

// [session]; const functions [any]
class Normalizer {
 public:
  using Callback = std::function<std::string(const std::string&)>;

  void set_homophones(std::shared_ptr<const Homophones> table) { homophones_ = std::move(table); }
  // Text normalization of a language, for each text between tags. False if the language has one, or
  // it throws on a probe.
  bool add(const std::string& language, Callback callback);
  void remove(const std::string& language) { callbacks_.erase(language); }

  // Of UTF-8; bytes that are none are dropped. `dropped`, unless null, gets the characters that
  // were left out, each once.
  std::string normalize(std::string_view text, const NormalizerRules& rules,
                        U32* dropped = nullptr) const;

  // "zh" if there are more Chinese characters (U+4E00 to U+9FFF) than words of ASCII letters, else
  // "en".
  static const char* detect(U32View text);

 private:
  U32 strict(U32 text, const NormalizerRules& rules, U32* dropped) const;
  U32 mended(U32View text, const NormalizerRules& rules, U32* dropped) const;
  U32 replace_homophones(U32 text, const NormalizerRules& rules) const;

  std::shared_ptr<const Homophones> homophones_;
  std::map<std::string, Callback> callbacks_;
};

}  // namespace chattts
