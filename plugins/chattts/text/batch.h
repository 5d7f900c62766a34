// Prompts of several texts as one batch, padded on the left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chattts {

// Row-major. Row b holds zeros, then its text ids repeated in every channel, then the prompt codes,
// which are the same in all rows.
struct PromptBatch {
  size_t rows = 0, length = 0, heads = 4;
  std::vector<int32_t> ids;        // [rows, length, heads]
  std::vector<uint8_t> attention;  // [rows, length]: 0 on padding
  std::vector<uint8_t> text;       // [rows, length]: 1 on text ids only
};

// `codes` is [heads, S] row-major, or empty. Throws syrinx::Failure if it cannot be divided into
// `heads` rows.
PromptBatch assemble(const std::vector<std::vector<int32_t>>& texts,
                     const std::vector<int32_t>& codes = {}, size_t heads = 4);

}  // namespace chattts
