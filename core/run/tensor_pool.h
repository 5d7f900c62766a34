// Host memory for tensors, kept between uses.
#pragma once

#include <atomic>
#include <cstdint>

#include "syrinx/abi.h"

namespace syrinx::core {

// How much memory of a stage's tensors is alive, and was at most. Outlives the stage: tensors do.
struct MemoryCount {
  std::atomic<int64_t> now{0};
  std::atomic<int64_t> peak{0};
  std::atomic<int> owners{1};  // the stage, and each live tensor
};

// A tensor of the dtype and shape of `like`: contiguous, 64-byte aligned, not cleared. The caller owns it; its deleter
// may run on any thread, at any time, also when the engine is gone. False if there is no memory or the shape is absurd.
bool pooled_tensor(const DLTensor& like, MemoryCount* count, syx_tensor* out);

void drop_owner(MemoryCount* count);

// Gives a tensor up.
inline void release_tensor(syx_tensor& tensor) {
  if (tensor.dl && tensor.dl->deleter) tensor.dl->deleter(tensor.dl);
  tensor.dl = nullptr;
}

// `count` tensors that share one: read-only views that release it when the last is gone. Takes `tensor` over.
void share_tensor(syx_tensor tensor, uint32_t count, syx_tensor* out);

}  // namespace syrinx::core
