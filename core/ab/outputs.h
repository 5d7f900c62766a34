// What a stage gave, taken apart: each port's text and numbers over all items and pieces, however they were cut.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/ab/sequences.h"
#include "core/graph/plan.h"

namespace syrinx::ab {

// Tensors of one place of a port's items, joined along time, row-major. Samples of 16 bits are divided by 32768.
struct TensorContent {
  std::vector<double> values;
  std::vector<int64_t> shape;
  bool integers = false;   // ids, not samples
  bool time_last = false;  // [channels, N], [bins, F]; else [T, ...]

  int64_t frames() const { return shape.empty() ? 0 : time_last ? shape.back() : shape.front(); }
  int64_t width() const { return frames() > 0 ? static_cast<int64_t>(values.size()) / frames() : 0; }  // elements of a frame
  // Flat index of element `i` of frame `t`.
  size_t index(int64_t t, int64_t i) const { return static_cast<size_t>(time_last ? i * frames() + t : t * width() + i); }
};

struct PortContent {
  std::string text;
  std::vector<TensorContent> tensors;
  bool known = true;  // false: of a dtype that is not read, or items that do not fit together
};

// Elements of a tensor in host memory as double, added to `to`; false for a dtype that is none of f32, f64, i16, i32, i64.
bool append_values(const DLTensor& tensor, std::vector<double>& to);

// By port number. `pieces` in the form of kept_output.h.
std::map<uint32_t, PortContent> content_of(std::span<const std::string> pieces, const std::vector<core::PortSpec>& ports);

// How far values of a port type may be apart and still count as equal.
Tolerance tolerance_of(const std::string& type);

}  // namespace syrinx::ab
