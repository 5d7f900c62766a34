// How two outputs of a stage differ, by what they are: ids of steps, or tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syrinx::ab {

using Steps = std::vector<std::vector<int64_t>>;  // [T][heads]

struct StepsDifference {
  int64_t steps_a = 0, steps_b = 0;
  bool identical = false;
  // First step that differs in any head, and in each; the shorter length if one is a prefix, none if identical.
  std::optional<int64_t> first;
  std::vector<std::optional<int64_t>> first_of_head;
  double prefix_ratio = 1;           // first / longer length
  std::optional<double> agreement;   // equal cells / cells of the shorter
  int64_t edit_distance = 0;         // over steps
};
// Every step of both has the same number of heads.
StepsDifference compare_steps(const Steps& a, const Steps& b);

// What may differ before two outputs count as apart: |a - b| <= absolute + relative |a|. NaN is always apart.
struct Tolerance {
  double absolute = 0, relative = 0;
};

struct TensorDifference {
  bool within = false;
  int64_t apart = 0;                       // how many elements
  std::optional<int64_t> first_apart;      // flat index
  double max_abs = 0, mean_abs = 0;
  std::optional<double> relative_l2;       // |a - b| / |a|; none if a = 0
  std::optional<double> cosine;            // none if either is 0
};
// None if the sizes differ; shapes are the caller's to compare.
std::optional<TensorDifference> compare_tensors(std::span<const double> a, std::span<const double> b, Tolerance tolerance);

}  // namespace syrinx::ab
