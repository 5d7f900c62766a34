#include "host.h"

#include <cstdlib>
#include <cstring>

namespace syrinx::conform {
namespace {

struct Holder {
  DLManagedTensorVersioned dl;
  std::vector<int64_t> shape;
  void* memory;
  int* live;
};

int64_t elements(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (int64_t d : shape) n *= d;
  return n;
}

std::string to_string(syx_str text) { return text.size ? std::string(text.data, text.size) : std::string(); }

// Row-major copy of a tensor with any strides.
RecordedTensor copy(const DLTensor& dl) {
  RecordedTensor out{{dl.shape, dl.shape + dl.ndim}, dl.dtype, {}};
  const size_t width = dl.dtype.bits / 8u;
  const int64_t n = elements(out.shape);
  out.bytes.resize(static_cast<size_t>(n) * width);
  const char* base = static_cast<const char*>(dl.data) + dl.byte_offset;
  std::vector<int64_t> at(static_cast<size_t>(dl.ndim), 0);
  for (int64_t i = 0; i < n; ++i) {
    int64_t offset = 0;
    int64_t packed = i;
    if (dl.strides) {
      int64_t rest = i;
      for (int d = dl.ndim - 1; d >= 0; --d) {
        offset += rest % dl.shape[d] * dl.strides[d];
        rest /= dl.shape[d];
      }
    } else {
      offset = packed;
    }
    std::memcpy(out.bytes.data() + static_cast<size_t>(i) * width, base + offset * static_cast<int64_t>(width), width);
  }
  return out;
}

}  // namespace

syx_tensor make_tensor(const void* data, DLDataType dtype, std::vector<int64_t> shape, int* live) {
  auto* holder = new Holder{{}, std::move(shape), nullptr, live};
  const auto bytes = static_cast<size_t>(elements(holder->shape)) * (dtype.bits / 8u);
  holder->memory = bytes ? std::aligned_alloc(64, (bytes + 63) / 64 * 64) : nullptr;
  if (data && bytes) std::memcpy(holder->memory, data, bytes);
  holder->dl.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  holder->dl.manager_ctx = holder;
  holder->dl.deleter = [](DLManagedTensorVersioned* self) {
    auto* h = static_cast<Holder*>(self->manager_ctx);
    if (h->live) --*h->live;
    std::free(h->memory);
    delete h;
  };
  holder->dl.dl_tensor.data = holder->memory;
  holder->dl.dl_tensor.device = {kDLCPU, 0};
  holder->dl.dl_tensor.ndim = static_cast<int32_t>(holder->shape.size());
  holder->dl.dl_tensor.dtype = dtype;
  holder->dl.dl_tensor.shape = holder->shape.data();
  if (live) ++*live;
  return {sizeof(syx_tensor), &holder->dl, nullptr};
}

RecordingCall::RecordingCall() : memory_(32, 0x5AFE5AFE5AFE5AFEull) {
  syx_call& call = *get();
  call = {};
  call.struct_size = sizeof(syx_call);
  call.host_data = this;
  call.cancel = &cancel;
  call.fail = [](syx_call* c, syx_status code, syx_str message, syx_str) {
    self(c)->failures.push_back(to_string(message));
    if (code >= 0) self(c)->breaches.push_back("fail was called with a code that is not an error");
    return code;
  };
  call.end = [](syx_call* c, uint32_t, syx_status, syx_str message, syx_str) -> syx_status {
    self(c)->failures.push_back(to_string(message));
    return SYX_OK;
  };
  call.emit = emit;
  call.room = [](syx_call*, uint32_t, uint32_t) -> uint32_t { return 16; };
  call.tensor = tensor;
  call.release = [](syx_call*, syx_tensor* t) {
    if (t->dl && t->dl->deleter) t->dl->deleter(t->dl);
    t->dl = nullptr;
  };
  call.scratch = [](syx_call* c, uint64_t size, uint64_t align) -> void* {
    auto& memory = self(c)->scratch_;
    memory.push_back(std::unique_ptr<char[]>(new char[size + align + 1]));
    const auto address = reinterpret_cast<uintptr_t>(memory.back().get());
    return reinterpret_cast<void*>(align ? (address + align - 1) / align * align : address);
  };
  call.progress = [](syx_call*, uint32_t, uint64_t, uint64_t) {};
  call.log = [](syx_call*, int32_t, syx_str) {};
  call.query = [](syx_call*, const char*) -> const void* { return nullptr; };
}

void RecordingCall::set_struct_size(uint64_t size) { get()->struct_size = size; }

void RecordingCall::append(void* sink, syx_str text) { static_cast<std::string*>(sink)->append(to_string(text)); }

syx_status RecordingCall::emit(syx_call* call, uint32_t port, const syx_item* item) {
  RecordingCall* me = self(call);
  RecordedItem out;
  out.port = port;
  out.sequence = item->sequence;
  out.flags = item->flags;
  out.offset = item->offset;
  out.text = to_string(item->text);
  out.meta = to_string(item->meta);
  for (uint32_t i = 0; i < item->tensor_count; ++i) {
    syx_tensor* t = item->tensors[i];
    if (!t || !t->dl) {
      out.tensors.emplace_back();
      continue;
    }
    if (t->dl->version.major != DLPACK_MAJOR_VERSION) me->breaches.push_back("a tensor of another DLPack major");
    out.tensors.push_back(copy(t->dl->dl_tensor));
    if (t->dl->deleter) t->dl->deleter(t->dl);
  }
  me->items.push_back(std::move(out));
  return SYX_OK;
}

syx_status RecordingCall::tensor(syx_call* call, const DLTensor* like, syx_tensor* out) {
  const syx_tensor made = make_tensor(nullptr, like->dtype, {like->shape, like->shape + like->ndim}, &self(call)->live_tensors);
  out->dl = made.dl;
  out->ready = nullptr;
  return SYX_OK;
}

}  // namespace syrinx::conform
