#include "core/plugin/control_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/report/log.h"

namespace syrinx::core {
namespace {

constexpr uint32_t kNotCancelled = 0;

ControlCall* self(syx_call* call) { return static_cast<ControlCall*>(call->host_data); }

}  // namespace

ControlCall::ControlCall(std::string who) : call_{}, who_(std::move(who)) {
  call_.struct_size = sizeof(call_);
  call_.host_data = this;
  call_.cancel = &kNotCancelled;
  call_.fail = [](syx_call* call, syx_status code, syx_str message, syx_str hint) {
    ControlCall* me = self(call);
    if (!me->reported_) {
      me->message_ = from_syx(message);
      me->hint_ = from_syx(hint);
      me->reported_ = true;
    }
    return code;
  };
  call_.end = [](syx_call* call, uint32_t, syx_status code, syx_str message, syx_str hint) {
    return call->fail(call, code, message, hint);
  };
  call_.emit = [](syx_call* call, uint32_t, const syx_item*) {
    return call->fail(call, SYX_E_FAILED_PRECONDITION, SYX_S("emit is not possible in this call"), SYX_S(""));
  };
  call_.room = [](syx_call*, uint32_t, uint32_t) -> uint32_t { return 0; };
  call_.tensor = [](syx_call* call, const DLTensor*, syx_tensor*) {
    return call->fail(call, SYX_E_FAILED_PRECONDITION, SYX_S("tensors are not lent in this call"), SYX_S(""));
  };
  call_.release = [](syx_call*, syx_tensor* tensor) {
    if (tensor->dl && tensor->dl->deleter) tensor->dl->deleter(tensor->dl);
    tensor->dl = nullptr;
  };
  call_.scratch = [](syx_call* call, uint64_t size, uint64_t align) -> void* {
    auto& memory = self(call)->scratch_;
    const uint64_t room = std::max<uint64_t>(align, 1);
    memory.push_back(std::unique_ptr<char[]>(new (std::nothrow) char[size + room]));
    if (!memory.back()) return nullptr;
    const auto address = reinterpret_cast<uintptr_t>(memory.back().get());
    return reinterpret_cast<void*>((address + room - 1) / room * room);
  };
  call_.progress = [](syx_call*, uint32_t, uint64_t, uint64_t) {};
  call_.log = [](syx_call* call, int32_t level, syx_str message) {
    log(level, {.stage = self(call)->who_}, from_syx(message));
  };
  call_.query = [](syx_call*, const char*) -> const void* { return nullptr; };
}

Errors ControlCall::errors(syx_status status, const char* code, const Error::Label& place) const {
  if (status >= 0) return {};
  Error error{code, {}, {}, {}, {}};
  if (place.place.line || !place.place.file.empty()) error.labels.push_back(place);
  if (reported_) {
    error.message = fmt::format("{}: {}", who_, message_);
    if (!hint_.empty()) error.help.push_back(hint_);
  } else {
    error.message = fmt::format("{}: {}", who_, status_name(status));
    error.notes.push_back("it gave no message, which is a defect of the plugin");
  }
  return {error};
}

std::string_view status_name(syx_status status) {
  static constexpr std::string_view kNames[] = {"ok",        "cancelled",           "ended",         "invalid argument",
                                                "not found", "out of memory",       "failed precondition",
                                                "unimplemented", "internal error", "unavailable"};
  const auto index = static_cast<size_t>(-static_cast<int64_t>(status));
  return status <= 0 && index < std::size(kNames) ? kNames[index] : "unknown status";
}

const char* stage_code(syx_status status, const char* otherwise) {
  switch (status) {
    case SYX_E_NOT_FOUND: return "E0403";
    case SYX_E_UNAVAILABLE: return "E0701";
    case SYX_E_OUT_OF_MEMORY: return "E0702";
    default: return otherwise;
  }
}

void append_to_string(void* sink, syx_str text) { static_cast<std::string*>(sink)->append(from_syx(text)); }

}  // namespace syrinx::core
