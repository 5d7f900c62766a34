// Codes of recordings as strings.
#include "speaker/prompt_codes.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

#include "chattts.h"
#include "safetensors.h"
#include "speaker/base16384.h"

namespace {

using chattts::PromptCodes;

TEST(PromptCodes, EqualTheRecordedOnes) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  for (const std::string folder : {"tiny", "official"}) {
    const auto tensors = syrinx::testing::read_safetensors(
        syrinx::testing::chattts_golden(folder + "/speaker.safetensors"));
    size_t same_bytes = 0;
    const auto prompts = syrinx::testing::chattts_json(folder + "/speaker.json")["prompts"];
    ASSERT_FALSE(prompts.empty());
    for (const auto& row : prompts) {
      const auto& ids = tensors.at("prompt" + std::to_string(row["prompt"].get<int>()) + ".ids");
      const PromptCodes read = chattts::parse_prompt_string(row["spk_smp"].get<std::string>());
      EXPECT_EQ(read.heads, 4u);
      EXPECT_EQ(read.length, row["length"]);
      EXPECT_EQ(read.codes, ids.as<int32_t>());
      const std::string written = chattts::prompt_string(read);
      same_bytes += written == row["spk_smp"];
      EXPECT_EQ(chattts::parse_prompt_string(written).codes, read.codes);
    }
    ::testing::Test::RecordProperty(
        folder + ".strings_equal_to_the_references",
        std::to_string(same_bytes) + " of " + std::to_string(prompts.size()));
  }
}

TEST(PromptCodes, TheHeaderIsRowsAndColumns) {
  const std::string text = chattts::prompt_string({4, 50, std::vector<int32_t>(200, 7)});
  const auto bytes = chattts::from_base16384(text);
  EXPECT_EQ((std::vector<uint8_t>(bytes.begin(), bytes.begin() + 4)),
            (std::vector<uint8_t>{4, 0, 50, 0}));
}

TEST(PromptCodes, WhatWouldBreakTheModelIsRefused) {
  const auto message = [](const PromptCodes& codes) -> std::string {
    try {
      chattts::parse_prompt_string(chattts::prompt_string(codes));
    } catch (const syrinx::Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message({4, 1, {624, 0, 1, 2}}), "accepted");
  EXPECT_THAT(message({4, 1, {0, 625, 1, 2}}), ::testing::HasSubstr("the code 625 at 1, 0"));
  EXPECT_THAT(message({3, 1, {0, 1, 2}}), ::testing::HasSubstr("3 rows"));
  EXPECT_THAT(message({4, 0, {}}), ::testing::HasSubstr("no codes"));
  EXPECT_THAT(message({4, 1, {70000, 0, 0, 0}}), ::testing::HasSubstr("70000"));
  // Counts that the stream does not keep.
  auto bytes = chattts::from_base16384(chattts::prompt_string({4, 2, std::vector<int32_t>(8, 1)}));
  for (uint8_t columns : {1, 3, 255}) {
    bytes[2] = columns;
    EXPECT_THROW(chattts::parse_prompt_string(chattts::to_base16384(bytes)), syrinx::Failure)
        << int{columns};
  }
  EXPECT_THROW(chattts::parse_prompt_string(""), syrinx::Failure);
  EXPECT_THROW(chattts::parse_prompt_string("not a string"), syrinx::Failure);
}

}  // namespace
