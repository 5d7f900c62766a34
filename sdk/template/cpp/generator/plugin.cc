// @NAME@/generator: acoustic codes one step after another, for all utterances at once.
#include <cmath>
#include <map>
#include <syrinx/sdk.hpp>

namespace {

constexpr int kCodes = 64, kEnd = 63, kWindow = 16;

struct Options {
  int max_new_token = 2048;
  static auto describe() {
    return syrinx::options(syrinx::option("max_new_token", &Options::max_new_token).range(1, 100000).utterance().help("The end at the latest."));
  }
};

// One utterance.
struct Row {
  std::vector<int32_t> prompt, codes;
  size_t sent = 0;  // of codes
  bool ready = false, done = false;
  int most = 0;
  uint64_t key = 0;
  syrinx::Slot slot;
  const syx_sampler_v1* table = nullptr;
  syx_session* session = nullptr;  // of the sampler
};

// The model: kCodes scores of the next code.
void score(const Row& row, float* out) {
  // TODO: run your model for this row, or for all rows at once in step().
  const double token = row.prompt.empty() ? 0 : row.prompt[std::min(row.codes.size() / 2, row.prompt.size() - 1)];
  const double before = row.codes.empty() ? 0 : row.codes.back();
  for (int v = 0; v < kEnd; ++v) out[v] = static_cast<float>(2.5 * std::sin(0.37 * token * (v + 1)) + std::cos(0.21 * v * (before + 2)));
  out[kEnd] = static_cast<float>(static_cast<double>(row.codes.size()) - 2.0 * static_cast<double>(row.prompt.size()));
}

// A session holds everybody: rows join in begin, work in step, leave in end.
class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"tokens", syrinx::Tokens{}.heads(1)}}, {{"codes", syrinx::Codes{}.heads(1).vocab(kCodes).rate(50)}}};
  }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.steps = true;
    return out;
  }
  ~@CLASS@() override {
    for (auto& [sequence, row] : rows_) close(row);
  }

  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override {
    Row row;
    if (const syrinx::Slot* slot = begin.slot("sampler")) row.slot = *slot;
    row.table = row.slot.table<syx_sampler_v1>(SYX_SAMPLER_V1);
    if (!row.table) return call.fail(syrinx::failed_precondition, "no sampler in the slot \"sampler\"", "uses: { sampler: STAGE }");
    row.key = syx_key(begin.key, "head", 0);
    row.most = begin.options.value("max_new_token", options().max_new_token);
    const syrinx::Status status = row.table->open(call.raw(), row.slot.stage, syrinx::to_str(row.slot.options), &row.session);
    if (status == syrinx::ok) rows_.emplace(begin.sequence, std::move(row));
    return status;
  }
  // tokens: i32 [L, heads].
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    std::vector<int32_t>& prompt = rows_.at(item.sequence()).prompt;
    const syrinx::TensorView ids = item.tensor(0);
    if (ids) prompt.insert(prompt.end(), ids.data<int32_t>(), ids.data<int32_t>() + ids.elements());
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call&, uint32_t, uint32_t sequence) override {
    rows_.at(sequence).ready = true;
    return syrinx::ok;
  }
  void end(syrinx::Call& call, uint32_t sequence, uint32_t how) override {
    const auto found = rows_.find(sequence);
    if (found == rows_.end()) return;
    if (how == SYX_END_EARLY) {
      if (!found->second.done) send(call, sequence, found->second, true);
      return;
    }
    close(found->second);
    rows_.erase(found);
  }

  // One code for every row that has its prompt and room behind it.
  syrinx::Status step(syrinx::Call& call) override {
    bool worked = false;
    for (auto& [sequence, row] : rows_) {
      if (!row.ready || row.done || call.room(0, sequence) == 0) continue;
      worked = true;
      int32_t id = kEnd;
      const syrinx::Status status = draw(call, row, &id);
      if (status != syrinx::ok) return status;
      if (id != kEnd) row.codes.push_back(id);
      const bool last = id == kEnd || static_cast<int>(row.codes.size()) >= row.most;
      if (last || row.codes.size() - row.sent >= 10) send(call, sequence, row, last);
    }
    return worked ? syrinx::ok : syrinx::idle;
  }

 private:
  static syrinx::Status draw(syrinx::Call& call, Row& row, int32_t* id) {
    syrinx::Tensor logits = call.tensor<float>({1, kCodes}), ids = call.tensor<int32_t>({1}), history = call.tensor<int32_t>({1, kWindow});
    score(row, logits.data<float>());
    for (int k = 0; k < kWindow; ++k) {
      const int64_t at = static_cast<int64_t>(row.codes.size()) - kWindow + k;
      history.data<int32_t>()[k] = at < 0 ? -1 : row.codes[static_cast<size_t>(at)];
    }
    DLTensor logits_dl = *logits.view().dl(), ids_dl = *ids.view().dl();
    const auto at = static_cast<uint32_t>(row.codes.size());
    const uint32_t head = 0;
    syx_sample_args args = {};
    args.struct_size = sizeof(args);
    args.logits = &logits_dl;
    args.ids = &ids_dl;
    args.history = history.view().dl();
    args.sessions = &row.session;
    args.keys = &row.key;
    args.steps = &at;
    args.heads = &head;
    args.rows = 1;
    const syrinx::Status status = row.table->sample(call.raw(), row.slot.stage, &args);
    *id = ids.data<int32_t>()[0];
    return status;
  }
  // Emits the codes that were not sent yet: i32 [T, heads].
  static void send(syrinx::Call& call, uint32_t sequence, Row& row, bool last) {
    syrinx::Out out;
    if (const auto n = static_cast<int64_t>(row.codes.size() - row.sent); n > 0) {
      syrinx::Tensor codes = call.tensor<int32_t>({n, 1});
      std::copy(row.codes.end() - n, row.codes.end(), codes.data<int32_t>());
      out.tensor(std::move(codes));
    }
    call.emit(0, out.sequence(sequence).offset(static_cast<int64_t>(row.sent)).last(last));
    row.sent = row.codes.size();
    row.done = last;
  }
  static void close(Row& row) {
    if (row.session) row.table->close(row.session);
    row.session = nullptr;
  }

  std::map<uint32_t, Row> rows_;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("generator", syrinx::kind::generator)
               .summary("Codes in steps, for everybody at once.")
               .slot("sampler", syrinx::kind::sampler))
