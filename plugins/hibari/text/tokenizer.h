// A normalized sentence to tokens (specification, sections 4.1 and 4.2).
#pragma once

#include <memory>
#include <vector>

#include "assets.h"
#include "unicode.h"

namespace hibari {

struct Token {
  U32 text;
  std::string tag;
  bool space = false;       // whitespace follows
  bool is_override = false;  // from [text](...)
  bool has_phonemes = false;
  U32 phonemes;             // of an override
};

// Stretches between overrides, each tokenized alone; an override is a stretch of one token. Tags are empty but for overrides.
std::vector<std::vector<Token>> tokenize(U32View sentence, const TextAssets& assets);

}  // namespace hibari
