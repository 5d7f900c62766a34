// Rows that a language model continues, step by step: what the generator stage and the reference run share. Choosing the next ids is the
// caller's, so that any sampler serves.
#pragma once

#include <optional>
#include <vector>

#include "nn/gpt.h"

namespace chattts {

enum class Head { kCode, kText };

struct GenerationRow {
  Head head = Head::kCode;
  bool keep_hidden = false;
  at::Tensor prompt;            // [L, hidden] f32; given up after the first step
  KvCache cache;
  std::vector<int32_t> drawn;   // of every step, `channels` ids each, also those behind the end
  std::vector<float> hidden;    // [steps, hidden]: the state that predicted each step's ids; if kept
  int64_t ended = -1;           // the step that drew an end; -1: none did

  int64_t channels(const GptDimensions& shape) const { return head == Head::kCode ? shape.codebooks : 1; }
  int64_t steps(const GptDimensions& shape) const { return static_cast<int64_t>(drawn.size()) / channels(shape); }
  // Steps that count: before the end.
  int64_t length(const GptDimensions& shape) const { return ended >= 0 ? ended : steps(shape); }
};

// A prompt with a speaker: ids [L, codebooks] i64 and text [L] bool as in Gpt::embed_prompt; `speaker` [hidden] f32, or undefined, stands in
// for the embedding of every [spk_emb]. -> f32 [L, hidden]
at::Tensor embed_with_speaker(const Gpt& gpt, const at::Tensor& ids, const at::Tensor& text, const at::Tensor& speaker);

// A row for `prompt` [L, hidden] that may grow by `most` steps.
GenerationRow make_row(const Gpt& gpt, Head head, at::Tensor prompt, int64_t most, bool keep_hidden);

// Computes the next step of every row: new ones read their prompt, the others their last ids. -> hidden f32 [rows, hidden] on the
// model's device. Afterwards each row must `take` ids.
at::Tensor advance(const Gpt& gpt, const std::vector<GenerationRow*>& rows);

// Scores of rows of one head, rows [n, hidden] -> [n * channels, vocab] f32 on the host.
at::Tensor scores(const Gpt& gpt, Head head, const at::Tensor& hidden);

// The most recent ids of one channel, newest last, -1 where there are fewer.
void recent(const GenerationRow& row, int64_t channels, int64_t channel, int64_t window, int32_t* out);

// The ids drawn for a row, one for each channel. The row ends if one of them is `end_id`.
void take(GenerationRow& row, const int32_t* ids, int64_t channels, int32_t end_id);

}  // namespace chattts
