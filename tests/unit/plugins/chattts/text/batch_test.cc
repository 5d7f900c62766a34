// Batches of prompts against the recorded ones.
#include "text/batch.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

#include "chattts.h"
#include "safetensors.h"
#include "text/wordpiece.h"

namespace {

TEST(Batch, EqualsTheRecordedBatches) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  const auto tokenizer =
      chattts::WordPiece::parse(syrinx::testing::chattts_tokenizer().dump(), "tokenizer.json");
  const auto tensors = syrinx::testing::read_safetensors(
      syrinx::testing::chattts_golden("common/tokenizer_batches.safetensors"));
  const auto batches = syrinx::testing::chattts_json("common/tokenizer_batches.json");
  ASSERT_FALSE(batches.empty());
  for (const auto& batch : batches) {
    const std::string name = "b" + std::to_string(batch["batch"].get<int>()) + ".";
    std::vector<std::vector<int32_t>> texts;
    for (const std::string text : batch["decorated"]) texts.push_back(tokenizer.encode(text));
    std::vector<int32_t> codes;
    if (tensors.count(name + "prompt")) codes = tensors.at(name + "prompt").as<int32_t>();
    const chattts::PromptBatch made = chattts::assemble(texts, codes);
    EXPECT_EQ(tensors.at(name + "input_ids").shape,
              (std::vector<int64_t>{static_cast<int64_t>(made.rows),
                                    static_cast<int64_t>(made.length), 4}));
    EXPECT_EQ(made.ids, tensors.at(name + "input_ids").as<int32_t>());
    EXPECT_EQ(made.attention, tensors.at(name + "attention_mask").as<uint8_t>());
    EXPECT_EQ(made.text, tensors.at(name + "text_mask").as<uint8_t>());
  }
}

TEST(Batch, PadsOnTheLeftAndPromptsOnTheRight) {
  const auto made = chattts::assemble({{7, 8}, {1, 2, 3}}, {10, 11, 20, 21, 30, 31, 40, 41});
  ASSERT_EQ(made.length, 5u);
  const std::vector<int32_t> first(made.ids.begin(), made.ids.begin() + 20);
  EXPECT_EQ(first, (std::vector<int32_t>{0, 0, 0,  0,  7,  7,  7,  7,  8,  8,
                                         8, 8, 10, 20, 30, 40, 11, 21, 31, 41}));
  EXPECT_EQ(made.attention, (std::vector<uint8_t>{0, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(made.text, (std::vector<uint8_t>{0, 1, 1, 0, 0, 1, 1, 1, 0, 0}));
  EXPECT_THROW(chattts::assemble({{1}}, {1, 2, 3}), syrinx::Failure);
  EXPECT_EQ(chattts::assemble({}).ids.size(), 0u);
}

}  // namespace
