// YAML text to a tree of nodes, over yaml-cpp's parser.
//
// Adds what the library lacks: places of aliases, merge keys `<<`, duplicate keys as errors, limits that hold while
// parsing, so that a hostile text is refused before it costs anything.
#pragma once

#include "core/config/node.h"

namespace syrinx::core {

// One document; an empty one is a null node. E0101 syntax, E0103 duplicate key, E0104 limits, E0105 encoding, E0107 merge
// key, E0110 a tag that means nothing here.
Result<Node> parse_yaml(const SourcePtr& source);

}  // namespace syrinx::core
