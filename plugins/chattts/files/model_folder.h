// The folder of a ChatTTS model: gpt/config.json, and the five weight files, each checked against
// what it must hold.
//
// Sizes come from gpt/config.json and, in test assets, from model_config.json; what neither says is
// read off the shapes that the files have, so that a smaller or a larger model needs no settings.
// Weights may be stored as f64, f32, f16 or bf16: whoever uses them converts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "files/dimensions.h"
#include "files/expected_tensors.h"
#include "files/safetensors.h"

namespace chattts {

// One checked file, by canonical names. Immutable, [any]. Tensors point into `file`.
class Weights {
 public:
  Weights(WeightFile which, std::shared_ptr<const SafetensorsFile> file);

  // Throws Failure(not_found) naming the file and the tensor if there is none.
  const StoredTensor& at(std::string_view name) const;
  const StoredTensor* find(std::string_view name) const;
  const std::map<std::string, const StoredTensor*, std::less<>>& tensors() const {
    return tensors_;
  }
  const std::shared_ptr<const SafetensorsFile>& file() const { return file_; }

  // Throws Failure(not_found) naming the first tensor with a NaN or an infinity, and where in it.
  // Reads all values.
  void require_finite() const;

 private:
  std::shared_ptr<const SafetensorsFile> file_;
  std::map<std::string, const StoredTensor*, std::less<>> tensors_;  // canonical name
};

class ModelFolder {
 public:
  // `path`: the folder asset/ or the one that holds it. Throws Failure(not_found) without
  // gpt/config.json, or if a configuration is damaged, contradicts itself, or describes another
  // architecture.
  explicit ModelFolder(const std::string& path);

  const std::string& path() const { return path_; }  // that of asset/
  const Dimensions& dimensions() const { return dimensions_; }
  bool has(WeightFile file) const;

  // Opens and checks a file: every expected tensor is there with its shape and a floating dtype;
  // and, but for the language model, no other is there (a token table and buffers of rotary
  // positions may stand in its file, and are not used). Throws Failure(not_found) that names
  // file and tensors, expected and found.
  Weights weights(WeightFile file) const;

 private:
  std::string path_;
  Dimensions dimensions_;
};

}  // namespace chattts
