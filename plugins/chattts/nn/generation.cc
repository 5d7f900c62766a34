#include "nn/generation.h"

#include <algorithm>

#include "text/vocabulary.h"

namespace chattts {

at::Tensor embed_with_speaker(const Gpt& gpt, const at::Tensor& ids, const at::Tensor& text, const at::Tensor& speaker) {
  at::Tensor out = gpt.embed_prompt(ids, text);
  if (!speaker.defined()) return out;
  const at::Tensor here = (ids.select(1, 0) == kSpkEmb).unsqueeze(1).to(out.device());
  return at::where(here, speaker.to(out.device()).view({1, -1}), out);
}

GenerationRow make_row(const Gpt& gpt, Head head, at::Tensor prompt, int64_t most, bool keep_hidden) {
  GenerationRow row;
  row.head = head;
  row.keep_hidden = keep_hidden;
  row.cache = gpt.make_cache(std::min(prompt.size(0) + most, gpt.shape().positions));
  row.prompt = std::move(prompt);
  return row;
}

at::Tensor advance(const Gpt& gpt, const std::vector<GenerationRow*>& rows) {
  const GptDimensions& shape = gpt.shape();
  std::vector<at::Tensor> hidden(rows.size());
  std::vector<size_t> codes, texts;
  for (size_t i = 0; i < rows.size(); ++i) {
    GenerationRow& row = *rows[i];
    if (row.prompt.defined()) {
      hidden[i] = gpt.prefill(row.prompt, row.cache).slice(0, -1);
      row.prompt = at::Tensor();
    } else {
      (row.head == Head::kCode ? codes : texts).push_back(i);
    }
  }
  // The last ids of the others, embedded, in one step for all.
  std::vector<size_t> order(codes);
  order.insert(order.end(), texts.begin(), texts.end());
  if (!order.empty()) {
    std::vector<KvCache*> caches;
    for (size_t i : order) caches.push_back(&rows[i]->cache);
    const auto last_ids = [&](const std::vector<size_t>& which, int64_t channels) {
      at::Tensor ids = at::empty({static_cast<int64_t>(which.size()), channels}, at::kLong);
      auto* to = ids.data_ptr<int64_t>();
      for (size_t i : which) to = std::copy(rows[i]->drawn.end() - channels, rows[i]->drawn.end(), to);
      return ids;
    };
    std::vector<at::Tensor> embeds;
    if (!codes.empty()) embeds.push_back(gpt.embed_codes(last_ids(codes, shape.codebooks)));
    if (!texts.empty()) embeds.push_back(gpt.embed_text(last_ids(texts, 1).squeeze(1)));
    const at::Tensor states = gpt.decode(embeds.size() == 1 ? embeds[0] : at::cat(embeds), caches);
    for (size_t k = 0; k < order.size(); ++k) hidden[order[k]] = states.narrow(0, static_cast<int64_t>(k), 1);
  }
  const at::Tensor out = hidden.size() == 1 ? hidden[0] : at::cat(hidden);
  if (std::any_of(rows.begin(), rows.end(), [](const GenerationRow* row) { return row->keep_hidden; })) {
    const at::Tensor on_host = out.cpu().contiguous();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i]->keep_hidden) continue;
      const float* from = on_host.data_ptr<float>() + static_cast<int64_t>(i) * shape.hidden;
      rows[i]->hidden.insert(rows[i]->hidden.end(), from, from + shape.hidden);
    }
  }
  return out;
}

at::Tensor scores(const Gpt& gpt, Head head, const at::Tensor& hidden) {
  const at::Tensor all = head == Head::kCode ? gpt.code_scores(hidden).flatten(0, 1) : gpt.text_scores(hidden);
  return all.cpu().contiguous();
}

void recent(const GenerationRow& row, int64_t channels, int64_t channel, int64_t window, int32_t* out) {
  const int64_t steps = static_cast<int64_t>(row.drawn.size()) / channels;
  for (int64_t k = 0; k < window; ++k) {
    const int64_t step = steps - window + k;
    out[k] = step >= 0 ? row.drawn[static_cast<size_t>(step * channels + channel)] : -1;
  }
}

void take(GenerationRow& row, const int32_t* ids, int64_t channels, int32_t end_id) {
  const int64_t step = static_cast<int64_t>(row.drawn.size()) / channels;
  row.drawn.insert(row.drawn.end(), ids, ids + channels);
  if (row.ended < 0 && std::find(ids, ids + channels, end_id) != ids + channels) row.ended = step;
}

}  // namespace chattts
