// Every size of a ChatTTS model. The defaults are those of the published one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace chattts {

// Heads of the language model always have 64 dimensions.
constexpr int64_t kHeadSize = 64;

// The Llama stack and the tables and heads around it.
struct GptDimensions {
  int64_t hidden = 768, layers = 20, heads = 12, intermediate = 3072;
  int64_t positions = 4096;  // the longest context
  double norm_epsilon = 1e-6, rope_theta = 10000;
  int64_t codebooks = 4, audio_tokens = 626, text_tokens = 21178;  // audio: 625 codes and the end
};

// ConvNeXt stack of the mel decoder and of both sides of the DVAE: input -> bottleneck -> hidden,
// blocks, hidden -> output.
struct ConvStackDimensions {
  int64_t input = 384, bottleneck = 128, hidden = 512, layers = 12, output = 384;
  static constexpr int64_t kKernel = 7, kDilation = 2, kExpansion = 4;
};

// Grouped residual finite scalar quantiser: each of `groups` takes its share of `dim` through
// `residuals` quantisers.
struct QuantizerDimensions {
  int64_t dim = 1024, groups = 2, residuals = 2;
  std::vector<int64_t> levels = {5, 5, 5, 5};
};

struct MelDimensions {
  int64_t sample_rate = 24000, fft = 1024, hop = 256, bands = 100;
};

struct VocosDimensions {
  int64_t hidden = 512, intermediate = 1536, layers = 8;
  static constexpr int64_t kKernel = 7;
};

struct Dimensions {
  GptDimensions gpt;
  ConvStackDimensions decoder;  // hidden states, two frames to a state
  ConvStackDimensions dvae_encoder{512, 128, 256, 12, 1024};
  ConvStackDimensions dvae_decoder{512, 128, 256, 12, 512};
  QuantizerDimensions quantizer;
  MelDimensions mel;
  VocosDimensions vocos;
  // Mean and deviation of speaker vectors, as the base16384 text that the reference writes; empty
  // if the folder has none, as the published one.
  std::string speaker_statistics;
};

}  // namespace chattts
