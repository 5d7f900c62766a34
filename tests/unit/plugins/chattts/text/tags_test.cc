// The cutting of tags, with the reference's oddities and without.
#include "text/tags.h"

#include <gmock/gmock.h>

namespace {

using chattts::U32;
using Parts = std::vector<U32>;

TEST(Tags, CutAsTheReferenceCuts) {
  const auto check = [](const U32& text, const Parts& texts, const Parts& tags) {
    const chattts::TagSplit split = chattts::split_tags(text);
    EXPECT_EQ(split.texts, texts);
    EXPECT_EQ(split.tags, tags);
  };
  check(U"", {}, {});
  check(U"ab", {U"ab"}, {});
  check(U"[x][y]", {U"", U""}, {U"[x]", U"[y]"});
  check(U"a[b[c]d", {U"a", U"", U"d"}, {U"[c]"});
  check(U"[", {U""}, {});
  check(U"]", {U"]"}, {U""});
  EXPECT_EQ(chattts::join_tags(chattts::split_tags(U"a]b[laugh]c")), U"a]bc[laugh]");
}

TEST(Tags, ProsodyTagsAloneAreTags) {
  const chattts::TagSplit split = chattts::split_prosody_tags(U"a[laugh]b[x]c][[uv_break][Ptts]");
  EXPECT_EQ(split.texts, (Parts{U"a", U"b[x]c][", U"[Ptts]"}));
  EXPECT_EQ(split.tags, (Parts{U"[laugh]", U"[uv_break]"}));
  EXPECT_EQ(chattts::join_tags(split), U"a[laugh]b[x]c][[uv_break][Ptts]");
  EXPECT_EQ(chattts::tag_length(U"[笑_1]x"), 5u);
  EXPECT_EQ(chattts::tag_length(U"[]"), 0u);
  EXPECT_EQ(chattts::tag_length(U"[a b]"), 0u);
  EXPECT_EQ(chattts::tag_length(U"[a"), 0u);
}

}  // namespace
