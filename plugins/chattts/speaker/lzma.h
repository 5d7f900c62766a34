// Raw LZMA2 streams, without any container: how speaker strings are compressed.
#pragma once

#include "base16384.h"

namespace chattts {

// Any decoder reads it; the bytes are those of liblzma's strongest preset with a small dictionary.
// Throws std::bad_alloc.
Bytes lzma2_encode(const Bytes& bytes);

// At most `most` bytes, or a syrinx::Failure: the stream cannot make the decoder use more memory
// than that. The whole of `bytes` must be one stream.
Bytes lzma2_decode(const uint8_t* bytes, size_t size, size_t most);

}  // namespace chattts
