#include "nn/gfsq.h"

#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

struct Arithmetic {
  double half;          // bound of the rounded value; 0: clamped instead
  double second_scale;  // of the second stage
  bool bounds_input;    // a tanh before the first stage, besides each stage's own
};

Arithmetic arithmetic(GfsqVariant variant) {
  constexpr double kHalf = (Gfsq::kLevels - 1) / 2.0;
  switch (variant) {
    case GfsqVariant::kZ: return {kHalf * (1 - 1e-3), 1.0 / 5, false};
    case GfsqVariant::kA0: return {kHalf * (1 - 1e-3), 1.0 / 4, true};
    case GfsqVariant::kA: return {kHalf * (1 + 1e-3), 1.0 / 4, true};
    case GfsqVariant::kB: return {kHalf * (1 + 1e-3), 1.0 / 4, false};
    case GfsqVariant::kC: break;
  }
  return {0, 1.0 / 5, true};
}

double scale(const Arithmetic& a, int64_t stage) { return stage == 0 ? 1.0 : a.second_scale; }

}  // namespace

GfsqVariant parse_gfsq_variant(const std::string& name) {
  if (name == "z") return GfsqVariant::kZ;
  if (name == "a0") return GfsqVariant::kA0;
  if (name == "a") return GfsqVariant::kA;
  if (name == "b") return GfsqVariant::kB;
  if (name == "c") return GfsqVariant::kC;
  throw syrinx::Failure(syrinx::invalid, "quantizer is \"" + name + "\"", "one of z, a0, a, b, c");
}

Gfsq::Gfsq(const WeightSource& source, const at::Device& device) : device_(device) {
  for (int64_t g = 0; g < kGroups; ++g) {
    const WeightSource at = below(source, "rvqs." + std::to_string(g) + ".");
    groups_.push_back({load_f32(at, "project_in.weight", device), load_f32(at, "project_in.bias", device),
                       load_f32(at, "project_out.weight", device), load_f32(at, "project_out.bias", device)});
  }
}

at::Tensor Gfsq::decode(const at::Tensor& codes, GfsqVariant variant) const {
  const Arithmetic a = arithmetic(variant);
  const at::Tensor on_device = codes.to(device_, at::kLong);
  std::vector<at::Tensor> features;
  for (int64_t g = 0; g < kGroups; ++g) {
    at::Tensor sum;
    for (int64_t r = 0; r < kStages; ++r) {
      at::Tensor rest = on_device.select(1, g * kStages + r);
      std::vector<at::Tensor> digits;
      for (int64_t j = 0; j < kDigits; ++j) {
        digits.push_back(rest.remainder(kLevels));
        rest = rest.div(kLevels, "floor");
      }
      const at::Tensor value = (at::stack(digits, 2).to(at::kFloat) - 2.0) / 2.0 * scale(a, r);  // [B, T, 4]
      sum = sum.defined() ? sum + value : value;
    }
    const Group& group = groups_[static_cast<size_t>(g)];
    features.push_back(at::linear(sum, group.out_weight, group.out_bias));
  }
  return at::cat(features, 2).transpose(1, 2);
}

at::Tensor Gfsq::project(const at::Tensor& features, int64_t g) const {
  const int64_t width = features.size(1) / kGroups;
  const Group& group = groups_[static_cast<size_t>(g)];
  return at::linear(features.to(device_).narrow(1, g * width, width).transpose(1, 2), group.in_weight, group.in_bias);
}

at::Tensor Gfsq::encode(const at::Tensor& features, GfsqVariant variant) const {
  const Arithmetic a = arithmetic(variant);
  std::vector<at::Tensor> channels;
  for (int64_t g = 0; g < kGroups; ++g) {
    at::Tensor rest = project(features, g);
    if (a.half == 0) rest = (rest / 1.25).tanh() * 1.25;
    else if (a.bounds_input) rest = rest.tanh() * a.half;
    for (int64_t r = 0; r < kStages; ++r) {
      const double s = scale(a, r);
      const at::Tensor scaled = rest / s;
      at::Tensor digit, value;
      if (a.half == 0) {
        digit = ((scaled.clamp(-1, 1) + 1) / 2 * 4.0 + 0.5).floor();
        value = digit / 2.0 - 1;
      } else {
        const at::Tensor rounded = (scaled.tanh() * a.half).round();  // half to even
        digit = rounded + 2;
        value = rounded / 2.0;
      }
      at::Tensor code = at::zeros_like(digit.select(2, 0), at::kLong);
      for (int64_t j = kDigits - 1; j >= 0; --j) code = code * kLevels + digit.select(2, j).to(at::kLong);
      channels.push_back(code);
      rest = rest - value * s;
    }
  }
  return at::stack(channels, 1);
}

}  // namespace chattts
