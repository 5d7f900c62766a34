// Tensors of safetensors files as LibTorch sees them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "files/model_folder.h"
#include "nn/placement.h"

namespace chattts {

// A view into the mapped file, which it keeps, and whose pages it gives back when it goes; a copy where the file did not align the tensor
// for its dtype.
at::Tensor as_torch(const StoredTensor& tensor, std::shared_ptr<const SafetensorsFile> file);

// The tensors of a checked file by their canonical names.
WeightSource source_of(const Weights& weights);

// All tensors of any file. Throws syrinx::Failure.
std::map<std::string, at::Tensor> read_tensors(const std::string& path);

}  // namespace chattts
