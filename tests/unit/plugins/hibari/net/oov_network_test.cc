#include "oov_network.h"

#include <gtest/gtest.h>

#include "voice.h"

namespace hibari {
namespace {

class Oov : public ::testing::TestWithParam<const Kernels*> {};

TEST_P(Oov, RecordedWords) {
  for (const auto& [model, words] : {std::pair("oov.onnx", "oov.jsonl"), std::pair("oov_gb.onnx", "oov_gb.jsonl")}) {
    const std::string path = syrinx::testing::hibari_folder() + "/" + model;
    if (!syrinx::testing::exists(path)) GTEST_SKIP() << "the voice hibari is not installed: " << path;
    if (!syrinx::testing::exists(syrinx::testing::voice_golden(words))) GTEST_SKIP() << "no reference outputs: " << words;
    std::string error;
    const auto network = OovNetwork::load(path, *GetParam(), &error);
    ASSERT_TRUE(network) << error;
    for (const auto& line : syrinx::testing::read_json_lines(syrinx::testing::voice_golden(words)))
      EXPECT_EQ(network->run(line["in"].get<std::vector<int>>()), line["out"].get<std::vector<int>>()) << line["word"];
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, Oov, ::testing::ValuesIn(usable_kernels()), [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace hibari
