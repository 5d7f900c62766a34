// The inner loops of the source-filter vocoder, in one variant for each instruction set; chosen once at run time.
//
// A variant computes `lanes` frames side by side, one in each lane of a vector, with the same operations in every lane: what a
// frame becomes does not depend on its lane or its neighbours, so any chunking gives the same samples.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hibari {

constexpr int kFft = 1200, kHop = 300, kFftBins = 601, kMostLanes = 16, kSampleRate = 24000;

// The five parts of frames (specification, section 7), each part [bins, frames] with strides in floats.
struct SpectralView {
  const float* data = nullptr;
  int64_t part = 0, bin = 0, frame = 0;
};

// Which random numbers frames take: those of a counter-based generator, or given ones (for tests).
struct Noise {
  uint64_t key = 0;
  const float* given = nullptr;  // [601][frames][2]
  int64_t given_frames = 0;
};

struct FrameBlock {
  int count = 0;                      // 1 .. lanes
  int64_t first = 0;                  // index in the chunk of the first frame
  const float* excitation[kMostLanes];  // kFft samples each; unused for whispering
  const float* frame[kMostLanes];     // the five parts of each frame, with the strides
  int64_t part = 0, bin = 0;
  Noise noise;
  float* out[kMostLanes];             // kFft samples each, windowed, to be added
};

struct DspKernels {
  std::string_view name;  // "portable", "avx2", "avx512"
  int lanes;
  // e = sum of cos(h t), h = 1 .. harmonics, by its closed form; 0 for no harmonics (section 8, step 3).
  void (*pulses)(const float* harmonics, const float* phase, int64_t n, float* e);
  // Steps 4 to 6 but for the overlap: STFT of the excitation, filters, noise, inverse. `work`: see work_floats().
  void (*voice)(const FrameBlock& block, float* work);
  // The same without an excitation: noise takes the place of the voice.
  void (*whisper)(const FrameBlock& block, float* work);
  // The STFT alone, for tests: E [601][2] of each lane, lane by lane.
  void (*analyse)(const FrameBlock& block, float* work, float* spectra);
};

constexpr int64_t work_floats(int lanes) { return int64_t{lanes} * (4 * kFft + 64) + 64; }

const DspKernels& best_dsp_kernels();
std::vector<const DspKernels*> usable_dsp_kernels();

}  // namespace hibari
