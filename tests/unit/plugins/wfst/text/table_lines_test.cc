#include "text/table_lines.h"

#include <gmock/gmock.h>

#include <vector>

namespace wfst {
namespace {

TEST(TableLines, PassOverCommentsAndCountThem) {
  std::string error;
  TableLines lines("# a comment\n\none\r\n#\r\ntwo # no comment", &error);
  std::vector<std::string> all;
  for (std::string_view line; lines.next(line);) all.emplace_back(line);
  EXPECT_THAT(all, ::testing::ElementsAre("one", "two # no comment"));
  EXPECT_EQ(lines.fail("not like this"), nullptr);
  EXPECT_EQ(error, "line 5: not like this");
}

TEST(TableLines, OfNothingAreNone) {
  std::string_view line;
  EXPECT_FALSE(TableLines("", nullptr).next(line));
  EXPECT_FALSE(TableLines("\n\r\n#", nullptr).next(line));
}

}  // namespace
}  // namespace wfst
