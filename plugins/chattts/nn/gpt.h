// The language model of ChatTTS: a pre-norm Llama stack over embeddings, with text and code embeddings in front and text and code
// heads behind it (Touvron et al. 2023; rotary positions after Su et al. 2021, SwiGLU after Shazeer 2020).
//
// Rows are never padded: every row has its own cache and its own positions, and on the CPU its own products, so a row computes the same
// bits whoever shares the step with it: a matrix library sums in another order for one row than for several, and which utterances meet in
// a step is a matter of time. (In f32 a product of up to three rows costs more than those rows one by one anyway.) A model is read-only after construction and may be used from several threads; a cache belongs to one caller at a time.
#pragma once

#include <functional>
#include <vector>

#include "files/dimensions.h"
#include "nn/placement.h"

namespace chattts {

// Keys (after rotation) and values of one row.
struct KvCache {
  at::Tensor keys, values;  // [layers, heads, capacity, 64]
  int64_t length = 0;       // positions filled
  int64_t capacity() const { return keys.size(2); }
};

class Gpt {
 public:
  // `body`: names like layers.0.self_attn.q_proj.weight; `embed`: emb_text.weight, head_code.0.parametrizations... The weight norm
  // of the heads is folded here. Throws syrinx::Failure for missing tensors.
  Gpt(const WeightSource& body, const WeightSource& embed, const GptDimensions& shape, const Placement& placement);

  const GptDimensions& shape() const { return shape_; }
  const Placement& placement() const { return placement_; }

  // Prompt: ids [L, codebooks] i64, text [L] bool; a text position takes channel 0 of the text table, any other the sum of the code
  // tables. -> f32 [L, hidden]. Host tensors in, device tensor out.
  at::Tensor embed_prompt(const at::Tensor& ids, const at::Tensor& text) const;
  // Codes of the step before, ids [B, codebooks] i64 -> f32 [B, hidden].
  at::Tensor embed_codes(const at::Tensor& ids) const;
  // Text ids [B] i64 -> f32 [B, hidden].
  at::Tensor embed_text(const at::Tensor& ids) const;

  // Memory is only reserved, not touched, on hosts that commit pages when they are written.
  KvCache make_cache(int64_t capacity) const;

  using LayerObserver = std::function<void(int64_t layer, const at::Tensor& residual)>;
  // The prompt of one row, embeds [L, hidden] f32, into an empty cache -> hidden f32 [L, hidden] behind the final norm.
  at::Tensor prefill(const at::Tensor& embeds, KvCache& cache, const LayerObserver& observe = {}) const;
  // One position for each row, embeds [B, hidden] f32 -> hidden f32 [B, hidden].
  at::Tensor decode(const at::Tensor& embeds, const std::vector<KvCache*>& caches) const;

  // hidden [B, hidden] f32 -> scores f32: [B, codebooks, audio_tokens] and [B, text_tokens].
  at::Tensor code_scores(const at::Tensor& hidden) const;
  at::Tensor text_scores(const at::Tensor& hidden) const;

 private:
  struct Layer {
    at::Tensor input_norm, attention_norm;  // f32 [hidden]
    at::Tensor qkv, out, gate_up, down;
  };
  at::Tensor norm(const at::Tensor& x, const at::Tensor& weight) const;
  // x [rows, n] of independent rows times `weight` transposed.
  at::Tensor product(const at::Tensor& x, const at::Tensor& weight) const;
  // qkv [n, 3 hidden] -> queries and keys rotated to `positions` [n]: [n, 2 heads, 64]
  at::Tensor rotate(const at::Tensor& qkv, const at::Tensor& positions) const;
  // `together`: the rows are positions of one utterance.
  at::Tensor mlp(const Layer& layer, const at::Tensor& x, bool together) const;

  GptDimensions shape_;
  Placement placement_;
  std::vector<Layer> layers_;
  at::Tensor final_norm_;
  at::Tensor emb_text_;               // [text_tokens, hidden] f32
  std::vector<at::Tensor> emb_code_;  // each [audio_tokens, hidden] f32
  at::Tensor head_text_, head_code_;  // f32 [text_tokens, hidden], [codebooks * audio_tokens, hidden]
  at::Tensor cos_, sin_;              // f32 [positions, 1, 32]
};

}  // namespace chattts
