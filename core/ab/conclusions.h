// From values per text to what can be said of each measure, and to the truth of gates.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ab/bootstrap.h"
#include "core/ab/files.h"
#include "core/ab/gate.h"
#include "core/ab/metrics.h"

namespace syrinx::ab {

struct Judgement {
  Resampling resampling;
  std::map<std::string, double> margins;           // of measures that have one
  std::set<std::string> primary, chosen;           // chosen: empty for all
  std::map<std::string, double> noise_floor;       // of the control and of judges: differences below it decide nothing
  const MetricSet* known = nullptr;                // the measures there are
};

// `items`: of result.json, in text order; each with "metrics" and "pair", and "timing" by arm. Returns the "metrics" member: for
// each measure that has a value, one comparison for each candidate with the baseline.
Json conclude(const Json& items, const std::string& baseline, const std::vector<std::string>& candidates, const Judgement& how);

// Values of gates in a result; with several candidates one of them.
Gate::Lookup gate_values(const Json& result, const std::string& candidate);
// Errors for names that no result can have (usage): the name and the nearest known one.
core::Errors check_gate_names(const Gate& gate, const std::vector<std::string>& arms, const MetricSet& known);
// Any candidate decides.
std::optional<bool> decide_gate(const Gate& gate, const Json& result);

}  // namespace syrinx::ab
