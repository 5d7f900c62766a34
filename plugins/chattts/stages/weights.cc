#include "stages/weights.h"

#include <cstring>
#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

at::ScalarType scalar_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::kF64: return at::kDouble;
    case Dtype::kF32: return at::kFloat;
    case Dtype::kF16: return at::kHalf;
    case Dtype::kBf16: return at::kBFloat16;
    case Dtype::kI64: return at::kLong;
    case Dtype::kI32: return at::kInt;
    case Dtype::kI16: return at::kShort;
    case Dtype::kI8: return at::kChar;
    case Dtype::kU8: return at::kByte;
    case Dtype::kBool: break;
  }
  return at::kBool;
}

}  // namespace

at::Tensor as_torch(const StoredTensor& tensor, std::shared_ptr<const SafetensorsFile> file) {
  const at::ScalarType type = scalar_type(tensor.dtype);
  if (tensor.bytes == 0) return at::empty(tensor.shape, type);
  if (tensor.aligned()) return at::from_blob(const_cast<std::byte*>(tensor.data), tensor.shape, [file, tensor](void*) { file->release(tensor); }, type);
  at::Tensor out = at::empty(tensor.shape, type);
  std::memcpy(out.data_ptr(), tensor.data, tensor.bytes);
  file->release(tensor);
  return out;
}

WeightSource source_of(const Weights& weights) {
  return [weights](const std::string& name) { return as_torch(weights.at(name), weights.file()); };
}

std::map<std::string, at::Tensor> read_tensors(const std::string& path) {
  std::map<std::string, at::Tensor> out;
  const auto file = SafetensorsFile::open(path);
  for (const auto& [name, tensor] : file->tensors()) out.emplace(name, as_torch(tensor, file));
  return out;
}

}  // namespace chattts
