// Sentences to phonemes: tokens, tags, sub-words, groups, the lexicon, and a network for what it does not know
// (specification, sections 4 to 6).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "lexicon.h"
#include "tagger.h"
#include "tokenizer.h"

namespace hibari {

// The network for unknown words: ids of characters to ids of its output alphabet, 0 is the blank. Must be safe from any
// thread.
using UnknownWordModel = std::function<std::vector<int>(const std::vector<int>& characters)>;

struct SpokenWord {
  U32 text, phonemes;
  bool space = false;
  int rating = 0;  // 5 override, 4 gold, 3 silver, rule or spelled, 2 network or symbols
};

struct Phonemized {
  std::vector<Token> tokens;
  std::vector<SpokenWord> words;
  U32 phonemes;
};

struct PhonemizerRules {
  bool split_long = false;  // unknown words of more than 24 characters in parts, instead of losing their end (mends D6)
};

// Keeps readings of unknown words, under a lock; otherwise immutable. Safe from any thread.
class Phonemizer {
 public:
  Phonemizer(std::shared_ptr<const TextAssets> assets, bool british, UnknownWordModel unknown, PhonemizerRules rules = {});

  Phonemized phonemize(U32View sentence) const;
  // 0, the id of each phoneme (those without one are dropped), 0.
  std::vector<int32_t> ids(U32View chunk) const;

 private:
  struct Sub;
  struct Entry;
  std::vector<Entry> cut(const std::vector<Token>& tokens) const;
  void read_group(std::vector<Sub>& group, Context& context) const;
  Reading fall_back(U32View text) const;
  U32 network(U32View word) const;

  std::shared_ptr<const TextAssets> assets_;
  Lexicon lexicon_;
  Tagger tagger_;
  UnknownWordModel unknown_;
  PhonemizerRules rules_;
  std::unordered_map<char32_t, int> characters_;
  std::vector<U32> outputs_;
  std::unordered_map<char32_t, int32_t> vocab_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, U32> cache_;
};

}  // namespace hibari
