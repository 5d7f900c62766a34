// What keys a pipeline file may have, as one table: it drives validation, the JSON Schema and the reference page.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/node.h"

namespace syrinx::core {

enum class Shape { kText, kInteger, kNumber, kBoolean, kMap, kList, kScalar, kTexts, kAny };

struct Field {
  std::string_view path;  // "stages.*.plugin"; * is any name
  Shape shape;
  bool required;
  std::string_view help;     // one sentence
  std::string_view choices;  // "a|b|c" or empty
};

std::span<const Field> pipeline_fields();

// Layer "shape": unknown keys, wrong kinds of values, missing keys. Keys that begin with x- are free. E0110, E0111, E0114,
// E0116, E0119.
Errors check_shape(const Node& root);

// Scalars as types. Empty if the text is not one.
bool parse_boolean(std::string_view text, bool* out);
bool parse_integer(std::string_view text, int64_t* out);
bool parse_number(std::string_view text, double* out);

}  // namespace syrinx::core
