#include "core/ab/sampler_tap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "syrinx/sampler.h"

namespace syrinx::ab {
namespace {

struct TappedStage : syx_stage {
  std::string name;
  syx_stage* real = nullptr;
  const syx_sampler_v1* table = nullptr;
  const SamplerTap* tap = nullptr;
};

struct TappedSession {
  const syx_sampler_v1* table = nullptr;
  syx_session* real = nullptr;
};

TappedStage& tapped(syx_stage* stage) { return *static_cast<TappedStage*>(stage); }
TappedSession* tapped(syx_session* session) { return reinterpret_cast<TappedSession*>(session); }

template <class T>
T* data_of(const DLTensor& tensor) {
  return reinterpret_cast<T*>(static_cast<char*>(tensor.data) + tensor.byte_offset);
}

// Why the rows cannot be shown; empty if they can.
std::string obstacle(const syx_sample_args& args) {
  const DLTensor& logits = *args.logits;
  for (const DLTensor* tensor : {args.logits, args.ids})
    if (tensor->device.device_type != kDLCPU) return "its scores stay on the device";
  if (logits.dtype.code != kDLFloat || logits.dtype.bits != 32 || logits.dtype.lanes != 1) return fmt::format("its scores are not f32 but of {} bits", logits.dtype.bits);
  if (logits.ndim != 2 || logits.shape[0] != args.rows) return "its scores are not one row for each id";
  if (logits.strides && (logits.strides[1] != 1 || (args.rows > 1 && logits.strides[0] != logits.shape[1]))) return "its scores do not lie one after another";
  const DLTensor& ids = *args.ids;
  if (ids.dtype.code != kDLInt || ids.dtype.bits != 32 || ids.ndim < 1) return "its ids are not i32";
  return "";
}

syx_status open(syx_call* call, syx_stage* stage, syx_str options, syx_session** out) {
  const TappedStage& self = tapped(stage);
  auto* session = new (std::nothrow) TappedSession{self.table, nullptr};
  if (!session) return SYX_E_OUT_OF_MEMORY;
  const syx_status status = self.table->open(call, self.real, options, &session->real);
  if (status < 0) delete session;
  else *out = reinterpret_cast<syx_session*>(session);
  return status;
}

void close(syx_session* session) {
  TappedSession* own = tapped(session);
  own->table->close(own->real);
  delete own;
}

syx_status recipe(syx_call*, syx_session*, syx_write, void*) { return SYX_E_UNIMPLEMENTED; }

syx_status sample_rows(syx_call* call, const TappedStage& self, const syx_sample_args& asked) {
  syx_sample_args args = {};
  std::memcpy(&args, &asked, std::min<size_t>(asked.struct_size, sizeof(args)));
  args.struct_size = std::min<uint64_t>(asked.struct_size, sizeof(args));
  std::vector<syx_session*> sessions;
  for (uint32_t r = 0; r < args.rows; ++r) sessions.push_back(tapped(args.sessions[r])->real);
  args.sessions = sessions.data();
  if (const std::string why = obstacle(args); !why.empty()) {
    self.tap->on_unreadable(fmt::format("sampler {}: {}", self.name, why));
    return self.table->sample(call, self.real, &args);
  }
  const auto vocab = static_cast<size_t>(args.logits->shape[1]);
  float* scores = data_of<float>(*args.logits);
  const std::vector<float> raw(scores, scores + args.rows * vocab);
  args.flags |= SYX_SAMPLE_SCORES;
  syx_status status = self.table->sample(call, self.real, &args);
  if (status == SYX_E_UNIMPLEMENTED && !(asked.flags & SYX_SAMPLE_SCORES)) {
    self.tap->on_unreadable(fmt::format("sampler {} does not show what it draws from", self.name));
    std::copy(raw.begin(), raw.end(), scores);
    args.flags = asked.flags;
    return self.table->sample(call, self.real, &args);
  }
  if (status != SYX_OK) return status;
  auto* ids = data_of<int32_t>(*args.ids);
  for (uint32_t r = 0; r < args.rows; ++r)
    ids[r] = self.tap->on_draw({self.name, args.keys[r], args.steps[r], args.heads[r], std::span(raw).subspan(r * vocab, vocab),
                                std::span<const float>(scores + r * vocab, vocab), ids[r]});
  return status;
}

syx_status sample(syx_call* call, syx_stage* stage, const syx_sample_args* args) {
  try {
    return sample_rows(call, tapped(stage), *args);
  } catch (const std::bad_alloc&) {
    return call->fail(call, SYX_E_OUT_OF_MEMORY, SYX_S("no memory to compare a sampler's draws"), SYX_S("shorter texts"));
  }
}

// Tables besides the sampler's would be called with a stage that is not theirs.
const void* query(syx_stage*, const char* id) {
  static const syx_sampler_v1 kTable = {sizeof(syx_sampler_v1), open, sample, recipe, close};
  return std::strcmp(id, SYX_SAMPLER_V1) == 0 ? &kTable : nullptr;
}

void destroy(syx_stage* stage) {
  TappedStage& self = tapped(stage);
  self.real->destroy(self.real);
  delete &self;
}

}  // namespace

bool is_sampler(const core::PlannedStage& stage) { return stage.kind == "sampler" && stage.called_directly; }

std::function<syx_stage*(const core::PlannedStage&, syx_stage*)> through(const SamplerTap& tap) {
  return [&tap](const core::PlannedStage& planned, syx_stage* real) -> syx_stage* {
    if (!is_sampler(planned)) return real;
    const auto* table = static_cast<const syx_sampler_v1*>(real->query(real, SYX_SAMPLER_V1));
    if (!table) return real;
    auto stage = std::make_unique<TappedStage>();
    stage->struct_size = sizeof(syx_stage);
    stage->query = query;
    stage->destroy = destroy;
    stage->name = planned.name;
    stage->real = real;
    stage->table = table;
    stage->tap = &tap;
    return stage.release();
  };
}

}  // namespace syrinx::ab
