// chattts/vocos: mel to samples, streamed exactly (nn/vocos.h).
#pragma once

#include <memory>
#include <syrinx/sdk.hpp>

#include "nn/vocos.h"
#include "stages/mel_stages.h"

namespace chattts {

struct VocosOptions {
  std::string assets, device = "cpu", silence = "trim";
  static auto describe() {
    using O = VocosOptions;
    return syrinx::options(
        syrinx::option("assets", &O::assets).asset().required().help("The model's folder: DIR or DIR/asset."),
        syrinx::option("device", &O::device).help("Where the network runs: cpu, cuda:N or npu:N."),
        syrinx::option("silence", &O::silence).choices({"keep", "trim", "drop"}).utterance()
            .help("Samples of at most 1e-5: keep them, trim them at both ends, or drop every one of them as the reference does."));
  }
};

struct VocosModel {
  std::shared_ptr<const Vocos> vocos;
  static syrinx::Status create(syrinx::Call&, const VocosOptions& options, const syrinx::Create& create, VocosModel& out) {
    use_threads(static_cast<int>(create.threads));
    out.vocos = shared_vocos(options.assets, parse_placement(options.device, "f32"));
    return syrinx::ok;
  }
};

class VocosStage final : public syrinx::Flow<VocosOptions, VocosModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    return {{{"mel", mel_port(dimensions_of(options.assets).mel.bands)}}, {{"audio", syrinx::Audio{}.sample_rate(kSampleRate).channels(1)}}};
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    stream_ = model().vocos->open();
    offset_ = 0;
    bands_ = 0;
    sounded_ = false;
    quiet_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    if (!item.tensor(0)) return syrinx::ok;
    const at::Tensor mel = as_torch(item.tensor(0));
    if (mel.dim() != 2 || mel.scalar_type() != at::kFloat) return call.fail(syrinx::invalid, "mel must be f32 [bins, F]");
    if (!mel.isfinite().all().item<bool>()) return call.fail(syrinx::invalid, "the mel contains NaN or infinity", "the decoder's weights are wrong: syrinx models verify");
    bands_ = mel.size(0);
    return hand_on(call, mel.unsqueeze(0), false);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    if (bands_ == 0) return call.emit(0, syrinx::Out().last());
    return hand_on(call, at::zeros({1, bands_, 0}), true);
  }

 private:
  static constexpr float kSilence = 1e-5f;

  syrinx::Status hand_on(syrinx::Call& call, const at::Tensor& mel, bool last) {
    at::Tensor audio;
    {
      const Computing computing(model().vocos->device());
      audio = model().vocos->push(stream_, mel, last).squeeze(0).cpu().contiguous();
    }
    std::vector<float> samples;
    filter(audio.data_ptr<float>(), audio.size(0), samples);
    const auto n = static_cast<int64_t>(samples.size());
    if (n == 0 && !last) return syrinx::ok;
    syrinx::Out out;
    if (n > 0) {
      syrinx::Tensor tensor = call.tensor<float>({1, n});
      std::copy(samples.begin(), samples.end(), tensor.data<float>());
      out.tensor(std::move(tensor));
    }
    out.offset(offset_).last(last);
    offset_ += n;
    return call.emit(0, out);
  }

  // Trimming holds quiet samples back until a louder one comes; at the end they go.
  void filter(const float* from, int64_t count, std::vector<float>& out) {
    if (options().silence == "keep") {
      out.assign(from, from + count);
      return;
    }
    for (const float* s = from; s != from + count; ++s) {
      if (std::abs(*s) > kSilence) {
        if (sounded_ && options().silence == "trim") out.insert(out.end(), quiet_.begin(), quiet_.end());
        quiet_.clear();
        sounded_ = true;
        out.push_back(*s);
      } else if (sounded_ && options().silence == "trim") {
        quiet_.push_back(*s);
      }
    }
  }

  Vocos::Stream stream_;
  int64_t offset_ = 0, bands_ = 0;
  bool sounded_ = false;
  std::vector<float> quiet_;
};

}  // namespace chattts
