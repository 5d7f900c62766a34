#include "chain/splitter.h"

#include <gmock/gmock.h>

#include <random>

namespace wfst {
namespace {

using ::testing::ElementsAre;

const Markup kMarkup({"laugh", "oral"}, true);

std::vector<std::string> pieces(std::string_view text, size_t chunk = SIZE_MAX, const SplitOptions& options = {}, uint64_t* steps = nullptr) {
  Splitter splitter(options, &kMarkup);
  std::vector<std::string> out;
  std::string_view piece;
  for (size_t at = 0; at < text.size(); at += std::min(chunk, text.size() - at)) {
    splitter.push(text.substr(at, chunk));
    while (splitter.next(piece)) out.emplace_back(piece);
  }
  splitter.finish();
  while (splitter.next(piece)) out.emplace_back(piece);
  if (steps) *steps = splitter.steps();
  return out;
}

SplitOptions without_least() {
  SplitOptions out;
  out.least = 0;
  return out;
}

TEST(Splitter, EndsSentences) {
  const SplitOptions any = without_least();
  EXPECT_THAT(pieces("一。二！三？四；五……六", SIZE_MAX, any), ElementsAre("一。", "二！", "三？", "四；", "五……", "六"));
  EXPECT_THAT(pieces("他说：“好。”然后走。", SIZE_MAX, any), ElementsAre("他说：“好。”", "然后走。"));
  EXPECT_THAT(pieces("Wait... what? Yes! No. Ok", SIZE_MAX, any), ElementsAre("Wait... what? ", "Yes! ", "No. Ok"));
  EXPECT_THAT(pieces("Dr. Evil met Mr. J. Smith of the U.S. e.g. today. Then he left.", SIZE_MAX, any), ElementsAre("Dr. Evil met Mr. J. Smith of the U.S. e.g. today. ", "Then he left."));
  EXPECT_THAT(pieces("It is 3.14 and www.a.com is up. (Really.) Yes.", SIZE_MAX, any), ElementsAre("It is 3.14 and www.a.com is up. ", "(Really.) ", "Yes."));
  EXPECT_THAT(pieces("one\n\n\ntwo\r\nthree", SIZE_MAX, any), ElementsAre("one\n\n\n", "two\r\n", "three"));
  EXPECT_THAT(pieces("好。好。你们大家今天都好。"), ElementsAre("好。好。你们大家今天都好。"));
  EXPECT_THAT(pieces(""), ElementsAre());
}

TEST(Splitter, CutsLongSentencesAtCommasThenSpacesNeverInNumbersOrTags) {
  SplitOptions options;
  options.target = 20;
  options.hard = 40;
  EXPECT_THAT(pieces("一二三四五六七八九十，一二三四五六七八九十一二三四五", SIZE_MAX, options), ElementsAre("一二三四五六七八九十，", "一二三四五六七八九十一二三四五"));
  for (const std::string& piece : pieces(std::string(37, 'a') + "123456" + std::string(60, 'b'), SIZE_MAX, options)) EXPECT_TRUE(piece.find("123456") != std::string::npos || piece.find_first_of("123456") == std::string::npos) << piece;
  for (const std::string& piece : pieces(std::string(38, 'a') + "[oral_3]" + std::string(60, 'b'), SIZE_MAX, options)) EXPECT_TRUE(piece.find("[oral_3]") != std::string::npos || piece.find_first_of("[]_") == std::string::npos) << piece;
  for (const std::string& piece : pieces("1,234,567,890,123,456,789", SIZE_MAX, options)) EXPECT_EQ(piece.size(), 25u);
}

TEST(Splitter, PiecesAreTheTextAndDoNotDependOnChunks) {
  std::mt19937 random(5);
  const std::string_view kParts[] = {"a", "B", "好", "。", "！", ".", ",", " ", "\n", "1", "23", "Mr", "...", "”", "[laugh]", "[oral_", "]", "{a|b}", "{", "\xFF", "\xE4\xBD", "e\xCC\x81", "：", "!", "?)", "\r\n", "U.S."};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (size_t n = random() % 120; n > 0; --n) text += kParts[random() % std::size(kParts)];
    SplitOptions options;
    options.target = 20;
    options.hard = 40;
    options.least = random() % 2 ? 8 : 0;
    const auto whole = pieces(text, SIZE_MAX, options);
    std::string joined;
    for (const std::string& piece : whole) joined += piece;
    ASSERT_EQ(joined, text);
    for (const size_t chunk : {1, 2, 3, 7, 50}) ASSERT_EQ(pieces(text, chunk, options), whole) << chunk << "|" << text;
  }
}

TEST(Splitter, WorkGrowsWithTheText) {
  for (const char* unit : {"a", "!", "!)", "1,", ". ", "好，", "[", "{", "\n", "...a", "[laugh]"}) {
    std::string text;
    while (text.size() < 20000) text += unit;
    uint64_t once = 0, twice = 0;
    pieces(text, SIZE_MAX, {}, &once);
    pieces(text + text, SIZE_MAX, {}, &twice);
    EXPECT_LE(twice, once * 22 / 10 + 100) << unit;
    for (const std::string& piece : pieces(text)) EXPECT_LT(piece.size(), 4000u) << unit;
  }
}

}  // namespace
}  // namespace wfst
