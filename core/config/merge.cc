#include "core/config/merge.h"

#include <fmt/format.h>

#include "core/config/limits.h"
#include "core/config/parse.h"
#include "core/report/utf8.h"

namespace syrinx::core {
namespace {

// Moves the marks of a value that was parsed alone to where it stands behind "path=".
void shift(Node& node, const SourcePtr& source, int bytes) {
  const auto moved = [&](Mark& mark) {
    mark.source = source;
    mark.byte_column += bytes;
  };
  moved(node.mark);
  for (Node& item : node.items) shift(item, source, bytes);
  for (Entry& entry : node.entries) {
    moved(entry.mark);
    shift(entry.value, source, bytes);
  }
}

}  // namespace

void merge(Node& base, const Node& over) {
  if (!base.is_map() || !over.is_map() || over.replace) {
    base = over;
    return;
  }
  for (const Entry& entry : over.entries) {
    if (entry.value.is_null()) {
      base.erase(entry.key);
    } else if (Entry* there = base.entry(entry.key)) {
      // Who replaces a value is who a message about it points to.
      if (!there->value.is_map() || !entry.value.is_map() || entry.value.replace)
        there->mark = entry.mark;
      merge(there->value, entry.value);
    } else {
      base.entries.push_back(entry);
    }
  }
  base.mark = over.mark;
}

void drop_nulls(Node& node) {
  std::erase_if(node.entries, [](const Entry& entry) { return entry.value.is_null(); });
  for (Entry& entry : node.entries) drop_nulls(entry.value);
}

Result<Node> overlay_of_set(const std::string& text) {
  const auto source = std::make_shared<const Source>("--set", text);
  const auto bad = [&](size_t offset, std::string message) {
    Error error{"E0108", std::move(message), {{source->at_offset(offset), ""}}, {}, {}};
    error.help.push_back("--set stages.writer.options.path=out.wav");
    return error;
  };
  if (first_malformed(text) != std::string::npos || text.find('\n') != std::string::npos)
    return bad(0, "--set takes one line of UTF-8");
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return bad(0, fmt::format("--set needs path=value, not \"{}\"", text));
  const std::string value_text = text.substr(equals + 1);
  auto value = parse_yaml(std::make_shared<const Source>("--set", value_text));
  if (!value) {
    for (Error& error : value.errors())
      for (auto& label : error.labels)
        if (label.place.line == 1) label.place = source->at(1, static_cast<int>(equals) + label.place.column, label.place.length);
    return std::move(value).errors();
  }
  shift(*value, source, static_cast<int>(equals) + 1);

  Node root;
  root.kind = Node::Kind::kMap;
  root.mark = {source, 1, 0, 1};
  Node* at = &root;
  size_t begin = 0;
  int depth = 0;
  while (begin <= equals) {
    const size_t end = std::min(text.find('.', begin), equals);
    if (end == begin) return bad(begin, "--set has an empty name in its path");
    if (++depth > kMostDepth) return bad(begin, "--set has a path that is too deep");
    const std::string key = text.substr(begin, end - begin);
    at = &at->at_or_add(key, {source, 1, static_cast<int>(begin), code_points(key)});
    begin = end + 1;
  }
  *at = *std::move(value);
  return root;
}

}  // namespace syrinx::core
