// The codes of a recording as text: ChatTTS's "spk_smp", which makes a voice of a sample.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chattts {

struct PromptCodes {
  size_t heads = 0, length = 0;
  std::vector<int32_t> codes;  // [heads, length], row-major

  bool empty() const { return codes.empty(); }
};

// base16384 of two counts of 16 bits and the LZMA2 stream of the codes. Throws syrinx::Failure if a
// count or a code needs more bits.
std::string prompt_string(const PromptCodes& codes);

// Throws syrinx::Failure if it is damaged, has not `heads` rows, or holds a code of `vocabulary` or
// more: the reference would read beyond its tables. What is unpacked is bounded by the counts.
PromptCodes parse_prompt_string(std::string_view text, size_t heads = 4, int32_t vocabulary = 625);

}  // namespace chattts
