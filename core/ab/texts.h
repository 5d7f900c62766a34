// The texts of a comparison: plain lines, or JSON lines {"id", "text", "lang", "group", "seed", "reference_text"}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/error.h"

namespace syrinx::ab {

struct Text {
  std::string id, text, language, group, reference_text;
  std::optional<uint64_t> seed;
};

struct Texts {
  std::vector<Text> texts;
  int64_t empty_lines = 0;  // skipped
  // Adds the lines of a file; plain lines get the ids t0001, t0002, ... by their number among all texts. E0504 for an id that
  // is there already, or a line that is neither.
  core::Outcome add(std::string_view content, const std::string& file);
  std::string digest() const;  // "sha256:..."
};

}  // namespace syrinx::ab
