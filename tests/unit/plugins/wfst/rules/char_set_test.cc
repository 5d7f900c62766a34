#include "rules/char_set.h"

#include <gmock/gmock.h>

namespace wfst {
namespace {

TEST(CharSet, Utf8RangesCoverExactlyTheSet) {
  CharSet set;
  for (const auto& [first, last] : {std::pair<char32_t, char32_t>{0x41, 0x5A}, {0x7F, 0x81}, {0x7FE, 0x805}, {0xD700, 0xE010}, {0xFFFE, 0x10002}, {0x10FFFE, 0x10FFFF}}) set.add(first, last);
  uint64_t covered = 0, members = 0;
  for (const ByteRanges& ranges : utf8_ranges(set)) {
    uint64_t count = 1;
    for (const ByteRange& range : ranges) count *= static_cast<uint64_t>(range.last - range.first + 1);
    covered += count;
  }
  for (const auto& [first, last] : set.ranges()) members += last - first + 1;
  EXPECT_EQ(covered, members);
  EXPECT_FALSE(set.contains(0xD800));
  EXPECT_TRUE(set.complement().contains(0x42 + 0x20));
  EXPECT_FALSE(set.complement().contains(0x42));
}

}  // namespace
}  // namespace wfst
