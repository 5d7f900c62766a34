#include "core/config/node.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrinx::core {

Place Mark::place() const {
  if (!source) return {};
  return line == 0 ? source->whole() : source->at(line, byte_column, length);
}

const Entry* Node::entry(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
  const Entry* found = entry(key);
  return found ? &found->value : nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

Entry* Node::entry(std::string_view key) {
  return const_cast<Entry*>(std::as_const(*this).entry(key));
}

Node& Node::at_or_add(std::string_view key, const Mark& at) {
  if (kind != Kind::kMap) {
    *this = Node{};
    kind = Kind::kMap;
    mark = at;
  }
  if (Node* found = find(key)) return *found;
  entries.push_back({std::string(key), at, Node{}});
  entries.back().value.mark = at;
  return entries.back().value;
}

void Node::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& e) { return e.key == key; });
}

Node Node::of_scalar(std::string text, const Mark& mark) {
  Node node;
  node.kind = Kind::kScalar;
  node.scalar = std::move(text);
  node.mark = mark;
  return node;
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    case Node::Kind::kScalar:
      break;
  }
  const std::string shown = node.scalar.size() > 40 ? node.scalar.substr(0, 40) + "..." : node.scalar;
  return node.quoted ? fmt::format("the text \"{}\"", shown) : fmt::format("\"{}\"", shown);
}

int count(const Node& node) {
  int n = 1;
  for (const Node& item : node.items) n += count(item);
  for (const Entry& entry : node.entries) n += count(entry.value);
  return n;
}

size_t depth(const Node& node) {
  size_t below = 0;
  for (const Node& item : node.items) below = std::max(below, depth(item));
  for (const Entry& entry : node.entries) below = std::max(below, depth(entry.value));
  return node.is_map() || node.is_sequence() ? below + 1 : 0;
}

}  // namespace syrinx::core
