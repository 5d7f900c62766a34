// Speaker strings and codes of recordings, as text or, behind the first byte 0, as the bytes that
// the text stands for.
#include "chattts_fuzz.h"
#include "speaker/lzma.h"
#include "speaker/prompt_codes.h"
#include "speaker/vector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (size > 0 && data[0] == 0) {
    const chattts::Bytes bytes(data + 1, data + size);
    text = chattts::to_base16384(bytes);
    syrinx::fuzz::check(chattts::from_base16384(text) == bytes, "bytes do not come back");
    syrinx::fuzz::read_or_refused([&] {
      const chattts::Bytes unpacked = chattts::lzma2_decode(bytes.data(), bytes.size(), 65536);
      const chattts::Bytes packed = chattts::lzma2_encode(unpacked);
      syrinx::fuzz::check(chattts::lzma2_decode(packed.data(), packed.size(), 65536) == unpacked,
                          "unpacked bytes do not come back");
    });
  }
  syrinx::fuzz::read_or_refused([&] { chattts::parse_speaker_string(text); });
  syrinx::fuzz::read_or_refused([&] { chattts::SpeakerStatistics::parse(text); });
  syrinx::fuzz::read_or_refused([&] {
    const auto codes = chattts::parse_prompt_string(text);
    for (int32_t code : codes.codes)
      syrinx::fuzz::check(code >= 0 && code < 625, "a code outside the codebook");
  });
  return 0;
}
