// FST files: refused with a reason, or usable by the decoder on any text. The first byte chooses own or foreign, the text is the
// end of the input.
#include <cstdlib>

#include "fst/decoder.h"
#include "tokens/read_marks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wfst;
  if (size < 2) return 0;
  const bool marks = data[0] & 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string error;
  const auto machine = Machine::read(bytes, {1 << 16, marks}, &error);
  if (!machine) {
    if (error.empty()) std::abort();
    return 0;
  }
  Decoder decoder(machine);
  const std::string_view text = bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), 64));
  for (const std::string_view one : {text, std::string_view("aab"), std::string_view()}) {
    if (decoder.run(one) != Decoder::Outcome::kFound || !marks) continue;
    TokenList tokens;
    bool only_marks = true;
    for (const Event& event : decoder.events()) only_marks = only_marks && event.label >= kFirstMark;
    if (only_marks) read_marks(*machine, one, decoder.events(), tokens);
  }
  return 0;
}
