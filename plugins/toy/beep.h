// toy/beep: a tone for each code.
#pragma once

#include <cmath>
#include <syrinx/sdk.hpp>

#include "generator.h"

namespace toy {

struct BeepOptions {
  double low = 110, gain = 0.3;
  static auto describe() {
    return syrinx::options(syrinx::option("low", &BeepOptions::low).range(20, 2000).help("The lowest tone, in Hz."),
                           syrinx::option("gain", &BeepOptions::gain).range(0, 1).utterance().help("Amplitude."));
  }
};

class Beep final : public syrinx::Flow<BeepOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(1).rate(kCodeRate)}}, {{"audio", syrinx::Audio{}.sample_rate(24000).channels(1)}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    phase_ = 0;
    offset_ = 0;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView codes = item.tensor(0);
    if (!codes) return syrinx::ok;
    constexpr int64_t kSamples = 480;
    syrinx::Tensor audio = call.tensor<float>({1, codes.size(0) * kSamples});
    float* to = audio.data<float>();
    for (int64_t t = 0; t < codes.size(0); ++t) {
      const double step = options().low * std::pow(2.0, codes.data<int32_t>()[t * codes.stride(0)] / 12.0) / 24000;
      for (int64_t i = 0; i < kSamples; ++i, ++to) {
        phase_ = std::fmod(phase_ + step, 1.0);
        *to = static_cast<float>(options().gain * std::sin(6.283185307179586 * phase_));
      }
    }
    const int64_t offset = offset_;
    offset_ += codes.size(0) * kSamples;
    return call.emit(0, syrinx::Out().tensor(std::move(audio)).offset(offset));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override { return call.emit(0, syrinx::Out().offset(offset_).last()); }

 private:
  double phase_ = 0;
  int64_t offset_ = 0;
};

}  // namespace toy
