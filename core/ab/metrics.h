// The measures by name: unit, direction, whether of one arm or of a pair; and what is looked at when nothing is chosen.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syrinx::ab {

struct Metric {
  std::string_view name, unit;
  std::string_view direction;  // "lower", "higher", "none"
  bool pair = false;           // a distance: of B to the baseline
  bool time = false;           // compared as a ratio
  std::string_view definition; // one line
};

std::span<const Metric> metrics();
const Metric* find_metric(std::string_view name);
std::vector<std::string> metric_names();

// Fields of a comparison that gates may name.
std::span<const std::string_view> comparison_fields();

// Primary measures by the kind of the first changed stage: corrected together.
std::set<std::string> primary_metrics(std::string_view kind);

}  // namespace syrinx::ab
