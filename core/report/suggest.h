// "Did you mean": names near to one that was not found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace syrinx::core {

// Edits between two names: insert, delete, replace, swap neighbours (optimal string alignment), ASCII case ignored.
int edit_distance(std::string_view a, std::string_view b);

// At most three of `names`, nearest first; none if all are far (more than a third of the letters differ).
std::vector<std::string> suggest(std::string_view name, const std::vector<std::string>& names);

// `did you mean "a" or "b"?`, or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& names);

}  // namespace syrinx::core
