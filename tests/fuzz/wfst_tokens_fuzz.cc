// Token texts of both styles: parsed and written again, or refused with a place in the text.
#include <cstdlib>

#include "tokens/token_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wfst;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const TokenStyle style : {TokenStyle::kFlat, TokenStyle::kNested}) {
    std::vector<TextToken> tokens, again;
    TokenTextError error;
    if (!parse_tokens(text, style, tokens, error)) {
      if (error.what.empty() || error.at > size) std::abort();
      continue;
    }
    const std::string written = write_tokens(tokens, style);
    if (!parse_tokens(written, style, again, error) || again != tokens) std::abort();
    for (TextToken& token : tokens) reorder("zh", token);
  }
  return 0;
}
