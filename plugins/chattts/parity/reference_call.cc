#include "parity/reference_call.h"

#include <algorithm>

namespace chattts {
namespace {

class Caller {
 public:
  Caller(const Networks& networks, const PromptMaker& prompts, CallParams params)
      : networks_(networks), prompts_(prompts), params_(std::move(params)), run_(networks.gpt, params_.seed), cutter_(params_.code) {}

  CallResult operator()() {
    if (params_.texts.empty()) return {};
    if (!params_.skip_refine_text) refine();
    if (params_.split_text && params_.texts.size() > 1 && !params_.code.spk_smp) reference_pass();
    const auto all = static_cast<int64_t>(params_.texts.size());
    const int64_t most = params_.split_text ? params_.max_split_batch : all;
    for (int64_t from = 0; from < all; from += most)
      sub_batch({params_.texts.begin() + from, params_.texts.begin() + std::min(all, from + most)});
    if (!params_.stream) finish();
    return std::move(result_);
  }

 private:
  const Generated& generate(Head head, std::vector<std::string> decorated, const std::vector<at::Tensor>& rows, const Sampling& sampling,
                            const std::function<void(const Generated&)>& snapshot = {}) {
    result_.prompts.push_back(std::move(decorated));
    result_.drawn.emplace_back();
    const StepObserver observe = [this](const at::Tensor&, const at::Tensor&, const at::Tensor&, const std::vector<int32_t>& ids) {
      result_.drawn.back().push_back(ids);
    };
    result_.generations.push_back(run_.generate(head, rows, sampling, static_cast<bool>(snapshot), {}, observe, snapshot));
    return result_.generations.back();
  }

  at::Tensor decode(const Generated& generated) {
    const GptDimensions& shape = networks_.gpt->shape();
    result_.decoded.push_back(params_.use_decoder
                                  ? decode_padded(hidden_of(generated, shape), *networks_.decoder, *networks_.vocos)
                                  : decode_padded(codes_of(generated, shape), *networks_.dvae, networks_.variant, *networks_.vocos));
    std::vector<int64_t> lengths;
    for (const GenerationRow& row : generated.rows) lengths.push_back(row.length(shape));
    result_.decoded_lengths.push_back(std::move(lengths));
    return result_.decoded.back();
  }

  // Style tags are dropped, and what is left is the new text.
  void refine() {
    std::vector<std::string> decorated = prompts_.decorate_refine(params_.texts, params_.refine.prompt);
    const std::vector<at::Tensor> rows = prompts_.embed_refine(decorated);
    const Generated& made = generate(Head::kText, std::move(decorated), rows, sampling_of(params_.refine));
    const GptDimensions& shape = networks_.gpt->shape();
    for (size_t b = 0; b < made.rows.size(); ++b) {
      std::vector<int32_t> ids(made.rows[b].drawn.begin(), made.rows[b].drawn.begin() + made.rows[b].length(shape));
      std::erase_if(ids, prompts_.is_style_tag);
      params_.texts[b] = prompts_.decode(ids);
    }
  }

  void reference_pass() {
    std::vector<std::string> decorated = prompts_.decorate_speech({params_.texts[0]}, params_.code);
    const std::vector<at::Tensor> rows = prompts_.embed_speech(decorated, params_.code);
    const at::Tensor audio = decode(generate(Head::kCode, std::move(decorated), rows, sampling_of(params_.code)));
    result_.decoded_by.push_back(result_.generations.size() - 1);
    result_.reference_codes = networks_.encoder->encode(audio[0], networks_.variant);
    params_.code.spk_smp = params_.recorded_spk_smp ? *params_.recorded_spk_smp : prompts_.encode_prompt(result_.reference_codes);
    params_.code.txt_smp = params_.texts[0];
  }

  void sub_batch(const std::vector<std::string>& texts) {
    std::vector<std::string> decorated = prompts_.decorate_speech(texts, params_.code);
    const std::vector<at::Tensor> rows = prompts_.embed_speech(decorated, params_.code);
    const size_t number = result_.generations.size();
    if (!params_.stream) {
      const Generated& made = generate(Head::kCode, std::move(decorated), rows, sampling_of(params_.code));
      if (!made.yielded) return;
      decode(made);
      result_.decoded_by.push_back(number);
      return;
    }
    at::Tensor audio;
    generate(Head::kCode, std::move(decorated), rows, sampling_of(params_.code), [&](const Generated& so_far) {
      audio = decode(so_far);
      result_.decoded_by.push_back(number);
      if (const at::Tensor chunk = cutter_.snapshot(audio); chunk.defined()) result_.chunks.emplace_back(number, chunk);
    });
    if (audio.defined()) result_.chunks.emplace_back(number, cutter_.tail(audio));
  }

  void finish() {
    const bool passed = result_.reference_codes.defined();
    for (size_t i = passed ? 1 : 0; i < result_.decoded.size(); ++i)
      for (const at::Tensor& row : result_.decoded[i].unbind(0)) result_.wavs.push_back(loud(row));
    if (params_.split_text && !result_.wavs.empty()) result_.wavs = {at::cat(result_.wavs)};
  }

  const Networks& networks_;
  const PromptMaker& prompts_;
  CallParams params_;
  ReferenceRun run_;
  ChunkCutter cutter_;
  CallResult result_;
};

}  // namespace

CallResult call(const Networks& networks, const PromptMaker& prompts, CallParams params) { return Caller(networks, prompts, std::move(params))(); }

}  // namespace chattts
