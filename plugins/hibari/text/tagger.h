// Part-of-speech tags by an averaged perceptron (specification, section 4.3).
#pragma once

#include <memory>

#include "tokenizer.h"

namespace hibari {

// Immutable; safe from any thread.
class Tagger {
 public:
  explicit Tagger(std::shared_ptr<const TextAssets> assets);
  // Sets the tags of a stretch, left to right.
  void tag(std::vector<Token>& stretch) const;

 private:
  std::shared_ptr<const TextAssets> assets_;
  const StringTable &tagdict_, &vocab_, &weights_;
  const std::vector<std::string_view>& tags_;
};

}  // namespace hibari
