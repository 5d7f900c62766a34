// Tensor files of PyTorch (.pt): one vector, read without running anything.
//
// Such a file is an archive with a pickle, a program for a small machine that may call any Python
// function. The reader here knows the operations that torch.save writes for a plain tensor and the
// four functions that these name; it refuses everything else by name.
#pragma once

#include <string>

#include "vector.h"

namespace chattts {

// A tensor [n] or [1, n] of f16, bf16, f32 or f64. Throws syrinx::Failure; `name` is what errors
// call the file.
SpeakerVector read_tensor_file(const Bytes& bytes, const std::string& name);

// A tensor [n] that torch.load(path, weights_only=True) reads.
Bytes write_tensor_file(const SpeakerVector& vector);

}  // namespace chattts
