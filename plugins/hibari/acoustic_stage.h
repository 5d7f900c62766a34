// hibari/acoustic: phoneme ids to spectral parts and pitch (specification, section 7).
#pragma once

#include <syrinx/sdk.hpp>

#include "acoustic_model.h"
#include "phonemizer_stage.h"
#include "source_filter.h"

namespace hibari {

// What lies between the acoustic model and its vocoders: five parts of 601 bins, 80 frames a second.
inline syrinx::Spectral spectral_port() {
  return syrinx::Spectral{}.parts("lh,theta,ln,lr,phi").bins(kFftBins).fft(kFft).hop(kHop).rate(80).sample_rate(kSampleRate);
}

struct AcousticOptions {
  std::string voice = "voice:hibari/hibari.onnx";
  float speed = 1;
  static auto describe() {
    return syrinx::options(
        syrinx::option("voice", &AcousticOptions::voice).asset().help("The network; every voice of this family is one file."),
        syrinx::option("speed", &AcousticOptions::speed).range(0.25, 4).utterance().help("2 is twice as fast; the pitch stays. 0.5 to 2 sound well."));
  }
};

struct AcousticWeights {
  std::shared_ptr<const AcousticModel> network;
  static syrinx::Status create(syrinx::Call& call, const AcousticOptions& options, const syrinx::Create&, AcousticWeights& out) {
    std::string error;
    out.network = AcousticModel::load(options.voice, best_kernels(), &error);
    return out.network ? syrinx::ok : call.fail(syrinx::not_found, error, "syrinx voices install hibari");
  }
};

class AcousticStage final : public syrinx::Flow<AcousticOptions, AcousticWeights> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"tokens", syrinx::Tokens{}.vocab(kVocabulary).heads(1).tokenizer(kVocabularyDigest)}}, {{"spectral", spectral_port().strided(true)}}};
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    ids_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView tokens = item.tensor(0);
    if (!tokens) return syrinx::ok;
    if (!tokens.is<int32_t>() || !tokens.contiguous() || (tokens.dims() == 2 && tokens.size(1) != 1))
      return call.fail(syrinx::invalid, "tokens must be i32 [L, 1]");
    ids_.insert(ids_.end(), tokens.data<int32_t>(), tokens.data<int32_t>() + tokens.elements());
    return syrinx::ok;
  }

  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    if (ids_.size() < 3 || call.finish_early()) return call.emit(0, syrinx::Out().last());
    std::vector<float> f0;
    syrinx::Json meta;
    syrinx::Status status = syrinx::ok;
    int total = 0;
    std::string error;
    work_.threads = static_cast<int>(created().threads);
    work_.parallel = [&](int parts, const std::function<void(int)>& body) {
      call.parallel_for(static_cast<uint64_t>(parts), [&](uint64_t i) { body(static_cast<int>(i)); });
    };
    const bool done = model().network->run(
        ids_, options().speed, work_,
        [&](const AcousticOutput& shape) {
          f0 = shape.f0;
          total = shape.frames;
          meta = {{"durations", shape.durations}, {"unit_ms", 25}};
          return true;
        },
        [&](int first, int count, const float* frames) {
          // The host's memory is reused from block to block; only its shape is ours: frames lie as the network makes them.
          syrinx::Tensor block = call.tensor<float>({count, kParts, kBins}), pitch = call.tensor<float>({count});
          std::copy(frames, frames + int64_t{count} * kHeadOutputs, block.data<float>());
          std::copy(f0.begin() + first, f0.begin() + first + count, pitch.data<float>());
          syrinx::Out out;
          float* const data = block.data<float>();
          out.tensor(syrinx::wrap(std::move(block), data, {kParts, kBins, count}, {kBins, 1, kHeadOutputs}));
          out.tensor(std::move(pitch));
          out.offset(first);
          if (first == 0) out.meta(meta);
          status = call.emit(0, out.last(first + count == total));
          call.progress(static_cast<uint64_t>(first + count), static_cast<uint64_t>(total));
          return status == syrinx::ok;
        },
        [&] { return call.cancelled(); }, kBlock, &error);
    if (done) return syrinx::ok;
    if (status != syrinx::ok) return status;
    return error.empty() ? syrinx::cancelled : call.fail(syrinx::invalid, error);
  }

 private:
  static constexpr int kBlock = 16;  // frames handed on at once: 0.2 s
  std::vector<int32_t> ids_;
  Workspace work_;
};

}  // namespace hibari
