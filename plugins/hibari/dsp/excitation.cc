#include "excitation.h"

#include <cmath>

namespace hibari {

namespace {

constexpr float kVoicedAbove = 40, kHighestHarmonic = 11000;

// Weights of the right neighbour; in float all the way a harmonic would flip.
struct Weights {
  float right[kHop];
  Weights() {
    for (int j = 0; j < kHop; ++j) {
      const double x = (j + 0.5) / kHop - 0.5;
      right[j] = static_cast<float>(x - std::floor(x));
    }
  }
};

}  // namespace

void Excitation::frame(float before, float here, float after, float* harmonics, float* phase) {
  static const Weights kWeights;
  for (int j = 0; j < kHop; ++j) {
    const float left = j < kHop / 2 ? before : here, right = j < kHop / 2 ? here : after;
    const float u = kWeights.right[j], v = 1.0f - u;
    const float f = left * v + right * u;
    const float g = f > kVoicedAbove ? f : kVoicedAbove;
    turns_ += static_cast<double>(g) / kSampleRate;
    harmonics[j] = f > kVoicedAbove ? std::floor(kHighestHarmonic / g) : 0.0f;
    phase[j] = static_cast<float>((turns_ - std::floor(turns_)) * 6.283185307179586476925);
  }
}

}  // namespace hibari
