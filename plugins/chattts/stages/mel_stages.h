// chattts/decoder: hidden states to mel; chattts/dvae: codes to mel. Both stream exactly: layers keep their own context, so a chunk costs
// its own length, and what comes out is the same however the input was cut into the generator's chunks.
#pragma once

#include <memory>
#include <syrinx/sdk.hpp>

#include "nn/gfsq.h"
#include "nn/mel_decoder.h"
#include "stages/models.h"
#include "stages/torch_bridge.h"

namespace chattts {

constexpr double kCodeRate = 46.875;  // steps per second
constexpr int kSampleRate = 24000, kHop = 256, kFft = 1024;

inline syrinx::Mel mel_port(int64_t bands) {
  return syrinx::Mel{}.bins(static_cast<int>(bands)).hop(kHop).fft(kFft).sample_rate(kSampleRate).fmin(0).fmax(kSampleRate / 2).scale("ln");
}

struct DecoderOptions {
  std::string assets, device = "cpu";
  static auto describe() {
    using O = DecoderOptions;
    return syrinx::options(syrinx::option("assets", &O::assets).asset().required().help("The model's folder: DIR or DIR/asset."),
                           syrinx::option("device", &O::device).help("Where the network runs: cpu, cuda:N or npu:N."));
  }
};

struct DvaeOptions {
  std::string assets, device = "cpu", quantizer = "a";
  static auto describe() {
    using O = DvaeOptions;
    return syrinx::options(
        syrinx::option("assets", &O::assets).asset().required().help("The model's folder: DIR or DIR/asset."),
        syrinx::option("device", &O::device).help("Where the network runs: cpu, cuda:N or npu:N."),
        syrinx::option("quantizer", &O::quantizer).choices({"z", "a0", "a", "b", "c"})
            .help("Arithmetic of the quantiser: a (vector-quantize-pytorch 1.12.17 to 1.18.3, current when the weights came out), z (1.12.0), a0 (1.12.8), b (to 1.25.2), c (from 1.26)."));
  }
};

struct DecoderModel {
  std::shared_ptr<const MelDecoder> decoder;
  static syrinx::Status create(syrinx::Call&, const DecoderOptions& options, const syrinx::Create& create, DecoderModel& out) {
    use_threads(static_cast<int>(create.threads));
    out.decoder = shared_decoder(options.assets, parse_placement(options.device, "f32"));
    return syrinx::ok;
  }
  at::Tensor features(const at::Tensor& steps) const { return steps.transpose(0, 1).unsqueeze(0); }  // [T, dim] -> [1, dim, T]
};

struct DvaeModel {
  std::shared_ptr<const Dvae> dvae;
  std::shared_ptr<const MelDecoder> decoder;
  GfsqVariant variant = GfsqVariant::kA;
  static syrinx::Status create(syrinx::Call&, const DvaeOptions& options, const syrinx::Create& create, DvaeModel& out) {
    use_threads(static_cast<int>(create.threads));
    out.dvae = shared_dvae(options.assets, parse_placement(options.device, "f32"));
    out.decoder = std::shared_ptr<const MelDecoder>(out.dvae, &out.dvae->decoder);
    out.variant = parse_gfsq_variant(options.quantizer);
    return syrinx::ok;
  }
  // [T, 4] -> [1, dim, T]
  at::Tensor features(const at::Tensor& codes) const { return dvae->quantizer.decode(codes.transpose(0, 1).unsqueeze(0), variant); }
};

template <class OptionsT, class ModelT>
class MelStage : public syrinx::Flow<OptionsT, ModelT> {
 public:
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    stream_ = this->model().decoder->open();
    offset_ = 0;
    width_ = 0;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    if (!item.tensor(0)) return syrinx::ok;
    const at::Tensor steps = as_torch(item.tensor(0));
    at::Tensor mel;
    {
      const Computing computing(this->model().decoder->device());
      if (const syrinx::Status status = check(call, steps); status != syrinx::ok) return status;
      const at::Tensor features = this->model().features(steps);
      width_ = features.size(1);
      mel = this->model().decoder->push(stream_, features, false).squeeze(0).cpu();
    }
    return hand_on(call, mel, false);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    if (width_ == 0) return call.emit(0, syrinx::Out().last());
    at::Tensor mel;
    {
      const Computing computing(this->model().decoder->device());
      mel = this->model().decoder->push(stream_, at::zeros({1, width_, 0}), true).squeeze(0).cpu();
    }
    return hand_on(call, mel, true);
  }

 protected:
  virtual syrinx::Status check(syrinx::Call& call, const at::Tensor& steps) = 0;

 private:
  // Without a turn to compute: emit may wait for a stage that waits for one.
  syrinx::Status hand_on(syrinx::Call& call, const at::Tensor& mel, bool last) {
    if (mel.size(1) == 0 && !last) return syrinx::ok;
    syrinx::Out out;
    if (mel.size(1) > 0) out.tensor(as_item(mel));
    out.offset(offset_).last(last);
    offset_ += mel.size(1);
    return call.emit(0, out);
  }

  MelDecoder::Stream stream_;
  int64_t offset_ = 0, width_ = 0;
};

class DecoderStage final : public MelStage<DecoderOptions, DecoderModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    const Dimensions facts = dimensions_of(options.assets);
    return {{{"hidden", syrinx::PortType("hidden").set("dim", facts.gpt.hidden).set("rate", kCodeRate).set("dtype", "f32")}},
            {{"mel", mel_port(facts.mel.bands)}}};
  }

 private:
  syrinx::Status check(syrinx::Call& call, const at::Tensor& steps) override {
    if (steps.dim() != 2 || steps.scalar_type() != at::kFloat) return call.fail(syrinx::invalid, "hidden must be f32 [T, dim]");
    if (!steps.isfinite().all().item<bool>())
      return call.fail(syrinx::invalid, "a hidden state contains NaN or infinity", "the generator's weights or precision are wrong: syrinx models verify");
    return syrinx::ok;
  }
};

class DvaeStage final : public MelStage<DvaeOptions, DvaeModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(4).vocab(Gfsq::kCodes).rate(kCodeRate)}}, {{"mel", mel_port(dimensions_of(options.assets).mel.bands)}}};
  }

 private:
  syrinx::Status check(syrinx::Call& call, const at::Tensor& codes) override {
    if (codes.dim() != 2 || codes.size(1) != 4 || codes.scalar_type() != at::kInt) return call.fail(syrinx::invalid, "codes must be i32 [T, 4]");
    if (codes.numel() > 0 && (codes.min().item<int>() < 0 || codes.max().item<int>() >= Gfsq::kCodes))
      return call.fail(syrinx::invalid, "a code is outside 0 to " + std::to_string(Gfsq::kCodes - 1));
    return syrinx::ok;
  }
};

}  // namespace chattts
