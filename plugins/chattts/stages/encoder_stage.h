// chattts/encoder: a recording to the codes that make a voice of it ("spk_smp").
#pragma once

#include <memory>
#include <syrinx/sdk.hpp>

#include "nn/speech_encoder.h"
#include "stages/mel_stages.h"

namespace chattts {

struct EncoderOptions {
  std::string assets, device = "cpu", quantizer = "a";
  int most_seconds = 60;
  static auto describe() {
    using O = EncoderOptions;
    return syrinx::options(
        syrinx::option("assets", &O::assets).asset().required().help("The model's folder: DIR or DIR/asset."),
        syrinx::option("device", &O::device).help("Where the network runs: cpu, cuda:N or npu:N."),
        syrinx::option("quantizer", &O::quantizer).choices({"z", "a0", "a", "b", "c"}).help("Arithmetic of the quantiser; as chattts/dvae has it."),
        syrinx::option("most_seconds", &O::most_seconds).range(1, 80).help("Longer recordings are refused: each second takes 47 positions of the model's context."));
  }
};

struct EncoderModel {
  std::shared_ptr<const SpeechEncoder> encoder;
  GfsqVariant variant = GfsqVariant::kA;
  static syrinx::Status create(syrinx::Call&, const EncoderOptions& options, const syrinx::Create& create, EncoderModel& out) {
    use_threads(static_cast<int>(create.threads));
    out.encoder = shared_encoder(options.assets, parse_placement(options.device, "f32"));
    out.variant = parse_gfsq_variant(options.quantizer);
    return syrinx::ok;
  }
};

// In: audio f32 [1, N], 24 kHz. Out: codes i32 [T, 4], about 47 a second. The whole recording is needed before the first code.
class EncoderStage final : public syrinx::Flow<EncoderOptions, EncoderModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"audio", syrinx::Audio{}.sample_rate(kSampleRate).channels(1)}},
            {{"codes", syrinx::Codes{}.heads(4).vocab(Gfsq::kCodes).rate(kCodeRate)}}};
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    samples_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView audio = item.tensor(0);
    if (!audio) return syrinx::ok;
    if (!audio.is<float>() || !audio.contiguous() || audio.dims() != 2 || audio.size(0) != 1) return call.fail(syrinx::invalid, "audio must be f32 [1, N]");
    samples_.insert(samples_.end(), audio.data<float>(), audio.data<float>() + audio.size(1));
    if (samples_.size() <= static_cast<size_t>(options().most_seconds) * kSampleRate) return syrinx::ok;
    return call.fail(syrinx::invalid, "the recording is longer than " + std::to_string(options().most_seconds) + " s",
                     "cut it: 5 to 15 s of clean speech make a voice, and its transcript must be exact");
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const at::Tensor samples = at::from_blob(samples_.data(), {static_cast<int64_t>(samples_.size())}, at::kFloat);
    at::Tensor codes;
    {
      const Computing computing(model().encoder->device());
      if (!samples.isfinite().all().item<bool>()) return call.fail(syrinx::invalid, "the recording contains NaN or infinity");
      if (samples.numel() > 0 && samples.abs().max().item<float>() < kQuiet)
        return call.fail(syrinx::invalid, "the recording is silent", "its loudest sample is below -80 dB of full scale");
      codes = model().encoder->encode(samples, model().variant).transpose(0, 1).to(at::kInt).contiguous();
    }
    syrinx::Tensor out = call.tensor<int32_t>({codes.size(0), codes.size(1)});
    std::copy_n(codes.data_ptr<int32_t>(), codes.numel(), out.data<int32_t>());
    return call.emit(0, syrinx::Out().tensor(std::move(out)).last());
  }

 private:
  static constexpr float kQuiet = 1e-4f;
  std::vector<float> samples_;
};

}  // namespace chattts
