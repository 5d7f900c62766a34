#include "parity/reference_run.h"

#include <algorithm>
#include <syrinx/sdk.hpp>

#include "parity/reference_sampling.h"
#include "text/vocabulary.h"

namespace chattts {
namespace {

constexpr int64_t kMostRestarts = 10000;
constexpr float kSilence = 1e-5f;

at::Tensor padded(const std::vector<at::Tensor>& rows, at::ScalarType dtype) {
  int64_t longest = 0;
  for (const at::Tensor& row : rows) longest = std::max(longest, row.size(0));
  at::Tensor out = at::zeros({static_cast<int64_t>(rows.size()), rows[0].size(1), longest}, dtype);
  for (size_t b = 0; b < rows.size(); ++b) out[static_cast<int64_t>(b)].narrow(1, 0, rows[b].size(0)).copy_(rows[b].transpose(0, 1));
  return out;
}

}  // namespace

Sampling sampling_of(const RefineTextParams& p) {
  return {p.temperature, p.top_P, p.top_K, p.repetition_penalty, p.max_new_token, p.min_new_token, p.ensure_non_empty, p.manual_seed, 24};
}

Sampling sampling_of(const InferCodeParams& p) {
  return {p.temperature, p.top_P, p.top_K, p.repetition_penalty, p.max_new_token, p.min_new_token, p.ensure_non_empty, p.manual_seed, p.stream_batch};
}

Generated ReferenceRun::generate(Head head, const std::vector<at::Tensor>& prompts, const Sampling& sampling, bool stream,
                                 const std::function<bool(int64_t)>& interrupt, const StepObserver& observe,
                                 const std::function<void(const Generated&)>& snapshot) {
  const GptDimensions& shape = gpt_->shape();
  Generated out;
  std::vector<GenerationRow*> rows;
  for (const at::Tensor& prompt : prompts) out.rows.push_back(make_row(*gpt_, head, prompt, sampling.max_new_token, /*keep_hidden=*/true));
  for (GenerationRow& row : out.rows) rows.push_back(&row);
  const int64_t channels = rows[0]->channels(shape), vocab = head == Head::kCode ? shape.audio_tokens : shape.text_tokens;
  const auto total = channels * static_cast<int64_t>(rows.size());
  const int32_t end_id = head == Head::kCode ? static_cast<int32_t>(vocab - 1) : kEbreak;
  const auto yield = [&] {
    std::vector<int64_t> lengths;
    for (const GenerationRow* row : rows) lengths.push_back(row->length(shape));
    out.snapshots.push_back(lengths);
    if (snapshot) snapshot(out);
  };
  int64_t stream_iter = 0;
  for (int64_t i = 0; i < sampling.max_new_token; ++i) {
    const at::Tensor raw = scores(*gpt_, head, advance(*gpt_, rows));
    std::vector<int32_t> history(static_cast<size_t>(total * kWindow));
    for (int64_t r = 0; r < total; ++r) recent(*rows[static_cast<size_t>(r / channels)], channels, r % channels, kWindow, history.data() + r * kWindow);
    std::vector<int32_t> ids;
    const auto any_end = [&] { return std::find(ids.begin(), ids.end(), end_id) != ids.end(); };
    for (int64_t restart = 0;; ++restart) {
      const at::Tensor scored = raw.clone();
      apply_reference_chain(scored, history, kWindow, channels, head == Head::kCode ? end_id : vocab, sampling, i < sampling.min_new_token ? end_id : -1);
      if (sampling.manual_seed) generator_.reseed(*sampling.manual_seed);
      const at::Tensor q = exponential(generator_, total, vocab);
      ids = race(scored, q);
      if (observe) observe(raw, scored, q, ids);
      // The reference starts the whole batch again; its prompt gives the same scores, and only the generator has moved on.
      if (i > 0 || !any_end() || !sampling.ensure_non_empty || sampling.manual_seed) break;
      if (restart == kMostRestarts) throw syrinx::Failure(syrinx::failed_precondition, "the first step drew an end again and again");
    }
    if (i == 0 && any_end()) {
      out.yielded = false;
      return out;
    }
    for (size_t b = 0; b < rows.size(); ++b) take(*rows[b], ids.data() + static_cast<int64_t>(b) * channels, channels, end_id);
    const bool finished = std::all_of(rows.begin(), rows.end(), [](const GenerationRow* row) { return row->ended >= 0; });
    if (!finished) ++stream_iter;
    if (stream && stream_iter > 0 && stream_iter % sampling.stream_batch == 0) yield();
    if (finished || (interrupt && interrupt(i))) break;
  }
  yield();
  return out;
}

at::Tensor decode_padded(const std::vector<at::Tensor>& hidden, const MelDecoder& decoder, const Vocos& vocos) {
  return vocos.decode(decoder.decode(padded(hidden, at::kFloat))).cpu();
}

at::Tensor decode_padded(const std::vector<at::Tensor>& codes, const Dvae& dvae, GfsqVariant variant, const Vocos& vocos) {
  return vocos.decode(dvae.decoder.decode(dvae.quantizer.decode(padded(codes, at::kLong), variant))).cpu();
}

std::vector<at::Tensor> hidden_of(const Generated& generated, const GptDimensions& shape) {
  std::vector<at::Tensor> out;
  for (const GenerationRow& row : generated.rows)
    out.push_back(at::from_blob(const_cast<float*>(row.hidden.data()), {row.length(shape), shape.hidden}, at::kFloat).clone());
  return out;
}

std::vector<at::Tensor> codes_of(const Generated& generated, const GptDimensions& shape) {
  std::vector<at::Tensor> out;
  for (const GenerationRow& row : generated.rows)
    out.push_back(at::from_blob(const_cast<int32_t*>(row.drawn.data()), {row.length(shape), row.channels(shape)}, at::kInt).to(at::kLong));
  return out;
}

at::Tensor loud(const at::Tensor& samples) { return samples.masked_select(samples.abs() > kSilence); }

at::Tensor ChunkCutter::snapshot(const at::Tensor& audio) {
  if (++count_ <= params_.pass_first_n_batches) return {};
  const int64_t to = std::min(length_ + params_.stream_speed, audio.size(1));
  const at::Tensor out = audio.slice(1, std::min(length_, to), to);
  length_ = to;
  return out;
}

at::Tensor ChunkCutter::tail(const at::Tensor& audio) const {
  const at::Tensor rest = audio.slice(1, std::min(length_, audio.size(1)));
  const at::Tensor kept = (rest.abs() > kSilence).any(0).nonzero().squeeze(1);
  return rest.index_select(1, kept);
}

}  // namespace chattts
