// basic/griffin-lim: a mel spectrogram to audio without a trained model.
#pragma once

#include <cmath>
#include <syrinx/sdk.hpp>

#include "griffin_lim.h"
#include "mel.h"

namespace basic {

struct GriffinLimOptions {
  int iterations = 60;
  float momentum = 0.99f;
  static auto describe() {
    return syrinx::options(syrinx::option("iterations", &GriffinLimOptions::iterations).range(1, 1000).help("Passes of phase estimation."),
                           syrinx::option("momentum", &GriffinLimOptions::momentum).range(0, 1).help("0 is the classic algorithm."));
  }
};

class GriffinLimStage final : public syrinx::Flow<GriffinLimOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs& in) {
    // What the producer leaves open is that of Vocos: 100 bins, 24 kHz.
    auto mel = in.get<syrinx::Mel>("mel");
    return {{{"mel", syrinx::Mel{}.bins(mel.get<int>("bins", 100)).fft(mel.get<int>("fft", 1024)).hop(mel.get<int>("hop", 256))
                         .sample_rate(mel.get<int>("sample_rate", 24000)).scale("ln")}},
            {{"audio", syrinx::Audio{}.sample_rate(mel.get<int>("sample_rate", 24000)).channels(1)}}};
  }

  syrinx::Status open(syrinx::Call&) override {
    const auto mel = in<syrinx::Mel>("mel");
    bank_.bins = mel.get<int>("bins", 100);
    bank_.fft = mel.get<int>("fft", 1024);
    bank_.sample_rate = mel.get<int>("sample_rate", 24000);
    bank_.fmin = mel.get<double>("fmin", 0);
    bank_.fmax = mel.get<double>("fmax", bank_.sample_rate / 2.0);
    hop_ = mel.get<int>("hop", 256);
    inverse_ = bank_.inverse();
    return syrinx::ok;
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin& begin) override {
    key_ = begin.key;
    mel_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView mel = item.tensor(0);
    if (!mel) return syrinx::ok;
    if (!mel.is<float>() || mel.dims() != 2 || mel.size(0) != bank_.bins) return call.fail(syrinx::invalid, "mel must be f32 [" + std::to_string(bank_.bins) + ", F]");
    for (int64_t f = 0; f < mel.size(1); ++f)
      for (int64_t b = 0; b < bank_.bins; ++b) {
        const float value = mel.data<float>()[b * mel.stride(0) + f * mel.stride(1)];
        if (!std::isfinite(value)) return call.fail(syrinx::invalid, "mel contains NaN or infinity");
        mel_.push_back(std::exp(value));
      }
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const auto frames = static_cast<int64_t>(mel_.size()) / bank_.bins;
    const size_t lines = static_cast<size_t>(bank_.fft) / 2 + 1;
    std::vector<float> magnitudes(static_cast<size_t>(frames) * lines);
    for (int64_t f = 0; f < frames; ++f)
      for (size_t k = 0; k < lines; ++k) {
        double sum = 0;
        for (int b = 0; b < bank_.bins; ++b) sum += inverse_[k * bank_.bins + b] * mel_[f * bank_.bins + b];
        magnitudes[f * lines + k] = static_cast<float>(std::max(0.0, sum));
      }
    GriffinLim algorithm;
    algorithm.fft = bank_.fft;
    algorithm.hop = hop_;
    algorithm.iterations = options().iterations;
    algorithm.momentum = options().momentum;
    const auto samples = algorithm.run(magnitudes, frames, key_, [&](int pass) {
      call.progress(static_cast<uint64_t>(pass), static_cast<uint64_t>(options().iterations));
      return !call.cancelled() && !call.finish_early();
    });
    if (call.cancelled()) return syrinx::cancelled;
    syrinx::Out out;
    if (!samples.empty()) {
      syrinx::Tensor audio = call.tensor<float>({1, static_cast<int64_t>(samples.size())});
      std::copy(samples.begin(), samples.end(), audio.data<float>());
      out.tensor(std::move(audio));
    }
    return call.emit(0, out.last());
  }

 private:
  MelBank bank_;
  int hop_ = 256;
  std::vector<double> inverse_;
  std::vector<float> mel_;
  uint64_t key_ = 0;
};

}  // namespace basic
