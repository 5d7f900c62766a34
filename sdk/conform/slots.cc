#include "slots.h"

#include <algorithm>
#include <cstring>

#include "subject.h"
#include "syrinx/sampler.h"

namespace syrinx::conform {
namespace {

syx_status refuse(syx_call* call, const char* what) {
  return call->fail(call, SYX_E_INVALID_ARGUMENT, {what, std::strlen(what)},
                    SYX_S("see syrinx/sampler.h"));
}

template <class T>
T* data(const DLTensor* tensor) {
  return reinterpret_cast<T*>(static_cast<char*>(tensor->data) + tensor->byte_offset);
}

bool is(const DLTensor* tensor, uint8_t code, int dims) {
  return tensor && tensor->dtype.code == code && tensor->dtype.bits == 32 && tensor->ndim == dims;
}

// Rows share nothing, so one session can stand for all.
syx_session* the_session() {
  static char session;
  return static_cast<syx_session*>(static_cast<void*>(&session));
}

syx_status open(syx_call*, syx_stage*, syx_str, syx_session** out) {
  *out = the_session();
  return SYX_OK;
}

syx_status sample(syx_call* call, syx_stage*, const syx_sample_args* args) {
  if (args->struct_size < sizeof(syx_sample_args))
    return refuse(call, "struct_size of syx_sample_args is too small");
  if (!is(args->logits, kDLFloat, 2) || !is(args->ids, kDLInt, 1))
    return refuse(call, "logits must be f32 [rows, vocab] and ids i32 [rows]");
  if (args->logits->shape[0] != args->rows || args->ids->shape[0] != args->rows)
    return refuse(call, "logits, ids and rows do not fit");
  if (args->history && (!is(args->history, kDLInt, 2) || args->history->shape[0] != args->rows))
    return refuse(call, "history must be i32 [rows, n]");
  if (!args->sessions || !args->keys || !args->steps || !args->heads)
    return refuse(call, "an array of syx_sample_args is missing");
  const int64_t vocab = args->logits->shape[1];
  for (uint32_t r = 0; r < args->rows; ++r) {
    if (args->sessions[r] != the_session())
      return refuse(call, "a row has a session that this sampler did not open");
    float* scores = data<float>(args->logits) + r * vocab;
    if (args->forbid_from)
      for (uint32_t i = args->forbid_from[r]; i < args->forbid_from[r + 1]; ++i) {
        if (args->forbid[i] < 0 || args->forbid[i] >= vocab)
          return refuse(call, "a forbidden id is outside the vocabulary");
        scores[args->forbid[i]] = -1e30f;
      }
    data<int32_t>(args->ids)[r] =
        static_cast<int32_t>(std::max_element(scores, scores + vocab) - scores);
  }
  return SYX_OK;
}

syx_status recipe(syx_call*, syx_session*, syx_write, void*) { return SYX_E_UNIMPLEMENTED; }
void close(syx_session*) {}

const void* query(syx_stage*, const char* id) {
  static const syx_sampler_v1 kTable = {sizeof(syx_sampler_v1), open, sample, recipe, close};
  return std::strcmp(id, SYX_SAMPLER_V1) == 0 ? &kTable : nullptr;
}
void destroy(syx_stage*) {}

syx_stage sampler = {sizeof(syx_stage), query, destroy};

}  // namespace

Slots::Slots(const Json& wanted) {
  for (const auto& [name, facts] : wanted.items()) {
    if (facts.value("kind", "") != "sampler")
      skipped("it needs a stage in its slot \"" + name + "\"");
    names_.push_back(name);
    slots_.push_back(
        {sizeof(syx_slot), {names_.back().data(), names_.back().size()}, {"{}", 2}, &sampler});
    pointers_.push_back(&slots_.back());
  }
}

}  // namespace syrinx::conform
