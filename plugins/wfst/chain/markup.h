// Stretches that no step may read, change or lose: tags of the model and readings given in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tokens/token.h"

namespace wfst {

struct Protected {
  enum class Kind { kTag, kOverride, kLexicon };
  Kind kind = Kind::kTag;
  Range text;
  std::string_view spoken;  // what stands in the output for it
};

class Markup {
 public:
  // Tags are names between brackets; a name also stands for itself with _NUMBER ("oral" for [oral_3]). Overrides are {written|spoken}.
  Markup(std::vector<std::string> tags, bool overrides) : tags_(std::move(tags)), overrides_(overrides) {}

  // What begins at `at`, an empty range if nothing does. `open`: more text might complete it.
  Protected at(std::string_view text, size_t at, bool* open = nullptr) const;

 private:
  std::vector<std::string> tags_;
  bool overrides_;
};

}  // namespace wfst
