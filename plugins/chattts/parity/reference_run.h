// A whole call of the reference implementation, step by step in its own order and with its own quirks: what `compat: chattts` and
// `rng: torch` mean for a batch of texts. The pipeline's stages do the same work for independent utterances; this is for comparing with
// recordings of the reference, whose batches share one random generator from refinement to the last sub-batch.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nn/generation.h"
#include "stages/models.h"
#include "torch_race.h"

namespace chattts {

struct RefineTextParams {
  std::string prompt;
  std::optional<double> top_P = 0.7;
  std::optional<int64_t> top_K = 20;
  std::vector<double> temperature = {0.7};
  double repetition_penalty = 1.0;
  int64_t max_new_token = 384, min_new_token = 0;
  bool ensure_non_empty = true;
  std::optional<uint64_t> manual_seed;
};

struct InferCodeParams {
  std::string prompt = "[speed_5]";
  std::optional<std::string> spk_emb, spk_smp, txt_smp;
  std::optional<double> top_P = 0.7;
  std::optional<int64_t> top_K = 20;
  std::vector<double> temperature = {0.3};
  double repetition_penalty = 1.05;
  int64_t max_new_token = 2048, min_new_token = 0;
  bool ensure_non_empty = true;
  std::optional<uint64_t> manual_seed;
  int64_t stream_batch = 24, stream_speed = 12000, pass_first_n_batches = 2;
};

// The parameters of one generation, whichever head.
struct Sampling {
  std::vector<double> temperature;
  std::optional<double> top_P;
  std::optional<int64_t> top_K;
  double repetition_penalty = 1;
  int64_t max_new_token = 0, min_new_token = 0;
  bool ensure_non_empty = true;
  std::optional<uint64_t> manual_seed;
  int64_t stream_batch = 24;
};
Sampling sampling_of(const RefineTextParams& params);
Sampling sampling_of(const InferCodeParams& params);

// What a step drew, for comparisons: scores behind the chain [rows, vocab] (removed: -inf), the exponential draws q [rows, vocab], ids.
using StepObserver = std::function<void(const at::Tensor& raw_scores, const at::Tensor& scores, const at::Tensor& q, const std::vector<int32_t>& drawn)>;

struct Generated {
  bool yielded = true;  // false: the reference yields nothing for the whole batch
  std::vector<GenerationRow> rows;
  std::vector<std::vector<int64_t>> snapshots;  // lengths of the rows at every yield
};

class ReferenceRun {
 public:
  ReferenceRun(std::shared_ptr<const Gpt> gpt, uint64_t seed) : gpt_(std::move(gpt)), generator_(seed) {}

  // One generation over rows of prompts, each [L, hidden] f32. `interrupt` is asked after the step of that number (from 0) was computed.
  // `snapshot` gets the lengths at every yield while streaming, and at the end.
  Generated generate(Head head, const std::vector<at::Tensor>& prompts, const Sampling& sampling, bool stream = false,
                     const std::function<bool(int64_t)>& interrupt = {}, const StepObserver& observe = {},
                     const std::function<void(const Generated&)>& snapshot = {});

 private:
  std::shared_ptr<const Gpt> gpt_;
  basic::TorchRace generator_;
};

// Rows [T_b, channels] of unequal length -> samples [B, 256 (2 T - 1)], zero-padded to the longest, T = max T_b. From hidden states by
// the decoder, from codes by the DVAE.
at::Tensor decode_padded(const std::vector<at::Tensor>& hidden, const MelDecoder& decoder, const Vocos& vocos);
at::Tensor decode_padded(const std::vector<at::Tensor>& codes, const Dvae& dvae, GfsqVariant variant, const Vocos& vocos);

// The rows of a generation as tensors: hidden [T, hidden] f32, codes [T, 4] i64.
std::vector<at::Tensor> hidden_of(const Generated& generated, const GptDimensions& shape);
std::vector<at::Tensor> codes_of(const Generated& generated, const GptDimensions& shape);

// Samples louder than 1e-5, from anywhere.
at::Tensor loud(const at::Tensor& samples);

// Which part of a growing decode is yielded while streaming. The counters run on from one sub-batch to the next, as in the reference.
class ChunkCutter {
 public:
  explicit ChunkCutter(const InferCodeParams& params) : params_(params) {}
  // `audio` [B, L] of a snapshot -> what is yielded now, or undefined. The last snapshot of a sub-batch comes to `snapshot` and then to `tail`.
  at::Tensor snapshot(const at::Tensor& audio);
  at::Tensor tail(const at::Tensor& audio) const;

 private:
  InferCodeParams params_;
  int64_t length_ = 0, count_ = 0;
};

}  // namespace chattts
