// chattts/gpt: the language model. Utterances join and leave between steps; each is a row of its own (nn/generation.h), so it draws the
// same ids whoever shares its steps.
//
// In: tokens i32 [L, 1]; speaker (optional): an embedding f32 [hidden] that replaces [spk_emb], prompt codes i32 [4, S] behind the text.
// Out: hidden f32 [T, hidden] with ids i32 [T, 4], codes i32 [T, 4], or both; tokens i32 [T, 1] when the head is text. 46.875 steps make a
// second of speech.
#pragma once

#include <map>
#include <memory>
#include <syrinx/sdk.hpp>

#include "nn/generation.h"
#include "stages/models.h"

namespace chattts {

struct GeneratorOptions {
  std::string assets, device = "cpu", precision = "f32", emit = "hidden", head = "code";
  int max_new_token = 2048, min_new_token = 0, stream_batch = 24, rows = 8, retries = 8;
  bool ensure_non_empty = true;
  static auto describe() {
    using O = GeneratorOptions;
    return syrinx::options(
        syrinx::option("assets", &O::assets).asset().required().help("The model's folder: DIR or DIR/asset."),
        syrinx::option("device", &O::device).help("Where the network runs: cpu, cuda:N or npu:N. Items cross in host memory."),
        syrinx::option("precision", &O::precision).choices({"f32", "bf16", "f16"}).help("Of the layers' weights and states; heads are f32."),
        syrinx::option("emit", &O::emit).choices({"hidden", "codes", "both"}).help("hidden for chattts/decoder, codes for chattts/dvae."),
        syrinx::option("head", &O::head).choices({"code", "text"}).utterance().help("code speaks; text refines, as chattts/refiner asks."),
        syrinx::option("max_new_token", &O::max_new_token).range(1, 4096).utterance().help("Steps at most; 46.875 are a second."),
        syrinx::option("min_new_token", &O::min_new_token).range(0, 4096).utterance().help("No end before this many."),
        syrinx::option("ensure_non_empty", &O::ensure_non_empty).utterance().help("Draw the first step again if it is an end."),
        syrinx::option("retries", &O::retries).range(0, 1000).help("How often at most."),
        syrinx::option("stream_batch", &O::stream_batch).range(1, 4096).help("Steps that are handed on together."),
        syrinx::option("rows", &O::rows).range(1, 256).help("Utterances at once; more wait."));
  }
};

struct GeneratorModel {
  std::shared_ptr<const Gpt> gpt;
  static syrinx::Status create(syrinx::Call&, const GeneratorOptions& options, const syrinx::Create& create, GeneratorModel& out) {
    use_threads(static_cast<int>(create.threads));
    out.gpt = shared_gpt(options.assets, parse_placement(options.device, options.precision));
    return syrinx::ok;
  }
};

class GeneratorStage final : public syrinx::Flow<GeneratorOptions, GeneratorModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&);
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.steps = true;
    out.latency_ms = 500;
    return out;
  }
  ~GeneratorStage() override;

  syrinx::Status open(syrinx::Call& call) override;
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override;
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override;
  syrinx::Status finish(syrinx::Call& call, uint32_t port, uint32_t sequence) override;
  void end(syrinx::Call& call, uint32_t sequence, uint32_t how) override;
  syrinx::Status step(syrinx::Call& call) override;

 private:
  struct Utterance {
    GenerationRow row;
    std::vector<int32_t> tokens;
    at::Tensor embedding, prompt_codes;  // of the speaker; may be undefined
    bool tokens_done = false, speaker_done = false, prepared = false, done = false;
    int64_t least = 0, most = 0, window = 16, sent = 0;
    int retries = 0;
    uint64_t key = 0;
    std::vector<uint64_t> keys;  // of each channel
    const syx_sampler_v1* sampler = nullptr;
    syx_stage* sampler_stage = nullptr;
    syx_session* session = nullptr;
  };
  using Entry = std::pair<const uint32_t, Utterance>;

  const Gpt& gpt() const { return *model().gpt; }
  // A text row is a refiner's, who has no speaker to send.
  bool ready(const Utterance& u) const {
    return !u.done && u.tokens_done && (u.speaker_done || !has_speaker_ || u.row.head == Head::kText);
  }
  // A step without what leaves the stage: who has something to send.
  syrinx::Status compute(syrinx::Call& call, std::vector<Entry*>& to_send);
  syrinx::Status prepare(syrinx::Call& call, uint32_t sequence, Utterance& u);
  void set_keys(Utterance& u);
  // Draws for utterances of one sampler and head from their scores [rows * channels, vocab]; fills ids.
  syrinx::Status draw(syrinx::Call& call, const std::vector<Entry*>& group, const at::Tensor& scores, std::vector<int32_t>& ids);
  void send(syrinx::Call& call, uint32_t sequence, Utterance& u, bool last);
  void close(Utterance& u);
  int32_t end_id(const Utterance& u) const;

  bool has_speaker_ = false;  // the port is connected
  std::map<uint32_t, Utterance> utterances_;
};

}  // namespace chattts
