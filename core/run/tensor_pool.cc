#include "core/run/tensor_pool.h"

#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace syrinx::core {
namespace {

constexpr int kMostDims = 8;
constexpr uint64_t kMostBytes = uint64_t{1} << 40;
constexpr size_t kKeptPerClass = 8;        // blocks kept of each size
constexpr uint64_t kLargestKept = 4 << 20;  // larger ones go back at once

// Blocks by powers of two. Never destroyed: deleters run when static objects are gone.
class Pool {
 public:
  static Pool& instance() {
    static Pool* const kPool = new Pool;
    return *kPool;
  }

  void* take(uint64_t bytes) {
    const int size_class = class_of(bytes);
    {
      const std::lock_guard lock(mutex_);
      auto& free = free_[static_cast<size_t>(size_class)];
      if (!free.empty()) {
        void* block = free.back();
        free.pop_back();
        return block;
      }
    }
    return std::aligned_alloc(64, uint64_t{1} << size_class);
  }

  void give(void* block, uint64_t bytes) {
    const int size_class = class_of(bytes);
    if ((uint64_t{1} << size_class) <= kLargestKept) {
      const std::lock_guard lock(mutex_);
      auto& free = free_[static_cast<size_t>(size_class)];
      if (free.size() < kKeptPerClass) {
        free.push_back(block);
        return;
      }
    }
    std::free(block);
  }

 private:
  static int class_of(uint64_t bytes) { return std::bit_width(std::max<uint64_t>(bytes, 64) - 1); }

  std::mutex mutex_;
  std::array<std::vector<void*>, 48> free_;
};

struct Pooled {
  DLManagedTensorVersioned dl{};
  std::array<int64_t, kMostDims> shape{};
  uint64_t bytes = 0;
  MemoryCount* count = nullptr;
};

void delete_pooled(DLManagedTensorVersioned* dl) {
  auto* self = static_cast<Pooled*>(dl->manager_ctx);
  if (self->dl.dl_tensor.data) Pool::instance().give(self->dl.dl_tensor.data, self->bytes);
  if (self->count) {
    self->count->now -= static_cast<int64_t>(self->bytes);
    drop_owner(self->count);
  }
  delete self;
}

struct Shared {
  syx_tensor tensor;
  std::atomic<uint32_t> users;
};

}  // namespace

void drop_owner(MemoryCount* count) {
  if (count->owners.fetch_sub(1) == 1) delete count;
}

bool pooled_tensor(const DLTensor& like, MemoryCount* count, syx_tensor* out) {
  if (like.ndim < 0 || like.ndim > kMostDims) return false;
  uint64_t bytes = (static_cast<uint64_t>(like.dtype.bits) * std::max<uint64_t>(like.dtype.lanes, 1) + 7) / 8;
  for (int i = 0; i < like.ndim; ++i) {
    if (like.shape[i] < 0) return false;
    const auto size = static_cast<uint64_t>(like.shape[i]);
    if (size != 0 && bytes > kMostBytes / size) return false;
    bytes *= size;
  }
  auto* self = new (std::nothrow) Pooled;
  if (!self) return false;
  void* data = bytes ? Pool::instance().take(bytes) : nullptr;
  if (bytes && !data) {
    delete self;
    return false;
  }
  for (int i = 0; i < like.ndim; ++i) self->shape[static_cast<size_t>(i)] = like.shape[i];
  self->bytes = bytes;
  self->count = count;
  if (count) {
    ++count->owners;
    const int64_t now = count->now += static_cast<int64_t>(bytes);
    int64_t peak = count->peak;
    while (now > peak && !count->peak.compare_exchange_weak(peak, now)) {
    }
  }
  self->dl.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  self->dl.manager_ctx = self;
  self->dl.deleter = delete_pooled;
  self->dl.dl_tensor.data = data;
  self->dl.dl_tensor.device = {kDLCPU, 0};
  self->dl.dl_tensor.ndim = like.ndim;
  self->dl.dl_tensor.dtype = like.dtype;
  self->dl.dl_tensor.shape = self->shape.data();
  out->dl = &self->dl;
  out->ready = nullptr;
  return true;
}

void share_tensor(syx_tensor tensor, uint32_t count, syx_tensor* out) {
  if (count == 1) {
    out[0] = tensor;
    return;
  }
  auto* shared = new Shared{tensor, {count}};
  for (uint32_t i = 0; i < count; ++i) {
    auto* view = new DLManagedTensorVersioned(*tensor.dl);
    view->manager_ctx = shared;
    view->flags |= DLPACK_FLAG_BITMASK_READ_ONLY;
    view->deleter = [](DLManagedTensorVersioned* self) {
      auto* owner = static_cast<Shared*>(self->manager_ctx);
      delete self;
      if (owner->users.fetch_sub(1) != 1) return;
      release_tensor(owner->tensor);
      delete owner;
    };
    out[i] = {sizeof(syx_tensor), view, tensor.ready};
  }
}

}  // namespace syrinx::core
