// The network for unknown words: characters to phonemes (specification, section 6). US float32, British int8.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers.h"

namespace hibari {

// Immutable; safe from any thread.
class OovNetwork {
 public:
  // Null with `error` set if the file does not hold such a network.
  static std::shared_ptr<const OovNetwork> load(const std::string& path, const Kernels& kernels, std::string* error);

  // characters: 1 to 24 positions, from 1. Four ids for each; 0 is the blank. Empty for anything else.
  std::vector<int> run(const std::vector<int>& characters) const;

 private:
  struct Linear {
    PackedFloat real;
    PackedInt8 int8;
    int out = 0;
  };
  struct Layer {
    Linear qkv, out, linear1, linear2;
    std::vector<float> norm1_weight, norm1_bias, norm2_weight, norm2_bias;
  };
  explicit OovNetwork(const Kernels& kernels) : kernels_(kernels) {}
  void apply(const Linear& linear, const float* x, int rows, int in, float* y, Workspace& work) const;

  const Kernels& kernels_;
  bool quantized_ = false;
  int characters_ = 0;
  std::vector<float> embedding_, positions_, norm_weight_, norm_bias_;
  Layer layers_[4];
  Linear head_;
};

}  // namespace hibari
