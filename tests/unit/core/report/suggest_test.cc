#include "core/report/suggest.h"

#include <gmock/gmock.h>

#include "core/report/utf8.h"

namespace syrinx::core {
namespace {

TEST(Suggest, Distances) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("abcd", "abdc"), 1);
  EXPECT_EQ(edit_distance("Speed", "speed"), 0);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Suggest, NearOnesNearestFirstAndNoneIfAllAreFar) {
  const std::vector<std::string> names = {"temperature", "top_p", "top_k", "window"};
  EXPECT_THAT(suggest("temprature", names), ::testing::ElementsAre("temperature"));
  EXPECT_THAT(suggest("top_q", names), ::testing::ElementsAre("top_p", "top_k"));
  EXPECT_THAT(suggest("completely-else", names), ::testing::IsEmpty());
  EXPECT_EQ(did_you_mean("completely-else", names), "");
}

TEST(Utf8, MalformedBytesAreFound) {
  EXPECT_EQ(first_malformed("plain \u4f60 \U0001F600"), std::string::npos);
  EXPECT_EQ(first_malformed("ab\xFFz"), 2u);
  EXPECT_EQ(first_malformed("\xC0\x80"), 0u);          // overlong
  EXPECT_EQ(first_malformed("a\xED\xA0\x80"), 1u);      // a surrogate
  EXPECT_EQ(first_malformed("a\xF4\x90\x80\x80"), 1u);  // beyond the last code point
  EXPECT_EQ(first_malformed("a\xE4\xBD"), 1u);          // cut short
}

}  // namespace
}  // namespace syrinx::core
