// The services a stage calls while it works.
#include <fmt/format.h>

#include "core/plugin/control_call.h"
#include "core/report/log.h"
#include "core/run/impl.h"
#include "core/run/kept_output.h"

namespace syrinx::core {

StageCall::StageCall(Engine_Impl& engine, Stage& stage) : engine_(engine), stage_(stage) {
  call_.struct_size = sizeof(call_);
  call_.host_data = this;
  call_.cancel = &stage.cancel;
  call_.fail = fail;
  call_.end = end;
  call_.emit = emit;
  call_.room = room;
  call_.tensor = tensor;
  call_.release = [](syx_call*, syx_tensor* t) { release_tensor(*t); };
  call_.scratch = scratch;
  call_.progress = progress;
  call_.log = log;
  call_.query = [](syx_call*, const char* id) -> const void* { return std::string_view(id) == SYX_PARALLEL_V1 ? parallel_service() : nullptr; };
}

void StageCall::reset(uint32_t sequence) {
  sequence_ = sequence;
  reported_ = false;
  message.clear();
  hint.clear();
  scratch_.clear();
}

syx_status StageCall::fail(syx_call* call, syx_status code, syx_str message, syx_str hint) {
  StageCall* me = self(call);
  const std::lock_guard lock(me->engine_.mutex);
  if (!me->reported_) {  // the first report wins
    me->message = from_syx(message);
    me->hint = from_syx(hint);
    me->reported_ = true;
  }
  return code;
}

syx_status StageCall::end(syx_call* call, uint32_t sequence, syx_status code, syx_str message, syx_str hint) {
  StageCall* me = self(call);
  const std::lock_guard lock(me->engine_.mutex);
  const auto found = me->stage_.by_sequence.find(sequence);
  if (found != me->stage_.by_sequence.end())
    me->engine_.fail_utterance(me->stage_, found->second->unit, code, std::string(from_syx(message)), std::string(from_syx(hint)));
  return SYX_OK;
}

syx_status StageCall::emit(syx_call* call, uint32_t port, const syx_item* given) {
  StageCall* me = self(call);
  Engine_Impl& engine = me->engine_;
  Stage& stage = me->stage_;
  StoredItem item(*given);  // the tensors are ours now, whatever comes
  std::unique_lock lock(engine.mutex);
  const auto seat_of = [&]() -> Seat* {
    const auto found = stage.by_sequence.find(given->sequence);
    return found == stage.by_sequence.end() ? nullptr : found->second;
  };
  Seat* seat = seat_of();
  if (engine.stopping) return SYX_E_CANCELLED;
  if (!seat || seat->unit->root->dead || seat->failed) return SYX_E_ENDED;
  const auto breach = [&](std::string message) {
    engine.fail_utterance(stage, seat->unit, SYX_E_INTERNAL, std::move(message), "this is a defect of the plugin", "E0502");
    return SYX_E_ENDED;
  };
  if (port >= stage.out_wires.size()) return breach(fmt::format("it emits on port {}, and has {}", port, stage.out_wires.size()));
  if (seat->out_last[port] && stage.out_slot[port] < 0) return breach(fmt::format("it emits on \"{}\" after LAST", stage.plan->out[port].name));
  if ((item.flags & SYX_ITEM_PIECE) && (!stage.plan->manner.splits || port != 0)) return breach("it emits a piece without having said \"splits\"");
  if (item.flags >> 16 & ~(SYX_ITEM_PIECE >> 16)) return SYX_E_UNIMPLEMENTED;
  if (!stage.shared) {
    while (!engine.has_room(stage, *seat, port)) {
      const auto start = Clock::now();
      stage.wake.wait(lock);
      stage.times.blocked_s += std::chrono::duration<double>(Clock::now() - start).count();
      seat = seat_of();
      if (engine.stopping) return SYX_E_CANCELLED;
      if (!seat || seat->unit->root->dead || seat->failed) return SYX_E_ENDED;
    }
  }
  if (item.flags & SYX_ITEM_LAST) seat->out_last[port] = true;
  ++stage.times.items_out;
  // Questions to a stage in a slot are no outputs.
  if (seat->watched && stage.out_slot[port] < 0 && !append_item(seat->record, port, item)) seat->watched = false;
  engine.send(stage, *seat, port, std::move(item));
  return SYX_OK;
}

uint32_t StageCall::room(syx_call* call, uint32_t port, uint32_t sequence) {
  StageCall* me = self(call);
  const std::lock_guard lock(me->engine_.mutex);
  const auto found = me->stage_.by_sequence.find(sequence);
  if (found == me->stage_.by_sequence.end() || port >= me->stage_.out_wires.size()) return 0;
  return me->engine_.room(me->stage_, *found->second, port);
}

syx_status StageCall::tensor(syx_call* call, const DLTensor* like, syx_tensor* out) {
  StageCall* me = self(call);
  if (like->device.device_type != kDLCPU)
    return call->fail(call, SYX_E_UNIMPLEMENTED, SYX_S("the host lends memory of the CPU only"), SYX_S(""));
  if (pooled_tensor(*like, me->stage_.memory, out)) return SYX_OK;
  return call->fail(call, SYX_E_OUT_OF_MEMORY, SYX_S("no memory for a tensor"), SYX_S(""));
}

void* StageCall::scratch(syx_call* call, uint64_t size, uint64_t align) {
  StageCall* me = self(call);
  const uint64_t step = std::max<uint64_t>(align, 1);
  auto* memory = new (std::nothrow) char[size + step];
  if (!memory) return nullptr;
  me->scratch_.emplace_back(memory);
  const auto address = reinterpret_cast<uintptr_t>(memory);
  return reinterpret_cast<void*>((address + step - 1) / step * step);
}

void StageCall::progress(syx_call* call, uint32_t sequence, uint64_t done, uint64_t total) {
  StageCall* me = self(call);
  std::function<void(std::string_view, uint64_t, uint64_t)> listener;
  {
    const std::lock_guard lock(me->engine_.mutex);
    const auto found = me->stage_.by_sequence.find(sequence);
    if (found != me->stage_.by_sequence.end()) listener = found->second->unit->root->listener.on_progress;
  }
  if (listener) listener(me->stage_.plan->name, done, total);
}

void StageCall::log(syx_call* call, int32_t level, syx_str message) {
  StageCall* me = self(call);
  std::string id;
  {
    const std::lock_guard lock(me->engine_.mutex);
    const auto found = me->stage_.by_sequence.find(me->sequence_);
    if (found != me->stage_.by_sequence.end()) id = found->second->unit->root->request.id;
  }
  core::log(level, {.stage = me->stage_.plan->name, .utterance = id}, from_syx(message));
}

}  // namespace syrinx::core
