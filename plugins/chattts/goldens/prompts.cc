#include "goldens/prompts.h"

#include "nn/generation.h"
#include "speaker/prompt_codes.h"
#include "speaker/vector.h"
#include "text/prompt.h"
#include "text/vocabulary.h"

namespace chattts {
namespace {

// Ids of a text, [n, codebooks] i64.
at::Tensor text_ids(const Subject& subject, const std::string& decorated, int64_t codebooks) {
  const std::vector<int32_t> ids = subject.tokenizer().encode(decorated);
  return at::tensor(at::IntArrayRef(std::vector<int64_t>(ids.begin(), ids.end())), at::kLong).unsqueeze(1).repeat({1, codebooks});
}

std::optional<std::string> text_or_null(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  return {};
}

template <class T>
void read(const Json& json, const char* name, T& out) {
  if (const auto found = json.find(name); found != json.end() && !found->is_null()) out = found->get<T>();
}
template <class T>
void read_nullable(const Json& json, const char* name, std::optional<T>& out) {
  const auto found = json.find(name);
  if (found == json.end()) return;
  if (found->is_null()) out.reset();
  else out = found->get<T>();
}

// What both kinds of parameters have.
template <class Params>
void read_common(const Json& json, Params& p) {
  if (!json.is_object()) return;
  read(json, "prompt", p.prompt);
  read_nullable(json, "top_P", p.top_P);
  read_nullable(json, "top_K", p.top_K);
  if (const auto found = json.find("temperature"); found != json.end())
    p.temperature = found->is_array() ? found->template get<std::vector<double>>() : std::vector<double>{found->template get<double>()};
  read(json, "repetition_penalty", p.repetition_penalty);
  read(json, "max_new_token", p.max_new_token);
  read(json, "min_new_token", p.min_new_token);
  read(json, "ensure_non_empty", p.ensure_non_empty);
  read_nullable(json, "manual_seed", p.manual_seed);
}

}  // namespace

at::Tensor speaker_vector(const Json& spk_emb) {
  if (!spk_emb.is_string()) return {};
  const std::vector<float> values = parse_speaker_string(spk_emb.get<std::string>()).normalized(0);
  return at::tensor(at::ArrayRef<float>(values), at::kFloat);
}

at::Tensor prompt_codes(const Json& spk_smp) {
  if (!spk_smp.is_string()) return {};
  const PromptCodes codes = parse_prompt_string(spk_smp.get<std::string>());
  return at::tensor(at::ArrayRef<int32_t>(codes.codes), at::kInt).to(at::kLong).view({static_cast<int64_t>(codes.heads), static_cast<int64_t>(codes.length)});
}

std::string encode_codes(const at::Tensor& codes) {
  const at::Tensor values = codes.to(at::kInt).contiguous();
  PromptCodes out;
  out.heads = static_cast<size_t>(values.size(0));
  out.length = static_cast<size_t>(values.size(1));
  out.codes.assign(values.data_ptr<int32_t>(), values.data_ptr<int32_t>() + values.numel());
  return prompt_string(out);
}

bool is_style_tag(int32_t id) { return id >= kBreak0; }

std::vector<std::string> speech_prompts(const std::vector<std::string>& texts, const InferCodeParams& params) {
  SpeechPrompt prompt;
  prompt.prompt = params.prompt;
  prompt.transcript = params.txt_smp.value_or("");
  prompt.embedding = params.spk_emb.has_value();
  prompt.compat = true;
  std::vector<std::string> out;
  for (const std::string& text : texts) out.push_back(decorate_speech(text, prompt));
  return out;
}

std::vector<std::string> refine_prompts(const std::vector<std::string>& texts, const std::string& prompt) {
  std::vector<std::string> out;
  for (const std::string& text : texts) out.push_back(decorate_refine(text, prompt));
  return out;
}

std::vector<at::Tensor> embed_speech(const Subject& subject, const std::vector<std::string>& decorated, const InferCodeParams& params) {
  const auto& gpt = subject.gpt();
  const at::Tensor speaker = params.spk_emb ? speaker_vector(*params.spk_emb) : at::Tensor();
  const at::Tensor codes = params.spk_smp ? prompt_codes(*params.spk_smp).transpose(0, 1) : at::Tensor();
  std::vector<at::Tensor> out;
  for (const std::string& text : decorated) {
    at::Tensor ids = text_ids(subject, text, gpt->shape().codebooks);
    at::Tensor is_text = at::ones({ids.size(0)}, at::kBool);
    if (codes.defined()) {
      ids = at::cat({ids, codes});
      is_text = at::cat({is_text, at::zeros({codes.size(0)}, at::kBool)});
    }
    out.push_back(embed_with_speaker(*gpt, ids, is_text, speaker));
  }
  return out;
}

std::vector<at::Tensor> embed_refine(const Subject& subject, const std::vector<std::string>& decorated) {
  const auto& gpt = subject.gpt();
  std::vector<at::Tensor> out;
  for (const std::string& text : decorated) {
    const at::Tensor ids = text_ids(subject, text, gpt->shape().codebooks);
    out.push_back(embed_with_speaker(*gpt, ids, at::ones({ids.size(0)}, at::kBool), {}));
  }
  return out;
}

std::vector<at::Tensor> unpadded(const at::Tensor& embeds, const at::Tensor& mask) {
  std::vector<at::Tensor> out;
  for (int64_t b = 0; b < embeds.size(0); ++b) out.push_back(embeds[b].index_select(0, mask[b].nonzero().squeeze(1)));
  return out;
}

void read_params(const Json& json, RefineTextParams& params) { read_common(json, params); }

void read_params(const Json& json, InferCodeParams& params) {
  if (!json.is_object()) return;
  read_common(json, params);
  for (const auto& [name, value] : {std::pair{"spk_emb", &params.spk_emb}, std::pair{"spk_smp", &params.spk_smp}, std::pair{"txt_smp", &params.txt_smp}})
    if (json.contains(name)) *value = text_or_null(json[name]);
  read(json, "stream_batch", params.stream_batch);
  read(json, "stream_speed", params.stream_speed);
  read(json, "pass_first_n_batches", params.pass_first_n_batches);
}

std::string numbered(char letter, size_t number) {
  std::string out(1, letter);
  out += std::to_string(number);
  out += '.';
  return out;
}

std::vector<std::string> texts_of(const Json& json) {
  if (json.is_string()) return {json.get<std::string>()};
  return json.get<std::vector<std::string>>();
}

}  // namespace chattts
