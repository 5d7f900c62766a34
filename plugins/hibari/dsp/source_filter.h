// The source-filter vocoder: spectral parts and pitch to samples, in pieces of any size (specification, section 8).
#pragma once

#include <vector>

#include "dsp_kernels.h"
#include "excitation.h"

namespace hibari {

// One chunk of speech. Not for several threads at once. Any division into pushes gives the same samples.
class SourceFilter {
 public:
  enum class Kind { kVoice, kWhisper };
  SourceFilter(const DspKernels& kernels, Kind kind, Noise noise);

  // The next frames; f0 in Hz, [frames]. Appends to `out` the samples that are final.
  void push(const SpectralView& parts, const float* f0, int64_t frames, std::vector<float>* out);
  // The chunk is complete: appends the rest, so that 300 samples a frame have come in all.
  void finish(std::vector<float>* out);

 private:
  void add_pulses(float before, float here, float after);
  // Computes frames [done_, end), of `total` if that is known, and hands out what is final. Frames are those that wait, then
  // `fresh` ones.
  void run(int64_t end, int64_t total, const SpectralView& fresh, std::vector<float>* out);
  void keep(const SpectralView& parts, int64_t first, int64_t end);
  const float* excitation_of(int64_t frame, int64_t total, float* scratch) const;
  void hand_out(int64_t blocks, int64_t total, std::vector<float>* out);

  const DspKernels& kernels_;
  const Kind kind_;
  const Noise noise_;
  Excitation excitation_;
  std::vector<float> f0_;        // from frame f0_first_
  std::vector<float> e_;         // from sample e_first_
  std::vector<float> parts_;     // [frames][5][601] that came and are not done, from frame done_
  std::vector<float> overlap_;   // from block handed_ of kHop samples; kFft ahead
  std::vector<float> work_, scratch_, windowed_, square_;
  int64_t came_ = 0, pulsed_ = 0, done_ = 0, handed_ = 0, f0_first_ = 0, e_first_ = 0;
};

}  // namespace hibari
