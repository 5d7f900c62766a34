#include "core/ab/sequences.h"

#include <algorithm>
#include <cmath>

#include "core/ab/text.h"

namespace syrinx::ab {

StepsDifference compare_steps(const Steps& a, const Steps& b) {
  StepsDifference out;
  const size_t shorter = std::min(a.size(), b.size()), longer = std::max(a.size(), b.size());
  out.steps_a = static_cast<int64_t>(a.size());
  out.steps_b = static_cast<int64_t>(b.size());
  const size_t heads = !a.empty() ? a[0].size() : !b.empty() ? b[0].size() : 0;
  const auto first = [&](auto differs) -> std::optional<int64_t> {
    for (size_t t = 0; t < shorter; ++t)
      if (differs(t)) return static_cast<int64_t>(t);
    if (a.size() != b.size()) return static_cast<int64_t>(shorter);
    return std::nullopt;
  };
  out.first = first([&](size_t t) { return a[t] != b[t]; });
  out.identical = !out.first;
  int64_t same = 0;
  for (size_t head = 0; head < heads; ++head) {
    out.first_of_head.push_back(first([&](size_t t) { return a[t][head] != b[t][head]; }));
    for (size_t t = 0; t < shorter; ++t) same += a[t][head] == b[t][head];
  }
  if (out.first) out.prefix_ratio = static_cast<double>(*out.first) / static_cast<double>(longer);
  if (shorter * heads > 0) out.agreement = static_cast<double>(same) / static_cast<double>(shorter * heads);
  out.edit_distance = edit(a, b).distance;
  return out;
}

std::optional<TensorDifference> compare_tensors(std::span<const double> a, std::span<const double> b, Tolerance tolerance) {
  if (a.size() != b.size()) return std::nullopt;
  TensorDifference out;
  double aa = 0, bb = 0, ab = 0, ee = 0, sum = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double e = std::abs(a[i] - b[i]);
    if (!(e <= tolerance.absolute + tolerance.relative * std::abs(a[i]))) {
      if (out.apart++ == 0) out.first_apart = static_cast<int64_t>(i);
    }
    out.max_abs = e > out.max_abs || std::isnan(e) ? e : out.max_abs;
    sum += e;
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
    ee += e * e;
  }
  out.within = out.apart == 0;
  out.mean_abs = a.empty() ? 0 : sum / static_cast<double>(a.size());
  if (aa > 0) out.relative_l2 = std::sqrt(ee / aa);
  if (aa > 0 && bb > 0) out.cosine = ab / std::sqrt(aa * bb);
  return out;
}

}  // namespace syrinx::ab
