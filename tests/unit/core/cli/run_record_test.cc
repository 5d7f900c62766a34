// What is written down of a run.
#include "core/cli/run_record.h"

#include <gtest/gtest.h>

namespace syrinx::cli {
namespace {

core::StageOutput output_of(std::string_view stage, std::string piece) {
  core::StageOutput out;
  out.stage = stage;
  out.piece = std::move(piece);
  return out;
}

TEST(RunRecord, StagesBesideTheFlowAreAllKept) {
  core::PipelineConfig config;
  config.flow.emplace_back().name = "vocoder";
  RunRecord record(config, core::Plan{});
  const core::Request request;
  for (const char* stage : {"speaker", "style", "vocoder"}) record.add(request, output_of(stage, ""));
  std::vector<std::string> names;
  for (const core::Json& line : record.stages()) names.push_back(line["stage"].get<std::string>());
  EXPECT_EQ(names, (std::vector<std::string>{"vocoder", "speaker", "style"}));
}

TEST(RunRecord, PiecesComeInTheOrderOfTheirNumbers) {
  core::PipelineConfig config;
  config.flow.emplace_back().name = "vocoder";
  RunRecord record(config, core::Plan{});
  for (const char* piece : {"10", "9", "1/2", "1/10"}) record.add(core::Request{}, output_of("vocoder", piece));
  std::vector<std::string> pieces;
  for (const core::Json& line : record.stages()) pieces.push_back(line["piece"].get<std::string>());
  EXPECT_EQ(pieces, (std::vector<std::string>{"1/2", "1/10", "9", "10"}));
}

}  // namespace
}  // namespace syrinx::cli
