// Words to phonemes by dictionary and rule (specification, sections 5.3 and 5.4).
#pragma once

#include <memory>
#include <optional>

#include "assets.h"
#include "unicode.h"

namespace hibari {

enum class Next { kUnknown, kVowel, kConsonant };

// What follows a word: read from right to left.
struct Context {
  Next next = Next::kUnknown;
  bool to = false;
};

struct Reading {
  U32 phonemes;
  int rating = 0;
};

struct Word {
  U32 text;  // or its alias
  std::string tag;
  bool head = true;
  char32_t currency = 0;  // $ £ € or none
};

// Immutable; safe from any thread.
class Lexicon {
 public:
  Lexicon(std::shared_ptr<const TextAssets> assets, bool british);

  std::optional<Reading> read(const Word& word, const Context& context) const;
  // A number as section 5.4 reads it.
  std::optional<Reading> read_number(U32View text, bool head, char32_t currency) const;

 private:
  using Found = std::optional<Reading>;
  using Stress = std::optional<double>;
  struct Query {
    std::string tag;  // empty: none
    Stress s;
    const Context* context = nullptr;
  };

  // Entry: the raw value in a dictionary, also by the other case of the first letter.
  std::string_view entry(const StringTable& dictionary, U32View w) const;
  bool in_gold(U32View w) const { return entry(gold_, w).data(); }
  bool in_silver(U32View w) const { return entry(silver_, w).data(); }
  bool known(U32View w) const;
  Found spell(U32View w) const;
  Found lookup(U32View w, const Query& q) const;
  Found word_reading(U32 w, const Query& q) const;
  Found fixed_reading(U32View w, const Query& q) const;
  Found stem_s(U32View w, const Query& q) const;
  Found stem_ed(U32View w, const Query& q) const;
  Found stem_ing(U32View w, Query q) const;
  U32 with_s(U32 stem) const;
  U32 with_ed(U32 stem) const;
  std::optional<U32> with_ing(U32 stem) const;
  // English words, each by Lookup; nothing if one is missing. `Numbers` collects.
  struct Numbers;

  std::shared_ptr<const TextAssets> assets_;
  const StringTable &gold_, &silver_;
  const bool british_;
};

// Whether a word is read as a number: digits with commas, dots and one ending.
bool is_number(U32View w, bool head);

}  // namespace hibari
