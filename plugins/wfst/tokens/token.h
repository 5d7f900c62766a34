// A token: a stretch of written text with its semiotic class and named parts, as the tagger found it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wfst {

// Bytes [begin, end) of some text.
struct Range {
  uint32_t begin = 0, end = 0;
  uint32_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  friend bool operator==(const Range&, const Range&) = default;
};

// A part of a token. The value is the written form as it stood (or what a rule's => made of it).
struct Field {
  std::string_view name;
  std::string_view value;
  Range text;  // in the sentence; empty for a field that stands for no text
};

// Views point into the grammar and into the sentence or the decoder's scratch memory: valid until its next call.
struct Token {
  std::string_view klass;  // "date"
  std::string_view rule;   // "full"; empty for grammars that name none
  std::vector<Field> fields;
  Range text;  // the whole written form, in the sentence
  bool preserve_order = false;
  float weight = 0;

  // The value of a field, empty if there is none.
  std::string_view operator[](std::string_view name) const {
    for (const Field& field : fields)
      if (field.name == name) return field.value;
    return {};
  }
  bool has(std::string_view name) const {
    for (const Field& field : fields)
      if (field.name == name) return true;
    return false;
  }
};

}  // namespace wfst
