// The tables of what each file of the model must hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "files/dimensions.h"

namespace chattts {

enum class WeightFile { kGpt, kEmbed, kDecoder, kDvae, kVocos };

// Relative to the folder asset/: "gpt/model.safetensors".
const char* path_of(WeightFile file);

struct ExpectedTensor {
  std::string name;
  std::vector<int64_t> shape;
};

std::vector<ExpectedTensor> expected_tensors(WeightFile file, const Dimensions& dimensions);

// The names that the rest of the program uses, from those that files have: without the prefix
// "model." in the language model's file, and with layer scales of decoder and DVAE called "weight",
// as they are since October 2024, not "gamma".
std::string canonical_name(WeightFile file, const std::string& stored);

}  // namespace chattts
