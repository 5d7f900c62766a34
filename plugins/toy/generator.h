// toy/generator: codes one step after another, for everybody at once.
#pragma once

#include <cmath>
#include <map>
#include <syrinx/sdk.hpp>

namespace toy {

constexpr int kCodes = 64, kEnd = 63;
constexpr double kCodeRate = 50;

struct GeneratorOptions {
  int per_token = 2, min_new_token = 4, max_new_token = 2048, rows = 16;
  static auto describe() {
    return syrinx::options(
        syrinx::option("per_token", &GeneratorOptions::per_token).range(1, 100).help("Codes for each token, about."),
        syrinx::option("min_new_token", &GeneratorOptions::min_new_token).range(0, 100000).utterance().help("No end before this many."),
        syrinx::option("max_new_token", &GeneratorOptions::max_new_token).range(1, 100000).utterance().help("The end at the latest."),
        syrinx::option("rows", &GeneratorOptions::rows).range(1, 1024).help("Utterances at once; more get a busy answer."));
  }
};

// The "model": scores of the next code from the prompt, the position, the code before and the speaker.
inline void scores(const std::vector<int32_t>& prompt, size_t expected, size_t step, int32_t before, float speaker, float* out) {
  const auto token = static_cast<double>(prompt.empty() ? 0 : prompt[std::min(step * prompt.size() / std::max<size_t>(1, expected), prompt.size() - 1)]);
  for (int v = 0; v < kEnd; ++v) out[v] = static_cast<float>(2.5 * std::sin(0.37 * (token + static_cast<double>(speaker)) * (v + 1)) + 1.5 * std::cos(0.21 * v * (before + 2)));
  out[kEnd] = static_cast<float>(static_cast<double>(step) - static_cast<double>(expected)) + 3;
}

class Generator final : public syrinx::Flow<GeneratorOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"tokens", syrinx::Tokens{}.heads(1)}, {"speaker", syrinx::PortType("speaker").optional()}}, {{"codes", syrinx::Codes{}.heads(1).vocab(kCodes).rate(kCodeRate)}}};
  }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.steps = true;
    return out;
  }
  ~Generator() override {
    for (auto& [sequence, row] : rows_) close(row);
  }

  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override {
    if (rows_.size() >= static_cast<size_t>(options().rows)) return syrinx::busy;
    const syrinx::Slot* slot = begin.slot("sampler");
    const auto* table = slot ? slot->table<syx_sampler_v1>(SYX_SAMPLER_V1) : nullptr;
    if (!table) return call.fail(syrinx::failed_precondition, "no sampler in the slot \"sampler\"", "uses: { sampler: STAGE }");
    Row row;
    row.sampler = table;
    row.stage = slot->stage;
    row.key = syx_key(begin.key, "head", 0);
    row.inputs = connected("speaker") ? 2 : 1;
    row.least = begin.options.value("min_new_token", options().min_new_token);
    row.most = begin.options.value("max_new_token", options().max_new_token);
    const syrinx::Status status = table->open(call.raw(), slot->stage, syrinx::to_str(slot->options), &row.session);
    if (status != syrinx::ok) return status;
    rows_.emplace(begin.sequence, std::move(row));
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    Row& row = rows_.at(item.sequence());
    if (item.port() == 1) {
      const syrinx::TensorView embedding = item.tensor(0);
      if (embedding && embedding.elements() > 0) row.speaker = embedding.data<float>()[0];
      return syrinx::ok;
    }
    const syrinx::TensorView ids = item.tensor(0);
    if (ids) row.prompt.insert(row.prompt.end(), ids.data<int32_t>(), ids.data<int32_t>() + ids.elements());
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call&, uint32_t, uint32_t sequence) override {
    --rows_.at(sequence).inputs;
    return syrinx::ok;
  }
  void end(syrinx::Call& call, uint32_t sequence, uint32_t how) override {
    const auto found = rows_.find(sequence);
    if (found == rows_.end()) return;
    if (how == SYX_END_EARLY) {
      if (!found->second.done) finish_row(call, sequence, found->second);
      return;
    }
    close(found->second);
    rows_.erase(found);
  }

  syrinx::Status step(syrinx::Call& call) override {
    std::vector<std::pair<uint32_t, Row*>> active;
    for (auto& [sequence, row] : rows_)
      if (row.inputs == 0 && !row.done && call.room(0, sequence) > 0) active.emplace_back(sequence, &row);
    if (active.empty()) return syrinx::idle;
    const auto n = static_cast<int64_t>(active.size());
    constexpr int64_t kWindow = 16;
    syrinx::Tensor logits = call.tensor<float>({n, kCodes}), ids = call.tensor<int32_t>({n}), history = call.tensor<int32_t>({n, kWindow});
    std::vector<uint64_t> keys;
    std::vector<uint32_t> steps, heads(active.size()), forbid_from{0};
    std::vector<int32_t> forbid;
    std::vector<syx_session*> sessions;
    for (int64_t r = 0; r < n; ++r) {
      Row& row = *active[static_cast<size_t>(r)].second;
      scores(row.prompt, expected(row), row.codes.size(), row.codes.empty() ? 0 : row.codes.back(), row.speaker, logits.data<float>() + r * kCodes);
      for (int64_t k = 0; k < kWindow; ++k) {
        const int64_t at = static_cast<int64_t>(row.codes.size()) - kWindow + k;
        history.data<int32_t>()[r * kWindow + k] = at >= 0 ? row.codes[static_cast<size_t>(at)] : -1;
      }
      keys.push_back(row.key);
      steps.push_back(static_cast<uint32_t>(row.codes.size()));
      sessions.push_back(row.session);
      if (static_cast<int>(row.codes.size()) < row.least) forbid.push_back(kEnd);
      forbid_from.push_back(static_cast<uint32_t>(forbid.size()));
    }
    syx_sample_args args = {};
    args.struct_size = sizeof(args);
    DLTensor logits_dl = *logits.view().dl(), ids_dl = *ids.view().dl();
    args.logits = &logits_dl;
    args.ids = &ids_dl;
    args.history = history.view().dl();
    args.sessions = sessions.data();
    args.keys = keys.data();
    args.steps = steps.data();
    args.heads = heads.data();
    args.forbid = forbid.data();
    args.forbid_from = forbid_from.data();
    args.rows = static_cast<uint32_t>(n);
    // Rows may have come with different samplers only where a slot was swapped; the table of the first serves its own rows.
    const syrinx::Status status = active[0].second->sampler->sample(call.raw(), active[0].second->stage, &args);
    if (status != syrinx::ok) return status;
    for (int64_t r = 0; r < n; ++r) {
      auto& [sequence, row] = active[static_cast<size_t>(r)];
      const int32_t id = ids.data<int32_t>()[r];
      if (id != kEnd) row->codes.push_back(id);
      call.raw()->progress(call.raw(), sequence, row->codes.size(), expected(*row));
      if (id == kEnd || static_cast<int>(row->codes.size()) >= row->most) finish_row(call, sequence, *row);
      else if (row->codes.size() - row->sent >= kChunk) send(call, sequence, *row, false);
    }
    return syrinx::ok;
  }

 private:
  static constexpr size_t kChunk = 10;
  struct Row {
    std::vector<int32_t> prompt, codes;
    size_t sent = 0;
    int inputs = 0;  // that are not complete
    float speaker = 0;
    bool done = false;
    int least = 0, most = 0;
    uint64_t key = 0;
    const syx_sampler_v1* sampler = nullptr;
    syx_stage* stage = nullptr;
    syx_session* session = nullptr;
  };

  size_t expected(const Row& row) const { return row.prompt.size() * static_cast<size_t>(options().per_token); }
  void send(syrinx::Call& call, uint32_t sequence, Row& row, bool last) {
    syrinx::Out out;
    const auto n = static_cast<int64_t>(row.codes.size() - row.sent);
    if (n > 0) {
      syrinx::Tensor codes = call.tensor<int32_t>({n, 1});
      std::copy(row.codes.begin() + static_cast<int64_t>(row.sent), row.codes.end(), codes.data<int32_t>());
      out.tensor(std::move(codes));
    }
    out.sequence(sequence).offset(static_cast<int64_t>(row.sent)).last(last);
    row.sent = row.codes.size();
    call.emit(0, out);
  }
  void finish_row(syrinx::Call& call, uint32_t sequence, Row& row) {
    row.done = true;
    send(call, sequence, row, true);
  }
  void close(Row& row) {
    if (row.session) row.sampler->close(row.session);
    row.session = nullptr;
  }

  std::map<uint32_t, Row> rows_;
};

}  // namespace toy
