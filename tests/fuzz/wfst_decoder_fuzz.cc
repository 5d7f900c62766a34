// Any text through the shipped grammars: a path, tokens in order and apart, values inside the text; twice the same.
#include <cstdlib>

#include "fst/decoder.h"
#include "text/utf8.h"
#include "tokens/read_marks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wfst;
  static std::vector<std::unique_ptr<Decoder>> decoders = [] {
    std::vector<std::unique_ptr<Decoder>> out;
    const char* const folder = std::getenv("WFST_GRAMMARS");
    for (const char* language : {"zh", "en", "ja"}) {
      std::string error;
      auto machine = Machine::open(std::string(folder ? folder : ".") + "/" + language + ".fst", {uint64_t{1} << 28, true}, &error);
      if (!machine) std::abort();
      out.push_back(std::make_unique<Decoder>(machine));
    }
    return out;
  }();
  std::string text(reinterpret_cast<const char*>(data), size);
  for (char& c : text)
    if (c == 0) c = '0';
  if (first_bad_utf8(text) != std::string_view::npos) return 0;
  for (auto& decoder : decoders) {
    if (decoder->run(text) != Decoder::Outcome::kFound) std::abort();
    const std::vector<Event> once(decoder->events().begin(), decoder->events().end());
    TokenList tokens;
    read_marks(decoder->machine(), text, once, tokens);
    uint32_t at = 0;
    for (const Token& token : tokens.tokens()) {
      if (token.klass.empty() || token.text.begin < at || token.text.end <= token.text.begin || token.text.end > text.size()) std::abort();
      at = token.text.end;
      for (const Field& field : token.fields)
        if (field.text.begin < token.text.begin || field.text.end > token.text.end) std::abort();
    }
  }
  return 0;
}
