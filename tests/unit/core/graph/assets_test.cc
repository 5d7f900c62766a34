#include "core/graph/assets.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AssetFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "syrinx-assets-XXXXXX").string();
    root_ = mkdtemp(name.data());
    for (const char* file : {"b", "folder/z", "folder/a/b/c/d/e", "other"}) {
      fs::create_directories((root_ / file).parent_path());
      std::ofstream(root_ / file) << "x";
    }
  }
  void TearDown() override { fs::remove_all(root_); }

  // With these options, of which all but "text" are assets.
  std::vector<std::string> files(const Json& options) {
    PlannedStage stage;
    stage.schema = Json{{"properties", {{"text", {{"type", "string"}}}}}};
    for (const char* name : {"file", "again", "folder"}) stage.schema["properties"][name] = {{"type", "string"}, {"format", "asset"}};
    stage.options = options;
    std::vector<std::string> out;
    for (const fs::path& file : asset_files(stage)) out.push_back(fs::relative(file, root_).string());
    return out;
  }
  std::string at(const char* name) const { return (root_ / name).string(); }

  fs::path root_;
};

TEST_F(AssetFiles, AreThoseNamedAndThoseInFoldersEachOnceInOrder) {
  EXPECT_THAT(files({{"folder", at("folder")}, {"file", at("b")}, {"again", at("folder/z")}, {"text", at("other")}}),
              ElementsAre("b", "folder/a/b/c/d/e", "folder/z"));
}

TEST_F(AssetFiles, LeaveOutWhatIsMissing) {
  EXPECT_THAT(files({{"file", at("none")}, {"again", nullptr}, {"folder", ""}}), IsEmpty());
  EXPECT_THAT(files(Json::object()), IsEmpty());
  PlannedStage without_schema;
  without_schema.options = {{"file", at("b")}};
  EXPECT_THAT(asset_files(without_schema), IsEmpty());
}

TEST_F(AssetFiles, EndInAFolderThatLeadsBack) {
  fs::create_directory_symlink(root_ / "folder", root_ / "folder" / "a" / "back");
  EXPECT_THAT(files({{"folder", at("folder")}}), ElementsAre("folder/a/b/c/d/e", "folder/z"));
}

}  // namespace
}  // namespace syrinx::core
