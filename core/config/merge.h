// Putting trees together: includes, files, overlays, --set.
#pragma once

#include "core/config/node.h"

namespace syrinx::core {

// Maps merge by key, everything else replaces; `!replace` on a map stops the merge; null (~) deletes the key.
void merge(Node& base, const Node& over);

// One `--set path=value`: the path is keys joined by dots, the value is YAML's flow text. E0108.
Result<Node> overlay_of_set(const std::string& text);

// Removes the deletions that found nothing to delete, so that "~" never reaches a reader.
void drop_nulls(Node& node);

}  // namespace syrinx::core
