// A call of the reference's `infer`: refinement of all texts as one batch, the reference pass that makes the first text's voice the voice of
// all, sub-batches, and what is returned or streamed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "parity/reference_run.h"

namespace chattts {

struct CallParams {
  std::vector<std::string> texts;  // split and normalised
  bool stream = false, skip_refine_text = false, use_decoder = true, split_text = true;
  int64_t max_split_batch = 4;
  uint64_t seed = 0;
  RefineTextParams refine;
  InferCodeParams code;
  // What a reference pass made, to go on with instead of what this run makes of its own audio: a code on the border between two values may
  // fall the other way there.
  std::optional<std::string> recorded_spk_smp;
};

struct CallResult {
  std::vector<std::vector<std::string>> prompts;     // decorated, of every generation
  std::vector<Generated> generations;                // refinement, reference pass, sub-batches, as far as they ran
  std::vector<std::vector<std::vector<int32_t>>> drawn;  // of every generation, of every step
  std::vector<at::Tensor> decoded;                   // every decode [B, L], in order
  std::vector<size_t> decoded_by;                    // the generation it belongs to
  std::vector<std::vector<int64_t>> decoded_lengths;
  std::vector<std::pair<size_t, at::Tensor>> chunks; // while streaming: generation, [B, n]
  std::vector<at::Tensor> wavs;                      // otherwise: quiet samples dropped, joined if the text was split
  at::Tensor reference_codes;                        // [4, T] that the reference pass made of its audio
};

// How texts become rows of embeddings; the tokenizer's and the speaker codec's work.
struct PromptMaker {
  std::function<std::vector<std::string>(const std::vector<std::string>&, const std::string&)> decorate_refine;
  std::function<std::vector<std::string>(const std::vector<std::string>&, const InferCodeParams&)> decorate_speech;
  std::function<std::vector<at::Tensor>(const std::vector<std::string>&)> embed_refine;
  std::function<std::vector<at::Tensor>(const std::vector<std::string>&, const InferCodeParams&)> embed_speech;
  std::function<std::string(const std::vector<int32_t>&)> decode;  // ids without style tags to text
  std::function<bool(int32_t)> is_style_tag;
  std::function<std::string(const at::Tensor&)> encode_prompt;  // codes [4, T] to a string
};

struct Networks {
  std::shared_ptr<const Gpt> gpt;
  std::shared_ptr<const MelDecoder> decoder;
  std::shared_ptr<const Dvae> dvae;
  std::shared_ptr<const SpeechEncoder> encoder;
  std::shared_ptr<const Vocos> vocos;
  GfsqVariant variant = GfsqVariant::kA;
};

CallResult call(const Networks& networks, const PromptMaker& prompts, CallParams params);

}  // namespace chattts
