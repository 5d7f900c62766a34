// A voice file of any kind, or, behind the first byte 0, the program of a tensor file, whose
// archive is put around it: what is read can be written and read again, bit for bit.
#include "chattts_fuzz.h"
#include "speaker/tensor_file.h"
#include "speaker/voice_file.h"
#include "speaker/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  chattts::Bytes file(data, data + size);
  if (size > 0 && data[0] == 0)
    file = chattts::write_zip({{"v/data.pkl", chattts::Bytes(data + 1, data + size)},
                               {"v/data/0", chattts::Bytes{0, 0x3C, 0, 0x40, 0, 0x42, 0, 0x44}}});
  syrinx::fuzz::read_or_refused([&] {
    const chattts::Voice voice = chattts::parse_voice(file, "fuzz");
    if (!voice.embedding) return;
    const auto again =
        chattts::read_tensor_file(chattts::write_tensor_file(*voice.embedding), "again");
    syrinx::fuzz::check(
        again.type == voice.embedding->type && again.bytes == voice.embedding->bytes,
        "written and read again it differs");
    for (float value : voice.embedding->normalized(0))
      syrinx::fuzz::check(value >= -1.1f && value <= 1.1f,
                          "a vector of unit length has a value beyond 1");
  });
  return 0;
}
