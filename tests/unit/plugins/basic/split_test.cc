#include "split.h"

#include <gtest/gtest.h>

#include <random>

namespace basic {
namespace {

using List = std::vector<std::string>;

TEST(Clean, SpacesControlsAndBrokenBytes) {
  EXPECT_EQ(clean("  a\t b \xC2\xA0 c  "), "a b c");
  EXPECT_EQ(clean("a \r\n\n b"), "a\nb");
  EXPECT_EQ(clean("\xEF\xBB\xBFx\x01y\x7F"), "xy");
  EXPECT_EQ(clean("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(clean("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(clean(""), "");
}

TEST(Split, Sentences) {
  EXPECT_EQ(split("One. Two! Three? Four\xE2\x80\xA6 Five", 0, 1000), (List{"One.", "Two!", "Three?", "Four\xE2\x80\xA6", "Five"}));
  EXPECT_EQ(split("Mr. Smith paid 3.14 to J. K. Row.", 0, 1000), (List{"Mr. Smith paid 3.14 to J. K. Row."}));
  EXPECT_EQ(split("He said \"Stop.\" Then he left.", 0, 1000), (List{"He said \"Stop.\"", "Then he left."}));
  EXPECT_EQ(split("Wait... what? e.g. this", 0, 1000), (List{"Wait... what? e.g. this"}));
  EXPECT_EQ(split("\u4f60\u597d\u3002\u518d\u89c1\uff01", 0, 1000), (List{"\u4f60\u597d\u3002", "\u518d\u89c1\uff01"}));
  EXPECT_EQ(split("a\nb", 0, 1000), (List{"a", "b"}));
}

TEST(Split, ShortOnesJoinAndLongOnesAreCut) {
  EXPECT_EQ(split("One. Two. Three.", 8, 1000), (List{"One. Two.", "Three."}));
  EXPECT_EQ(split("aaa, bbb ccc", 0, 8), (List{"aaa,", "bbb ccc"}));
  EXPECT_EQ(split("aaaaaaaaaaaa", 0, 5), (List{"aaaaa", "aaaaa", "aa"}));
}

TEST(Split, LosesNothingAndNeverBreaksACharacter) {
  std::mt19937 random(2);
  const List parts = {"word", " ", ".", "! ", "?", "\n", "\u4f60", "\u3002", "Dr", "A", "\"", "3.5", "\u2026"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) text += parts[random() % parts.size()];
    const std::string cleaned = clean(text);
    std::string joined, want;
    for (const std::string& piece : split(cleaned, random() % 20, 16 + random() % 30)) {
      EXPECT_EQ(clean(piece), piece);
      EXPECT_FALSE(piece.empty());
      for (char c : piece)
        if (c != ' ') joined += c;
    }
    for (char c : cleaned)
      if (c != ' ' && c != '\n') want += c;
    EXPECT_EQ(joined, want);
  }
}

}  // namespace
}  // namespace basic
