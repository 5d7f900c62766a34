// Text to sentences, and phonemes to chunks (specification, section 2).
#pragma once

#include <string>
#include <vector>

#include "assets.h"
#include "unicode.h"

namespace hibari {

// Sentences of a text, in order; closing quotes and brackets behind a sentence's mark are dropped (defect D1 of the package).
std::vector<U32> split_sentences(U32View text, const TextAssets& assets);

struct ChunkRules {
  size_t most = 400;     // code points
  bool cut_long = true;  // also pieces without clause punctuation: at spaces, then hard (mends D2)
};
std::vector<U32> chunks(U32View phonemes, const ChunkRules& rules);

}  // namespace hibari
