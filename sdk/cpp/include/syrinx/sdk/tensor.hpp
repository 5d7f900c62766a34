// Tensors that are owned, and views of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "syrinx/abi.h"

namespace syrinx {

template <class T>
struct DType;
template <>
struct DType<float> {
  static constexpr DLDataType value = {kDLFloat, 32, 1};
};
template <>
struct DType<int32_t> {
  static constexpr DLDataType value = {kDLInt, 32, 1};
};
template <>
struct DType<int16_t> {
  static constexpr DLDataType value = {kDLInt, 16, 1};
};
template <>
struct DType<int64_t> {
  static constexpr DLDataType value = {kDLInt, 64, 1};
};
template <>
struct DType<uint8_t> {
  static constexpr DLDataType value = {kDLUInt, 8, 1};
};

inline bool operator==(DLDataType a, DLDataType b) { return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes; }

// Borrowed; valid as long as what it came from.
class TensorView {
 public:
  explicit TensorView(const DLTensor* dl = nullptr) : dl_(dl) {}

  explicit operator bool() const { return dl_ != nullptr; }
  int dims() const { return dl_->ndim; }
  int64_t size(int dim) const { return dl_->shape[dim < 0 ? dl_->ndim + dim : dim]; }
  int64_t elements() const {
    int64_t n = 1;
    for (int i = 0; i < dl_->ndim; ++i) n *= dl_->shape[i];
    return n;
  }
  // In elements, also where the tensor carries none.
  int64_t stride(int dim) const {
    if (dl_->strides) return dl_->strides[dim];
    int64_t n = 1;
    for (int i = dim + 1; i < dl_->ndim; ++i) n *= dl_->shape[i];
    return n;
  }
  bool contiguous() const {
    int64_t n = 1;
    for (int i = dl_->ndim - 1; i >= 0; --i) {
      if (dl_->shape[i] != 1 && stride(i) != n) return false;
      n *= dl_->shape[i];
    }
    return true;
  }
  template <class T>
  bool is() const {
    return dl_->dtype == DType<T>::value;
  }
  bool on_cpu() const { return dl_->device.device_type == kDLCPU; }
  template <class T>
  const T* data() const {
    return reinterpret_cast<const T*>(static_cast<const char*>(dl_->data) + dl_->byte_offset);
  }
  const DLTensor* dl() const { return dl_; }

 private:
  const DLTensor* dl_;
};

// Owned; moves. Given up by its destructor unless it was handed on.
class Tensor {
 public:
  Tensor() : tensor_{sizeof(syx_tensor), nullptr, nullptr} {}
  Tensor(syx_call* call, syx_tensor tensor) : call_(call), tensor_(tensor) {}
  Tensor(Tensor&& other) noexcept : call_(other.call_), tensor_(other.tensor_) { other.tensor_.dl = nullptr; }
  Tensor& operator=(Tensor&& other) noexcept {
    std::swap(call_, other.call_);
    std::swap(tensor_, other.tensor_);
    return *this;
  }
  ~Tensor() { reset(); }

  explicit operator bool() const { return tensor_.dl != nullptr; }
  TensorView view() const { return TensorView(tensor_.dl ? &tensor_.dl->dl_tensor : nullptr); }
  template <class T>
  T* data() {
    DLTensor& dl = tensor_.dl->dl_tensor;
    return reinterpret_cast<T*>(static_cast<char*>(dl.data) + dl.byte_offset);
  }
  // Gives it up now. After the call that lent it only through the deleter.
  void reset() {
    if (tensor_.dl && tensor_.dl->deleter) tensor_.dl->deleter(tensor_.dl);
    tensor_.dl = nullptr;
  }
  // Hands it on: whoever gets it owns it.
  syx_tensor detach() {
    const syx_tensor out = tensor_;
    tensor_.dl = nullptr;
    return out;
  }
  syx_tensor* raw() { return &tensor_; }

 private:
  syx_call* call_ = nullptr;
  syx_tensor tensor_;
};

// A tensor over memory that `keep` owns, for plugins that do not want the host's pool.
template <class T, class Owner>
Tensor wrap(Owner keep, T* data, std::vector<int64_t> shape, std::vector<int64_t> strides = {}) {
  struct Holder {
    DLManagedTensorVersioned dl;
    std::vector<int64_t> shape, strides;
    Owner keep;
  };
  auto* holder = new Holder{{}, std::move(shape), std::move(strides), std::move(keep)};
  holder->dl.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  holder->dl.manager_ctx = holder;
  holder->dl.deleter = [](DLManagedTensorVersioned* self) { delete static_cast<Holder*>(self->manager_ctx); };
  DLTensor& dl = holder->dl.dl_tensor;
  int64_t elements = 1;
  for (int64_t d : holder->shape) elements *= d;
  dl.data = elements ? data : nullptr;
  dl.device = {kDLCPU, 0};
  dl.ndim = static_cast<int32_t>(holder->shape.size());
  dl.dtype = DType<T>::value;
  dl.shape = holder->shape.data();
  dl.strides = holder->strides.empty() ? nullptr : holder->strides.data();
  return Tensor(nullptr, {sizeof(syx_tensor), &holder->dl, nullptr});
}

}  // namespace syrinx
