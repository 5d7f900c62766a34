// Mel filter banks and their inverse.
#pragma once

#include <vector>

namespace basic {

struct MelBank {
  int bins = 100, fft = 1024, sample_rate = 24000;
  double fmin = 0, fmax = 12000;

  // Triangles on the HTK scale, not normalised: [bins][fft / 2 + 1].
  std::vector<double> filters() const;
  // Least-squares inverse with a little damping: [fft / 2 + 1][bins].
  std::vector<double> inverse() const;
};

}  // namespace basic
