#include "syrinx/sdk/utf8.hpp"

#include <gmock/gmock.h>

namespace syrinx {
namespace {

TEST(Utf8, EveryCodePointGoesThereAndBack) {
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string bytes;
    append_utf8(bytes, c);
    size_t at = 0;
    ASSERT_EQ(utf8_length(bytes, 0), bytes.size());
    ASSERT_EQ(decode_utf8(bytes, at), c);
    ASSERT_EQ(at, bytes.size());
  }
  EXPECT_EQ(from_utf8("a\u00E9\u597D\U0001F600"), U"a\u00E9\u597D\U0001F600");
  EXPECT_EQ(to_utf8(U"a\u00E9\u597D\U0001F600"), "a\u00E9\u597D\U0001F600");
  EXPECT_EQ(from_utf8(std::string_view("\0x", 2)), std::u32string_view(U"\0x", 2));
}

TEST(Utf8, EachMalformedByteIsOneReplacement) {
  const std::pair<const char*, const char32_t*> kCases[] = {
      {"\x80" "a", U"\uFFFDa"},                           // nothing that it continues
      {"\xC0\x80", U"\uFFFD\uFFFD"},                      // overlong
      {"\xE0\x9F\xBF", U"\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xED\xA0\x80", U"\uFFFD\uFFFD\uFFFD"},            // a surrogate
      {"\xF4\x90\x80\x80", U"\uFFFD\uFFFD\uFFFD\uFFFD"},  // beyond U+10FFFF
      {"\xF5\xFF", U"\uFFFD\uFFFD"},
      {"\xE5\xA5", U"\uFFFD\uFFFD"},                      // cut short
      {"\xE5" "b", U"\uFFFDb"},
  };
  for (const auto& [bytes, expected] : kCases) EXPECT_EQ(from_utf8(bytes), expected) << testing::PrintToString(bytes);
}

TEST(Utf8, TellsHowLongAnIllFormedPartIs) {
  size_t bad = 0;
  EXPECT_EQ(utf8_length("\xE5\xA5x", 0, &bad), 0u);
  EXPECT_EQ(bad, 2u);
  EXPECT_EQ(utf8_length("\xED\xA0\x80", 0, &bad), 0u);
  EXPECT_EQ(bad, 1u);
  EXPECT_EQ(utf8_length("x\xE5\xA5\xBD", 1, &bad), 3u);
}

}  // namespace
}  // namespace syrinx
