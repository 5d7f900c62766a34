// Prompts of recorded runs: texts, a speaker's string and a recording's codes as embeddings, row by row.
#pragma once

#include <string>
#include <vector>

#include "goldens/checks.h"
#include "parity/reference_run.h"

namespace chattts {

// What stands in for [spk_emb], [hidden] f32; undefined for a JSON null.
at::Tensor speaker_vector(const Json& spk_emb);
// The string of codes [4, T].
std::string encode_codes(const at::Tensor& codes);
// [4, S] i64; undefined for null.
at::Tensor prompt_codes(const Json& spk_smp);

// Tags that ask for a manner of speaking; the reference drops them from a refined text.
bool is_style_tag(int32_t id);

// Texts as the reference decorates them.
std::vector<std::string> speech_prompts(const std::vector<std::string>& texts, const InferCodeParams& params);
std::vector<std::string> refine_prompts(const std::vector<std::string>& texts, const std::string& prompt);

// Decorated texts -> embeddings of each row.
std::vector<at::Tensor> embed_speech(const Subject& subject, const std::vector<std::string>& decorated, const InferCodeParams& params);
std::vector<at::Tensor> embed_refine(const Subject& subject, const std::vector<std::string>& decorated);

// Recorded embeddings [B, L, hidden] with their mask, without padding.
std::vector<at::Tensor> unpadded(const at::Tensor& embeds, const at::Tensor& mask);

// Parameters under ChatTTS's names; those that `json` lacks keep their values.
void read_params(const Json& json, RefineTextParams& params);
void read_params(const Json& json, InferCodeParams& params);
// The names of a case's tensors begin with a letter and its number: "s1.".
std::string numbered(char letter, size_t number);
std::vector<std::string> texts_of(const Json& json);  // a text or a list of them

}  // namespace chattts
