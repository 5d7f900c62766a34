#include "core/ab/rng.h"

#include <cmath>
#include <numbers>

namespace syrinx::ab {

Stream::Stream(uint64_t seed, std::span<const std::string> labels) {
  uint64_t hash = 0xCBF29CE484222325u;
  const auto take = [&hash](uint8_t byte) { hash = (hash ^ byte) * 0x100000001B3u; };
  for (size_t k = 0; k < labels.size(); ++k) {
    if (k > 0) take(0x1F);
    for (const char c : labels[k]) take(static_cast<uint8_t>(c));
  }
  state_ = mix(seed ^ hash);
}

std::vector<double> Stream::normal(size_t count) const {
  std::vector<double> out(count);
  for (size_t k = 0; k < count; k += 2) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - u01(k)));
    const double angle = 2.0 * std::numbers::pi * u01(k + 1);
    out[k] = radius * std::cos(angle);
    if (k + 1 < count) out[k + 1] = radius * std::sin(angle);
  }
  return out;
}

}  // namespace syrinx::ab
