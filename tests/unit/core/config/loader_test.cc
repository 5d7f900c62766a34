#include "core/config/loader.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Loader : public ::testing::Test {
 protected:
  void SetUp() override {
    // One for each test: they run at the same time.
    folder_ = fs::path(::testing::TempDir()) / (std::string("syrinx-loader-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "parts");
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

const char* const kStages = "stages: { a: { plugin: x/y }, b: { plugin: x/z } }\nflow: [a, b]\n";

TEST_F(Loader, IncludesOverlaysAndSetsInOrder) {
  file("parts/base.yaml", "pipeline: 1\nvars: { v: from-include, w: kept }\n");
  const std::string main = file("main.yaml", std::string("pipeline: 1\ninclude: [parts/base.yaml]\nvars: { v: from-file }\n") + kStages +
                                                 "name: \"${vars.v} ${vars.w}\"\n");
  const std::string overlay = file("over.yaml", "pipeline: 1\nvars: { v: from-overlay }\n");
  EXPECT_EQ(load_pipeline({main, {}, {}, {}})->name, "from-file kept");
  EXPECT_EQ(load_pipeline({main, {overlay}, {}, {}})->name, "from-overlay kept");
  EXPECT_EQ(load_pipeline({main, {overlay}, {"vars.v=from-set"}, {}})->name, "from-set kept");
}

TEST_F(Loader, CirclesOfIncludesAreNamed) {
  file("a.yaml", "pipeline: 1\ninclude: [b.yaml]\n");
  const std::string b = file("b.yaml", "pipeline: 1\ninclude: [a.yaml]\n");
  const auto out = load_pipeline({b, {}, {}, {}});
  ASSERT_FALSE(out);
  EXPECT_THAT(to_text(out.errors()), ::testing::AllOf(HasSubstr("a.yaml"), HasSubstr("b.yaml")));
}

TEST_F(Loader, AStageInNeitherFlowNorSlotIsAnError) {
  const std::string main = file("main.yaml", "pipeline: 1\nstages: { a: { plugin: x/y }, forgotten: { plugin: x/z } }\nflow: [a]\n");
  const auto out = load_pipeline({main, {}, {}, {}});
  ASSERT_FALSE(out);
  EXPECT_THAT(to_text(out.errors()), HasSubstr("forgotten"));
}

TEST_F(Loader, FreeKeysAreFree) {
  const std::string main = file("main.yaml", std::string("pipeline: 1\nx-anything: { a: [1, 2] }\n") + kStages);
  EXPECT_TRUE(load_pipeline({main, {}, {}, {}}));
}

TEST_F(Loader, AMissingFileIsSaid) {
  const auto out = load_pipeline({(folder_ / "none.yaml").string(), {}, {}, {}});
  ASSERT_FALSE(out);
  EXPECT_THAT(to_text(out.errors()), HasSubstr("none.yaml"));
}

}  // namespace
}  // namespace syrinx::core
