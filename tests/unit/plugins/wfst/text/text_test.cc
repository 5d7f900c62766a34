#include <gmock/gmock.h>

#include <map>
#include <random>

#include "text/aligned_text.h"
#include "text/phrase_table.h"
#include "text/utf8.h"

namespace wfst {
namespace {

TEST(PhraseTable, FindsTheLongestPhraseAtAPlace) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    std::map<std::string, uint32_t> phrases;
    std::vector<std::pair<std::string, uint32_t>> list;
    for (uint32_t i = 0; i < 30; ++i) {
      std::string phrase;
      for (size_t n = 1 + random() % 4; n > 0; --n) phrase += static_cast<char>('a' + random() % 3);
      phrases[phrase] = i;
      list.emplace_back(phrase, i);
    }
    const PhraseTable table(list);
    std::string text;
    for (int i = 0; i < 20; ++i) text += static_cast<char>('a' + random() % 4);
    for (size_t at = 0; at < text.size(); ++at) {
      size_t longest = 0;
      for (const auto& [phrase, number] : phrases)
        if (text.compare(at, phrase.size(), phrase) == 0) longest = std::max(longest, phrase.size());
      const PhraseTable::Match match = table.longest_at(text, at);
      ASSERT_EQ(match.length, longest);
      if (longest) {
        ASSERT_EQ(match.number, phrases[text.substr(at, longest)]);
      }
    }
  }
  EXPECT_TRUE(PhraseTable().empty());
  EXPECT_EQ(PhraseTable().longest_at("abc", 0).length, 0u);
}

TEST(AlignedText, SaysWhereAStretchCameFrom) {
  AlignedText text;
  text.copy("ab", 0);
  text.replace("XYZ", {2, 3});
  text.copy("cd", 5);
  EXPECT_EQ(text.text, "abXYZcd");
  EXPECT_EQ(text.source({0, 1}), (Range{0, 1}));
  EXPECT_EQ(text.source({1, 4}), (Range{1, 3}));
  EXPECT_EQ(text.source({3, 4}), (Range{2, 3}));
  EXPECT_EQ(text.source({6, 7}), (Range{6, 7}));
  EXPECT_EQ(text.source({0, 7}), (Range{0, 7}));
  EXPECT_EQ(text.source({7, 7}), (Range{7, 7}));
}

TEST(Utf8, LengthAndMaximalIllFormedParts) {
  const std::pair<std::string_view, size_t> kBad[] = {{"\x80", 1}, {"\xC0\x80", 1}, {"\xE0\x80\x80", 1}, {"\xED\xA0\x80", 1}, {"\xF4\x90\x80\x80", 1}, {"\xE4\xBD", 2}, {"\xF0\x9F\x98", 3}, {"\xF5", 1}, {"\xE4\xBD" "a", 2}};
  for (const auto& [bytes, length] : kBad) {
    size_t bad = 0;
    EXPECT_EQ(utf8_length(bytes, 0, &bad), 0u);
    EXPECT_EQ(bad, length);
  }
  for (const char32_t c : {U'a', U'é', U'好', U'😀', char32_t{0x10FFFF}}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_EQ(utf8_length(text, 0), text.size());
    size_t at = 0;
    EXPECT_EQ(next_code_point(text, at), c);
    EXPECT_EQ(previous_code_point(text, at), c);
    EXPECT_EQ(at, 0u);
  }
}

}  // namespace
}  // namespace wfst
