// The tree of a configuration: what YAML says, before a schema says what it means, with a place for everything.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/source.h"

namespace syrinx::core {

// Where a node stands in its source. Cheap to copy; the line's text is looked up only for a message.
struct Mark {
  SourcePtr source;
  int line = 0;         // from 1; 0: the whole source
  int byte_column = 0;  // from 0
  int length = 1;       // code points

  Place place() const;
  Error::Label label(std::string caption = {}) const { return {place(), std::move(caption)}; }
};

struct Node;
struct Entry;

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::string scalar;    // as written, unquoted
  bool quoted = false;   // in quotes or a block: always a string
  bool replace = false;  // !replace: a merge stops here
  Mark mark;
  std::vector<Node> items;
  std::vector<Entry> entries;

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }

  // The value of a key, or null.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  const Entry* entry(std::string_view key) const;
  Entry* entry(std::string_view key);
  // The value of a key, added (null, at `mark`) if it is not there. Makes this a map.
  Node& at_or_add(std::string_view key, const Mark& mark);
  void erase(std::string_view key);

  static Node of_scalar(std::string text, const Mark& mark);
};

struct Entry {
  std::string key;
  Mark mark;  // of the key
  Node value;
};

// "a map", "a list", "the text \"x\"", "nothing": for messages.
std::string describe(const Node& node);

// How many nodes there are.
int count(const Node& node);

// How many maps and lists lie in each other at most; 0 for a scalar.
size_t depth(const Node& node);

}  // namespace syrinx::core
