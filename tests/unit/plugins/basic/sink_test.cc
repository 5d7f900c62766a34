#include "sink.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace basic {
namespace {

namespace fs = std::filesystem;

std::string folder() {
  // One for each test: they run at the same time.
  const fs::path path = fs::path(::testing::TempDir()) / (std::string("syrinx-sink-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  fs::remove_all(path);
  fs::create_directories(path);
  return path.string();
}

TEST(Sink, AppearsUnderItsNameWhenWhole) {
  const std::string at = folder() + "/made/on/the/way.bin";
  Sink sink;
  ASSERT_EQ(sink.open(at), "");
  EXPECT_EQ(sink.write("hello", 5), 5);
  EXPECT_FALSE(fs::exists(at));
  sink.seek(0, SEEK_SET);
  sink.write("J", 1);
  EXPECT_EQ(sink.finish(), "");
  std::ifstream in(at);
  std::string text;
  in >> text;
  EXPECT_EQ(text, "Jello");
  EXPECT_FALSE(fs::exists(at + ".part"));
}

TEST(Sink, LeavesNothingWhenDiscarded) {
  const std::string in = folder();
  {
    Sink sink;
    ASSERT_EQ(sink.open(in + "/x"), "");
    sink.write("hello", 5);
  }
  EXPECT_TRUE(fs::is_empty(in));
}

TEST(Sink, KeepsWhatWasThereUntilItIsWhole) {
  const std::string at = folder() + "/x";
  std::ofstream(at) << "old";
  {
    Sink sink;
    ASSERT_EQ(sink.open(at), "");
    sink.write("new", 3);
  }
  std::string text;
  std::ifstream(at) >> text;
  EXPECT_EQ(text, "old");
}

// A root user's `-o /dev/null` must not replace the device.
TEST(Sink, DevicesAndLinksStayWhatTheyAre) {
  const std::string in = folder(), link = in + "/link", target = in + "/target";
  Sink sink;
  ASSERT_EQ(sink.open("/dev/null"), "");
  sink.write("hello", 5);
  EXPECT_EQ(sink.finish(), "");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  if (fs::is_character_file("/dev/full")) {
    ASSERT_EQ(sink.open("/dev/full"), "");
    sink.write("hello", 5);
    EXPECT_NE(sink.finish().find("No space left"), std::string::npos);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
  }
  fs::create_symlink(target, link);
  ASSERT_EQ(sink.open(link), "");
  sink.write("hello", 5);
  EXPECT_EQ(sink.finish(), "");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(fs::file_size(target), 5u);
}

TEST(Sink, SaysWhatItCannotDo) {
  Sink sink;
  EXPECT_NE(sink.open("/proc/nowhere/x").find("/proc/nowhere/x"), std::string::npos);
  EXPECT_NE(sink.open(folder()).find("Is a directory"), std::string::npos);
}

TEST(Sink, Memory) {
  Sink sink;
  ASSERT_EQ(sink.open(""), "");
  sink.write("abc", 3);
  sink.seek(1, SEEK_SET);
  sink.write("X", 1);
  char back[3];
  sink.seek(0, SEEK_SET);
  EXPECT_EQ(sink.read(back, 3), 3);
  EXPECT_EQ(sink.finish(), "");
  EXPECT_EQ(sink.take_memory(), "aXc");
}

}  // namespace
}  // namespace basic
