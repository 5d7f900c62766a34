// Grouped residual finite scalar quantisation: a step's vector as four numbers below 625 (Mentzer et al. 2023; residual form of the
// package vector-quantize-pytorch). Two groups of half the vector each, two residual stages a group, four digits of five levels a stage.
//
// The package changed its arithmetic several times and ChatTTS does not pin it, so the variant is an option of the model. Weights were
// published while A was current, so A is the default.
#pragma once

#include <string>
#include <vector>

#include "nn/placement.h"

namespace chattts {

enum class GfsqVariant {
  kZ,   // 1.12.0
  kA0,  // 1.12.8
  kA,   // 1.12.17 to 1.18.3
  kB,   // 1.18.5 to 1.25.2
  kC,   // 1.26.0 on
};

// "z", "a0", "a", "b", "c". Throws syrinx::Failure for another name.
GfsqVariant parse_gfsq_variant(const std::string& name);

class Gfsq {
 public:
  static constexpr int64_t kGroups = 2, kStages = 2, kDigits = 4, kLevels = 5, kCodes = 625;

  // Names: rvqs.G.project_in.weight and .bias, rvqs.G.project_out.weight and .bias.
  Gfsq(const WeightSource& source, const at::Device& device);

  // codes [B, 4, T] i64, channel = group * 2 + stage, each below 625 -> features [B, 2 * width, T] f32.
  at::Tensor decode(const at::Tensor& codes, GfsqVariant variant) const;

  // features [B, 2 * width, T] -> what group `g` quantises, [B, T, 4].
  at::Tensor project(const at::Tensor& features, int64_t g) const;
  // -> codes [B, 4, T] i64
  at::Tensor encode(const at::Tensor& features, GfsqVariant variant) const;

 private:
  struct Group {
    at::Tensor in_weight, in_bias, out_weight, out_bias;
  };
  at::Device device_;
  std::vector<Group> groups_;
};

}  // namespace chattts
