// Audio from magnitudes alone: projection between what the magnitudes are and what a signal can have (Griffin and Lim 1984), with
// the momentum of Perraudin et al. 2013.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace basic {

struct GriffinLim {
  int fft = 1024, hop = 256, iterations = 60;
  float momentum = 0.99f;

  // magnitudes: [frames][fft / 2 + 1]; Hann window, frames centred: hop * (frames - 1) samples. First phases come from `key`.
  // `keep_on` is asked before every pass; false gives what there is.
  std::vector<float> run(const std::vector<float>& magnitudes, int64_t frames, uint64_t key, const std::function<bool(int)>& keep_on) const;
};

}  // namespace basic
