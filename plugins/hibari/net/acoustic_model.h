// The acoustic network of the voice: phoneme ids to spectral parts and pitch (specification, section 7).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "layers.h"

namespace hibari {

constexpr int kPhonemes = 178, kParts = 5, kBins = 601, kHeadOutputs = kParts * kBins;
constexpr int kMostIds = 4096;  // of one chunk: attention grows with the square

struct AcousticOutput {
  std::vector<int32_t> durations;   // per id, in units of 25 ms
  std::vector<float> duration_raw;  // before speed and rounding
  int frames = 0;                   // 80 a second
  std::vector<float> f0;            // [frames], Hz; the raw linear output
};

// Immutable after loading; `run` may be called from any thread, each with a workspace of its own.
class AcousticModel {
 public:
  // Null with `error` set if the file does not hold this network.
  static std::shared_ptr<const AcousticModel> load(const std::string& path, const Kernels& kernels, std::string* error);

  // Frames come in order, `count` at a time from `first`: [count][5][601], parts lh theta ln lr phi. False stops the run.
  using OnFrames = std::function<bool(int first, int count, const float* frames)>;
  // Called once everything but the frames is known.
  using OnShape = std::function<bool(const AcousticOutput&)>;

  // ids: 1 to kMostIds, each below kPhonemes; speed: 0.25 to 4. False with `error` set for anything else, or without it if
  // a callback or `cancelled` stopped it. `block`: frames handed on at once.
  bool run(const std::vector<int32_t>& ids, float speed, Workspace& work, const OnShape& on_shape, const OnFrames& on_frames,
           const std::function<bool()>& cancelled, int block, std::string* error) const;

 private:
  // Depthwise convolution, norm, linear, gelu, linear, scaled and added.
  struct Block {
    int k = 0, dilation = 1;
    std::vector<float> taps, tap_bias, weight, bias, gamma;
    PackedInt8 up, down;
  };
  struct Encoder {
    int c = 0, layers = 0;
    std::vector<float> embedding;
    Block blocks[2];
    PackedInt8 qkv, out, linear1, linear2;
    std::vector<float> norm1_weight, norm1_bias, norm2_weight, norm2_bias, weight, bias, ones;
  };

  explicit AcousticModel(const Kernels& kernels) : kernels_(kernels) {}
  Block read_block(const LayerReader& reader, const std::string& module, const std::string& matrix, const std::string& ending, int c, int inner, int k, int dilation) const;
  Encoder read_encoder(const LayerReader& reader, const std::string& module, const std::string& ending, const std::string& qkv, int c, int layers) const;
  void run_block(const Block& block, std::vector<float>& x, int rows, int c, Workspace& work) const;
  std::vector<float> run_encoder(const Encoder& encoder, const std::vector<int32_t>& ids, Workspace& work) const;
  // Rows with `pad` rows of zeros on either side.
  static std::vector<float> padded(const std::vector<float>& x, int rows, int c, int pad);

  const Kernels& kernels_;
  Encoder text_, prosody_text_;
  PackedFloat duration1_, prosody_in_, prosody_out_, decoder_ids_, decoder_pitch_;
  std::vector<float> duration2_, duration2_bias_, decoder_bias_;
  Block prosody_[6], decoder_[8];
  std::vector<float> norm_weight_, norm_bias_;
  PackedInt8 head_;
};

}  // namespace hibari
