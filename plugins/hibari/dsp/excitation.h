// Pitch to harmonics and phase, sample by sample (specification, section 8, steps 1 and 2).
#pragma once

#include <cstdint>

#include "dsp_kernels.h"

namespace hibari {

// One chunk's; frames must be asked for in order.
class Excitation {
 public:
  // The kHop samples of a frame from its pitch and its neighbours' (Hz): harmonics (0 where unvoiced) and phase in [0, 2 pi).
  void frame(float before, float here, float after, float* harmonics, float* phase);

 private:
  double turns_ = 0;  // since the chunk's start
};

}  // namespace hibari
