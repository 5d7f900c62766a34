#include "stages/generator_stage.h"

#include "stages/torch_bridge.h"
#include "text/vocabulary.h"

namespace chattts {
namespace {

constexpr uint32_t kTokensIn = 0, kSpeakerIn = 1;
constexpr double kStepsPerSecond = 46.875;

bool emits_hidden(const GeneratorOptions& options) { return options.emit != "codes"; }
bool emits_codes(const GeneratorOptions& options) { return options.emit != "hidden"; }
// Output ports in order: hidden?, codes?, tokens.
uint32_t codes_port(const GeneratorOptions& options) { return emits_hidden(options) ? 1 : 0; }
uint32_t tokens_port(const GeneratorOptions& options) { return codes_port(options) + (emits_codes(options) ? 1 : 0); }

}  // namespace

syrinx::Ports GeneratorStage::ports(const Options& options, const syrinx::Inputs&) {
  const Dimensions facts = dimensions_of(options.assets);
  syrinx::Ports out;
  out.in = {{"tokens", syrinx::Tokens{}.vocab(static_cast<int>(facts.gpt.text_tokens)).heads(1)},
            {"speaker", syrinx::PortType("speaker").set("dim", facts.gpt.hidden).set("prompt_heads", facts.gpt.codebooks).optional()}};
  if (emits_hidden(options))
    out.out.push_back({"hidden", syrinx::PortType("hidden").set("dim", facts.gpt.hidden).set("rate", kStepsPerSecond).set("dtype", "f32")});
  if (emits_codes(options))
    out.out.push_back({"codes", syrinx::Codes{}.heads(static_cast<int>(facts.gpt.codebooks)).vocab(static_cast<int>(facts.gpt.audio_tokens) - 1).rate(kStepsPerSecond)});
  out.out.push_back({"tokens", syrinx::Tokens{}.vocab(static_cast<int>(facts.gpt.text_tokens)).heads(1)});
  return out;
}

GeneratorStage::~GeneratorStage() {
  for (auto& [sequence, utterance] : utterances_) close(utterance);
}

syrinx::Status GeneratorStage::open(syrinx::Call&) {
  const syrinx::Json none = syrinx::Json::object();
  has_speaker_ = created().ports.value("in", none).value("speaker", none).value("connected", false);
  return syrinx::ok;
}

syrinx::Status GeneratorStage::begin(syrinx::Call& call, const syrinx::Begin& begin) {
  if (utterances_.size() >= static_cast<size_t>(options().rows)) return syrinx::busy;
  const bool text = begin.options.value("head", options().head) == "text";
  const syrinx::Slot* slot = begin.slot(text && begin.slot("text_sampler") ? "text_sampler" : "sampler");
  const auto* table = slot ? slot->table<syx_sampler_v1>(SYX_SAMPLER_V1) : nullptr;
  if (!table) return call.fail(syrinx::failed_precondition, "no sampler in the slot \"sampler\"", "uses: { sampler: STAGE }");
  Utterance u;
  u.row.head = text ? Head::kText : Head::kCode;
  u.least = begin.options.value("min_new_token", options().min_new_token);
  u.most = begin.options.value("max_new_token", options().max_new_token);
  u.retries = begin.options.value("ensure_non_empty", options().ensure_non_empty) ? options().retries : 0;
  u.window = slot->parsed().value("window", 16);
  u.key = begin.key;
  set_keys(u);
  u.sampler = table;
  u.sampler_stage = slot->stage;
  const syrinx::Status status = table->open(call.raw(), slot->stage, syrinx::to_str(slot->options), &u.session);
  if (status != syrinx::ok) return status;
  utterances_.emplace(begin.sequence, std::move(u));
  return syrinx::ok;
}

void GeneratorStage::set_keys(Utterance& u) {
  u.keys.clear();
  for (int64_t head = 0; head < u.row.channels(gpt().shape()); ++head) u.keys.push_back(syx_key(u.key, "head", static_cast<uint64_t>(head)));
}

syrinx::Status GeneratorStage::push(syrinx::Call& call, syrinx::Item item) {
  Utterance& u = utterances_.at(item.sequence());
  if (item.port() == kTokensIn) {
    const syrinx::TensorView ids = item.tensor(0);
    if (!ids) return syrinx::ok;
    if (!ids.is<int32_t>() || !ids.contiguous()) return call.fail(syrinx::invalid, "tokens must be i32 [L, 1]");
    u.tokens.insert(u.tokens.end(), ids.data<int32_t>(), ids.data<int32_t>() + ids.elements());
    return syrinx::ok;
  }
  const GptDimensions& shape = gpt().shape();
  if (item.tensor(0)) {
    u.embedding = as_torch(item.tensor(0)).clone();
    if (u.embedding.numel() != shape.hidden)
      return call.fail(syrinx::invalid, "the speaker has " + std::to_string(u.embedding.numel()) + " components, the model wants " + std::to_string(shape.hidden));
    if (!u.embedding.isfinite().all().item<bool>()) return call.fail(syrinx::invalid, "the speaker contains NaN or infinity");
  }
  if (item.tensor(1)) {
    u.prompt_codes = as_torch(item.tensor(1)).to(at::kLong, false, true);
    if (u.prompt_codes.dim() != 2 || u.prompt_codes.size(0) != shape.codebooks)
      return call.fail(syrinx::invalid, "prompt codes must be i32 [" + std::to_string(shape.codebooks) + ", S]");
    if (u.prompt_codes.numel() > 0 && (u.prompt_codes.min().item<int64_t>() < 0 || u.prompt_codes.max().item<int64_t>() >= shape.audio_tokens - 1))
      return call.fail(syrinx::invalid, "a prompt code is outside 0 to " + std::to_string(shape.audio_tokens - 2));
  }
  return syrinx::ok;
}

syrinx::Status GeneratorStage::finish(syrinx::Call&, uint32_t port, uint32_t sequence) {
  Utterance& u = utterances_.at(sequence);
  (port == kSpeakerIn ? u.speaker_done : u.tokens_done) = true;
  return syrinx::ok;
}

int32_t GeneratorStage::end_id(const Utterance& u) const {
  return u.row.head == Head::kCode ? static_cast<int32_t>(gpt().shape().audio_tokens - 1) : kEbreak;
}

syrinx::Status GeneratorStage::prepare(syrinx::Call& call, uint32_t sequence, Utterance& u) {
  const GptDimensions& shape = gpt().shape();
  const auto n = static_cast<int64_t>(u.tokens.size());
  const int64_t prompt = u.prompt_codes.defined() ? u.prompt_codes.size(1) : 0;
  u.prepared = true;
  if (n + prompt >= shape.positions)
    return call.end(sequence, syrinx::invalid, "the prompt has " + std::to_string(n + prompt) + " positions, the model has " + std::to_string(shape.positions),
                    "shorten the text (a splitter in front does), or the voice's recording");
  at::Tensor ids = at::zeros({n + prompt, shape.codebooks}, at::kLong), text = at::zeros({n + prompt}, at::kBool);
  auto* to = ids.data_ptr<int64_t>();
  for (int64_t i = 0; i < n; ++i) {
    const int32_t id = u.tokens[static_cast<size_t>(i)];
    if (id < 0 || id >= shape.text_tokens)
      return call.end(sequence, syrinx::invalid, "token " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(shape.text_tokens));
    std::fill(to + i * shape.codebooks, to + (i + 1) * shape.codebooks, id);
  }
  text.narrow(0, 0, n).fill_(true);
  if (prompt > 0) ids.narrow(0, n, prompt).copy_(u.prompt_codes.transpose(0, 1));
  at::Tensor embeds = embed_with_speaker(gpt(), ids, text, u.row.head == Head::kCode ? u.embedding : at::Tensor());
  u.most = std::min(u.most, shape.positions - n - prompt);
  GenerationRow row = make_row(gpt(), u.row.head, std::move(embeds), u.most, emits_hidden(options()) && u.row.head == Head::kCode);
  u.row = std::move(row);
  return syrinx::ok;
}

syrinx::Status GeneratorStage::step(syrinx::Call& call) {
  std::vector<Entry*> to_send;
  syrinx::Status status = compute(call, to_send);
  // Not while it is our turn to compute: whoever takes the items may be waiting for it.
  for (Entry* entry : to_send) send(call, entry->first, entry->second, entry->second.done);
  return status;
}

syrinx::Status GeneratorStage::compute(syrinx::Call& call, std::vector<Entry*>& to_send) {
  const Computing computing(gpt().placement().device);
  const GptDimensions& shape = gpt().shape();
  std::vector<Entry*> active;
  for (Entry& entry : utterances_) {
    Utterance& u = entry.second;
    if (!ready(u) || call.room(u.row.head == Head::kCode ? 0 : tokens_port(options()), entry.first) == 0) continue;
    if (u.tokens.empty()) {  // nothing to say
      u.done = true;
      to_send.push_back(&entry);
      continue;
    }
    if (!u.prepared) {
      prepare(call, entry.first, u);
      if (!u.row.prompt.defined()) {
        u.done = true;
        continue;
      }
    }
    active.push_back(&entry);
  }
  if (active.empty()) return to_send.empty() ? syrinx::idle : syrinx::ok;
  // Rows of one head and sampler together, heads first, so that their states are neighbours.
  std::stable_sort(active.begin(), active.end(), [](const Entry* a, const Entry* b) {
    return std::make_pair(a->second.row.head, a->second.sampler_stage) < std::make_pair(b->second.row.head, b->second.sampler_stage);
  });
  std::vector<GenerationRow*> rows;
  for (Entry* entry : active) rows.push_back(&entry->second.row);
  const at::Tensor hidden = advance(gpt(), rows);
  for (size_t from = 0; from < active.size();) {
    const Utterance& first = active[from]->second;
    size_t to = from;
    while (to < active.size() && active[to]->second.row.head == first.row.head && active[to]->second.sampler_stage == first.sampler_stage) ++to;
    const std::vector<Entry*> group(active.begin() + static_cast<int64_t>(from), active.begin() + static_cast<int64_t>(to));
    const at::Tensor scored = scores(gpt(), first.row.head, hidden.narrow(0, static_cast<int64_t>(from), static_cast<int64_t>(to - from)));
    std::vector<int32_t> ids;
    syrinx::Status status = draw(call, group, scored.clone(), ids);
    if (status != syrinx::ok) return status;
    const int64_t channels = first.row.channels(shape);
    for (size_t i = 0; i < group.size(); ++i) {
      auto& [sequence, u] = *group[i];
      int32_t* own = ids.data() + static_cast<int64_t>(i) * channels;
      // An end in the first step would be silence: draw again, from a key of its own.
      for (int attempt = 1; u.row.steps(shape) == 0 && std::find(own, own + channels, end_id(u)) != own + channels && attempt <= u.retries; ++attempt) {
        u.key = syx_key(u.key, "retry", static_cast<uint64_t>(attempt));
        set_keys(u);
        std::vector<int32_t> again;
        status = draw(call, {group[i]}, scored.narrow(0, static_cast<int64_t>(i) * channels, channels).clone(), again);
        if (status != syrinx::ok) return status;
        std::copy(again.begin(), again.end(), own);
      }
      take(u.row, own, channels, end_id(u));
      call.raw()->progress(call.raw(), sequence, static_cast<uint64_t>(u.row.steps(shape)), static_cast<uint64_t>(u.most));
      const bool ended = u.row.ended >= 0, full = u.row.steps(shape) >= u.most;
      if (full && !ended && u.row.head == Head::kCode)
        call.warn("the speech was cut at max_new_token = " + std::to_string(u.most) + " steps");
      u.done = ended || full;
      if (u.done || u.row.length(shape) - u.sent >= options().stream_batch) to_send.push_back(group[i]);
      if (u.done) u.row.cache = KvCache();  // it is large; the rest goes with `end`
    }
    from = to;
  }
  return syrinx::ok;
}

syrinx::Status GeneratorStage::draw(syrinx::Call& call, const std::vector<Entry*>& group, const at::Tensor& scored, std::vector<int32_t>& ids) {
  const GptDimensions& shape = gpt().shape();
  const int64_t channels = group[0]->second.row.channels(shape), rows = channels * static_cast<int64_t>(group.size());
  int64_t window = 1;
  for (const Entry* entry : group) window = std::max(window, entry->second.window);
  std::vector<int32_t> history(static_cast<size_t>(rows * window)), forbid;
  std::vector<uint32_t> steps, heads, forbid_from{0};
  std::vector<uint64_t> keys;
  std::vector<syx_session*> sessions;
  for (size_t i = 0; i < group.size(); ++i) {
    const Utterance& u = group[i]->second;
    for (int64_t c = 0; c < channels; ++c) {
      recent(u.row, channels, c, window, history.data() + (static_cast<int64_t>(i) * channels + c) * window);
      sessions.push_back(u.session);
      keys.push_back(u.keys[static_cast<size_t>(c)]);
      steps.push_back(static_cast<uint32_t>(u.row.steps(shape)));
      heads.push_back(static_cast<uint32_t>(c));
      if (u.row.steps(shape) < u.least) forbid.push_back(end_id(u));
      forbid_from.push_back(static_cast<uint32_t>(forbid.size()));
    }
  }
  ids.resize(static_cast<size_t>(rows));
  int64_t scores_shape[2] = {rows, scored.size(1)}, ids_shape[1] = {rows}, history_shape[2] = {rows, window};
  DLTensor scores_dl = {scored.data_ptr<float>(), {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, scores_shape, nullptr, 0};
  DLTensor ids_dl = {ids.data(), {kDLCPU, 0}, 1, {kDLInt, 32, 1}, ids_shape, nullptr, 0};
  DLTensor history_dl = {history.data(), {kDLCPU, 0}, 2, {kDLInt, 32, 1}, history_shape, nullptr, 0};
  syx_sample_args args = {};
  args.struct_size = sizeof(args);
  args.logits = &scores_dl;
  args.ids = &ids_dl;
  args.history = &history_dl;
  args.sessions = sessions.data();
  args.keys = keys.data();
  args.steps = steps.data();
  args.heads = heads.data();
  args.forbid = forbid.data();
  args.forbid_from = forbid_from.data();
  args.rows = static_cast<uint32_t>(rows);
  return group[0]->second.sampler->sample(call.raw(), group[0]->second.sampler_stage, &args);
}

void GeneratorStage::send(syrinx::Call& call, uint32_t sequence, Utterance& u, bool last) {
  const GptDimensions& shape = gpt().shape();
  const int64_t n = u.row.length(shape) - u.sent, channels = u.row.channels(shape);
  const auto ids = [&] {
    syrinx::Tensor out = call.tensor<int32_t>({n, channels});
    std::copy_n(u.row.drawn.begin() + u.sent * channels, n * channels, out.data<int32_t>());
    return out;
  };
  const bool text = u.row.head == Head::kText;
  if (emits_hidden(options())) {
    syrinx::Out out;
    if (!text && n > 0) {
      syrinx::Tensor states = call.tensor<float>({n, shape.hidden});
      std::copy_n(u.row.hidden.begin() + u.sent * shape.hidden, n * shape.hidden, states.data<float>());
      out.tensor(std::move(states)).tensor(ids());
    }
    if (last || (!text && n > 0)) call.emit(0, out.sequence(sequence).offset(u.sent).last(last));
  }
  if (emits_codes(options())) {
    syrinx::Out out;
    if (!text && n > 0) out.tensor(ids());
    if (last || (!text && n > 0)) call.emit(codes_port(options()), out.sequence(sequence).offset(u.sent).last(last));
  }
  syrinx::Out out;
  if (text && n > 0) out.tensor(ids());
  if (last || (text && n > 0)) call.emit(tokens_port(options()), out.sequence(sequence).offset(text ? u.sent : 0).last(last));
  u.sent += n;
}

void GeneratorStage::end(syrinx::Call& call, uint32_t sequence, uint32_t how) {
  const auto found = utterances_.find(sequence);
  if (found == utterances_.end()) return;
  Utterance& u = found->second;
  if (how == SYX_END_EARLY) {
    if (!u.done) {
      u.done = true;
      send(call, sequence, u, true);
    }
    return;
  }
  close(u);
  utterances_.erase(found);
}

void GeneratorStage::close(Utterance& u) {
  if (u.session) u.sampler->close(u.session);
  u.session = nullptr;
}

}  // namespace chattts
