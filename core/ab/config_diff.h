// In what two configurations differ, after merging, as a list in the order of one walk.
#pragma once

#include <string>
#include <vector>

#include "core/config/options.h"

namespace syrinx::ab {

using core::Json;

struct Change {
  std::string op;    // "add" (b), "remove" (a), "change" (both), "reorder" (the ids of both)
  std::string path;  // "/stages/vocoder/plugin"; elements of lists of maps with ids: "/rules/[num]"
  Json a, b;
};

// Maps by key in order of code points; lists of maps with distinct ids by id; lists of scalars as one value; other lists by
// index. 42 and 42.0 are equal; 1, "1" and true are different.
std::vector<Change> config_difference(const Json& a, const Json& b);

Json to_json(const std::vector<Change>& changes);

// The stage that a path belongs to ("/stages/NAME/..."), or empty.
std::string stage_of(const std::string& path);

}  // namespace syrinx::ab
