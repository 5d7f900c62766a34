// A speaker's vector: what replaces [spk_emb] in the prompt of ChatTTS once it has unit length.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base16384.h"

namespace chattts {

enum class Float { kHalf, kBrain, kSingle, kDouble };
size_t size_of(Float type);
const char* name_of(Float type);  // "f16", "bf16", "f32", "f64"

// Values in the type they came in, bit for bit, little-endian.
struct SpeakerVector {
  Float type = Float::kHalf;
  Bytes bytes;

  size_t size() const { return bytes.size() / size_of(type); }
  double at(size_t i) const;
  void set(size_t i, double value);  // rounded to the type
  static SpeakerVector zeros(Float type, size_t size);

  // Rounded; `exact`, unless null, says whether nothing was lost.
  SpeakerVector as(Float other, bool* exact = nullptr) const;
  // v / max(|v|, 1e-12) in the vector's own arithmetic (halves and brain floats: norm summed wider
  // and rounded, then each quotient rounded), as f32. Throws syrinx::Failure if it is not of `dim`
  // values (0: any number), holds values that are no numbers, or has a norm of zero or beyond the
  // type: the network would compute with NaN.
  std::vector<float> normalized(size_t dim) const;
};

// The string ChatTTS exchanges: base16384 of an LZMA2 stream of halves.
std::string speaker_string(
    const SpeakerVector& vector);  // of a vector of another type: rounded to halves
SpeakerVector parse_speaker_string(std::string_view text);  // throws syrinx::Failure

// How speakers are distributed: base16384 of halves, the deviations first, then the means.
struct SpeakerStatistics {
  std::vector<uint16_t> deviation, mean;                  // halves
  static SpeakerStatistics parse(std::string_view text);  // throws syrinx::Failure
};

// As the reference draws them on a CPU: mean + deviation * normal, in halves, bit for bit.
SpeakerVector random_speaker(const SpeakerStatistics& statistics, uint64_t seed);
// The normal draw, in halves: MT19937, Box and Muller in blocks of 16. At least 16 values.
std::vector<uint16_t> random_halves(size_t count, uint64_t seed);

}  // namespace chattts
