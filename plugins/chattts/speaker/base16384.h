// Bytes as CJK characters, 14 bits each: what ChatTTS's speaker strings are written in. Pure. [any]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chattts {

using Bytes = std::vector<uint8_t>;

// Seven bytes become four characters from U+4E00 on, big-endian. A rest of r bytes becomes as many
// characters as hold it and the mark U+3D00 + r.
std::string to_base16384(const Bytes& bytes);

// White space around the text is ignored. Throws syrinx::Failure with the place of a character that
// does not belong, or if the end is cut off.
Bytes from_base16384(std::string_view text);

}  // namespace chattts
