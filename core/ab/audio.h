// Sound as the measures take it, and the WAV files it is read from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/report/error.h"

namespace syrinx::ab {

struct Audio {
  int rate = 0;                               // Hz
  std::vector<std::vector<double>> channels;  // [-1, 1), all of one length

  size_t length() const { return channels.empty() ? 0 : channels[0].size(); }
  // The mean of the channels.
  std::vector<double> mono() const;
};

// Samples of 16 bits divided by 32768, or 32-bit floats as they are. E0504 for what is neither, or cut short.
core::Result<Audio> parse_wav(std::string_view bytes, const std::string& name);
core::Result<Audio> read_wav(const std::string& path);
// 16 bits, rounded to nearest and clipped; or 32-bit floats as they are.
std::string wav_bytes(const Audio& audio, bool float_samples = false);
// At another rate: libsamplerate's best sinc converter, always the same.
Audio resampled(const Audio& audio, int rate);

}  // namespace syrinx::ab
