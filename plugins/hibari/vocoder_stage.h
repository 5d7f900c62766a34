// hibari/vocoder and hibari/whisper: spectral parts and pitch to samples (specification, section 8).
#pragma once

#include "acoustic_stage.h"

namespace hibari {

template <SourceFilter::Kind kind>
class VocoderStage final : public syrinx::Flow<> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"spectral", spectral_port().strided(true)}}, {{"audio", syrinx::Audio{}.sample_rate(kSampleRate).channels(1)}}};
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin& begin) override {
    filter_ = std::make_unique<SourceFilter>(best_dsp_kernels(), kind, Noise{begin.key});
    offset_ = 0;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView parts = item.tensor(0), f0 = item.tensor(1);
    if (!parts) return syrinx::ok;
    if (!parts.is<float>() || parts.dims() != 3 || parts.size(0) != 5 || parts.size(1) != kFftBins)
      return call.fail(syrinx::invalid, "spectral must be f32 [5, 601, F]");
    if (!f0 || !f0.is<float>() || !f0.contiguous() || f0.elements() != parts.size(2)) return call.fail(syrinx::invalid, "f0 must be f32 [F]");
    filter_->push({parts.data<float>(), parts.stride(0), parts.stride(1), parts.stride(2)}, f0.data<float>(), parts.size(2), &samples_);
    return hand_on(call, false);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    filter_->finish(&samples_);
    return hand_on(call, true);
  }
  void end(syrinx::Call&, uint32_t, uint32_t) override {
    samples_.clear();
  }

 private:
  syrinx::Status hand_on(syrinx::Call& call, bool last) {
    const auto n = static_cast<int64_t>(samples_.size());
    if (n == 0 && !last) return syrinx::ok;
    syrinx::Out out;
    if (n > 0) {
      syrinx::Tensor audio = call.tensor<float>({1, n});
      std::copy(samples_.begin(), samples_.end(), audio.data<float>());
      out.tensor(std::move(audio));
    }
    out.offset(offset_).last(last);
    offset_ += n;
    samples_.clear();
    return call.emit(0, out);
  }

  std::unique_ptr<SourceFilter> filter_;
  std::vector<float> samples_;
  int64_t offset_ = 0;
};

}  // namespace hibari
