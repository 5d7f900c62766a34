// One sentence from written to spoken form: times, dates, money, units, titles and so on in 22 passes (section 3).
#pragma once

#include <memory>
#include <vector>

#include "assets.h"
#include "unicode.h"

namespace hibari {

struct NormalizerRules {
  bool mask_overrides = false;  // leave [word](/phonemes/) alone (mends D3)
};

// Immutable after construction; safe from any thread.
class Normalizer {
 public:
  explicit Normalizer(std::shared_ptr<const TextAssets> assets);
  U32 normalize(U32View sentence, const NormalizerRules& rules = {}) const;

 private:
  friend class Passes;
  struct Row {
    U32 key, one, many;
  };
  std::shared_ptr<const TextAssets> assets_;
  std::vector<Row> units_, abbreviations_, titles_, symbols_, currency_, roman_cardinal_, roman_ordinal_;
};

}  // namespace hibari
