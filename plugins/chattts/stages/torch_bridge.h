// Tensors across the border: views of items as LibTorch tensors, and LibTorch tensors as items, without copying.
#pragma once

#include <ATen/ATen.h>

#include <syrinx/sdk.hpp>

namespace chattts {

// A view of host memory that stays valid as long as `view`; defined for contiguous f32 and i32.
inline at::Tensor as_torch(const syrinx::TensorView& view) {
  if (!view.on_cpu() || !view.contiguous()) throw syrinx::Failure(syrinx::invalid, "a tensor must be contiguous and in host memory");
  std::vector<int64_t> shape;
  for (int i = 0; i < view.dims(); ++i) shape.push_back(view.size(i));
  if (view.is<float>()) return at::from_blob(const_cast<float*>(view.data<float>()), shape, at::kFloat);
  if (view.is<int32_t>()) return at::from_blob(const_cast<int32_t*>(view.data<int32_t>()), shape, at::kInt);
  throw syrinx::Failure(syrinx::invalid, "a tensor must be f32 or i32");
}

// A tensor of f32, on any device, as an item's tensor in host memory; it keeps `tensor` alive.
inline syrinx::Tensor as_item(const at::Tensor& tensor) {
  const at::Tensor host = tensor.cpu().contiguous();
  return syrinx::wrap(host, host.data_ptr<float>(), host.sizes().vec());
}

}  // namespace chattts
