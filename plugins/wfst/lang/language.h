// What a language brings besides its grammar: verbalisers, one for each class, and the options of its readings.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lang/reading_options.h"
#include "tokens/token.h"

namespace wfst {

// What a verbaliser may look at besides its token.
struct Context {
  std::string_view before, after;  // written text of the sentence around the token
  std::string_view spoken;         // spoken form of the sentence so far
  std::string_view language;       // "zh"
  const ReadingOptions& options;
};

// Appends the spoken form of a token to `out`. False: there is none, and the written form goes on with a warning; what was
// appended is taken back. Must not throw, must be pure, is called from many threads. Output is at most 64 bytes a byte of input.
using Verbalise = bool (*)(const Token& token, const Context& context, std::string& out);

struct Verbaliser {
  std::string_view klass;
  Verbalise verbalise;
};

struct Language {
  std::string_view name;
  std::span<const Verbaliser> verbalisers;
  // Whether words stand apart: then a space is put where a token's spoken form and a letter or digit beside it would touch. A
  // verbaliser that wants none there begins or ends its output with kJoin, which is removed.
  bool spaces = false;
  // Last, over the spoken sentence: what tables (`rewrite after`) cannot say. May be null. Changes `text` in place; called for each
  // stretch of text between tokens and for each token's spoken form.
  void (*polish)(const ReadingOptions& options, std::string& text) = nullptr;
};
inline constexpr char kJoin = '\x1f';

// Null if there is none of this name.
const Language* find_language(std::string_view name);
std::span<const Language* const> languages();

}  // namespace wfst
