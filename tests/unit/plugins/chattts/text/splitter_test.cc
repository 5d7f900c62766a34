// Pieces, by the reference's rules and by our own.
#include "text/splitter.h"

#include <gmock/gmock.h>

#include "chattts.h"

namespace {

using chattts::SplitRules;
using chattts::Splitter;
using Pieces = std::vector<std::string>;

TEST(Splitter, EqualsTheRecordedPieces) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  size_t compared = 0;
  for (const auto& row : syrinx::testing::chattts_json("common/split_text.json")) {
    // Lists of texts and texts that are not to be split do not come here.
    if (!row["text"].is_string() || !row.value("split_text", true)) continue;
    EXPECT_EQ(chattts::split_as_reference(row["text"].get<std::string>()),
              row["parts"].get<Pieces>());
    ++compared;
  }
  EXPECT_GE(compared, 10u);
}

TEST(Splitter, KnownExamplesOfTheReference) {
  const std::pair<const char*, Pieces> kExamples[] = {
      {"a. b. c.", {"a. ", "b. ", "c."}},
      {"一。二。三", {"一。", "二。", "三"}},
      {"3.14 is pi. Yes.", {"3.14 is pi. ", "Yes."}},
      {"Mr. Smith. ok", {"Mr. ", "Smith. ", "ok"}},
      {"a.\u3000b", {"a.\u3000", "b"}},
      {"... wait. ok", {"... ", "wait. ", "ok"}},
      {"x\n\ny\n", {"x", "", "y", ""}},
      {"一！二？三。", {"一！二？三。"}},
      {"a。\nb. c", {"a。", "b. c"}},
      {"", {}}};
  for (const auto& [text, pieces] : kExamples)
    EXPECT_EQ(chattts::split_as_reference(text), pieces) << text;
}

Pieces split(const std::string& text, SplitRules rules = {1, 360}) {
  Splitter splitter(rules);
  Pieces out = splitter.push(text);
  for (std::string& piece : splitter.finish()) out.push_back(std::move(piece));
  return out;
}

TEST(Splitter, SentencesEndWhereTheyEnd) {
  EXPECT_EQ(split("One. Two! Three? Four; five."),
            (Pieces{"One.", "Two!", "Three?", "Four;", "five."}));
  EXPECT_EQ(split("一。二！三？四；五"), (Pieces{"一。", "二！", "三？", "四；", "五"}));
  EXPECT_EQ(split("Mr. Smith met Dr. Wu at 3.14 p.m. today. J. R. stayed."),
            (Pieces{"Mr. Smith met Dr. Wu at 3.14 p.m. today.", "J. R. stayed."}));
  EXPECT_EQ(split("He said \"Stop!\" and left. (Then he came back.) Ok"),
            (Pieces{"He said \"Stop!\" and left.", "(Then he came back.)", "Ok"}));
  EXPECT_EQ(split("他说：“好。”然后走了。"), (Pieces{"他说：“好。”", "然后走了。"}));
  EXPECT_EQ(split("Wait... what?! Yes"), (Pieces{"Wait... what?!", "Yes"}));
  EXPECT_EQ(split("1. First\n2. Second"), (Pieces{"1. First", "2. Second"}));
  EXPECT_EQ(split("www.example.com is a;b"), (Pieces{"www.example.com is a;b"}));
}

TEST(Splitter, LineEndsAreSentenceEndsAndBlankLinesNothing) {
  EXPECT_EQ(split("x\n\n  \r\ny\n"), (Pieces{"x", "y"}));
  EXPECT_EQ(split("\n\n"), Pieces{});
  EXPECT_EQ(split(""), Pieces{});
  EXPECT_EQ(split("第一行\n第二行", {60, 360}), (Pieces{"第一行第二行"}));
  EXPECT_EQ(split("first\nsecond", {60, 360}), (Pieces{"first second"}));
}

TEST(Splitter, ShortOnesStayTogether) {
  EXPECT_EQ(split("Hi. How are you? I am fine. And this one is a sentence that is long enough by "
                  "itself, is it not. Bye.",
                  {30, 360}),
            (Pieces{"Hi. How are you? I am fine. And this one is a sentence that is long enough by "
                    "itself, is it not.",
                    "Bye."}));
  EXPECT_EQ(split("你好。今天天气真好，我们去公园散步吧。好的。", {30, 360}),
            (Pieces{"你好。今天天气真好，我们去公园散步吧。", "好的。"}));
  EXPECT_EQ(split("Short one. " + std::string(50, 'a') + ".", {30, 55}),
            (Pieces{"Short one.", std::string(50, 'a') + "."}));
}

TEST(Splitter, LongOnesAreCutAtCommasOrBlanksAndNeverInsideTags) {
  EXPECT_EQ(split("aaaa bbbb cccc, dddd eeee ffff", {1, 20}),
            (Pieces{"aaaa bbbb cccc,", "dddd eeee ffff"}));
  EXPECT_EQ(split("aaaa bbbb cccc dddd eeee", {1, 12}), (Pieces{"aaaa bbbb", "cccc dddd", "eeee"}));
  EXPECT_EQ(split("一二三四五六七八九十", {1, 12}), (Pieces{"一二三四", "五六七八", "九十"}));
  EXPECT_EQ(split("一[uv_break]二[uv_break]三[uv_break]四五", {1, 9}),
            (Pieces{"一[uv_break]二[uv_break]三[uv_break]", "四五"}));
  for (const std::string& piece : split(std::string(5000, 'x'), {1, 360}))
    EXPECT_LE(piece.size(), 360u);
}

TEST(Splitter, HowTheTextWasCutMakesNoDifference) {
  std::string text;
  for (int i = 0; i < 40; ++i)
    text +=
        "Sentence number one goes here, Mr. Tester. 第二句话在这里。“引用！”\n[uv_break]And 3.14 "
        "more; and so on... \"Quoted?\" yes\n\n";
  const Pieces whole = split(text, {60, 200});
  EXPECT_GT(whole.size(), 20u);
  for (size_t step : {1, 3, 17, 100}) {
    Splitter splitter({60, 200});
    Pieces pieces;
    size_t early = 0;
    for (size_t at = 0; at < text.size(); at += step)
      for (std::string& piece : splitter.push(text.substr(at, step)))
        pieces.push_back(std::move(piece));
    early = pieces.size();
    for (std::string& piece : splitter.finish()) pieces.push_back(std::move(piece));
    EXPECT_EQ(pieces, whole) << step;
    EXPECT_GE(early + 3, whole.size());  // they come as the text does
  }
}

}  // namespace
