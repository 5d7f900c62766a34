// OpenFst for tests: machines not made by wfst-compile, and its own way of finding a cheapest path.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace wfst::testing {

struct PlainArc {
  int from, input, output;
  float weight;
  int to;
};

// State 0 is the start; `finals` are states and their weights. The bytes of a file of type "vector" or "const".
std::string write_fst(const std::string& type, int states, const std::vector<PlainArc>& arcs, const std::vector<std::pair<int, float>>& finals);

// Cost of the cheapest path of `text` by composition and shortest path; nothing if there is no path.
std::optional<float> cheapest(const std::string& fst, const std::string& text);

}  // namespace wfst::testing
