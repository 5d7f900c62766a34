#include "batch.h"

#include <algorithm>
#include <string>
#include <syrinx/sdk.hpp>

namespace chattts {

PromptBatch assemble(const std::vector<std::vector<int32_t>>& texts,
                     const std::vector<int32_t>& codes, size_t heads) {
  if (heads == 0 || codes.size() % heads != 0)
    throw syrinx::Failure(
        syrinx::invalid,
        std::to_string(codes.size()) + " prompt codes are not " + std::to_string(heads) + " rows",
        "a prompt has one row of codes for each codebook");
  const size_t prompt = codes.size() / heads;
  size_t longest = 0;
  for (const auto& text : texts) longest = std::max(longest, text.size());
  PromptBatch out;
  out.rows = texts.size();
  out.length = longest + prompt;
  out.heads = heads;
  out.ids.assign(out.rows * out.length * heads, 0);
  out.attention.assign(out.rows * out.length, 0);
  out.text.assign(out.rows * out.length, 0);
  for (size_t b = 0; b < out.rows; ++b) {
    size_t at = b * out.length + longest - texts[b].size();
    for (int32_t id : texts[b]) {
      std::fill_n(out.ids.begin() + static_cast<std::ptrdiff_t>(at * heads), heads, id);
      out.attention[at] = out.text[at] = 1;
      ++at;
    }
    for (size_t s = 0; s < prompt; ++s, ++at) {
      for (size_t n = 0; n < heads; ++n) out.ids[at * heads + n] = codes[n * prompt + s];
      out.attention[at] = 1;
    }
  }
  return out;
}

}  // namespace chattts
