// Loudness of a programme after ITU-R BS.1770-4: K-weighting and two gates.
#pragma once

#include <cstdint>
#include <vector>

namespace basic {

// samples: one vector a channel. In LUFS; -infinity for silence or less than 0.4 s.
double integrated_loudness(const std::vector<std::vector<float>>& samples, int sample_rate);

}  // namespace basic
