// The steps of the chain one by one.
#include <gmock/gmock.h>

#include <fstream>

#include "chain/language_spans.h"
#include "chain/lexicon.h"
#include "chain/markup.h"
#include "chain/model_fit.h"
#include "chain/repair.h"
#include "text/utf8.h"

namespace wfst {
namespace {

std::string repaired(std::string_view text, RepairReport* report = nullptr, const RepairOptions& options = {}) {
  AlignedText out;
  RepairReport own;
  repair(text, options, out, report ? *report : own);
  EXPECT_EQ(first_bad_utf8(out.text), std::string_view::npos);
  return out.text;
}

TEST(Repair, BadInput) {
  RepairReport report;
  EXPECT_EQ(repaired("a\xFF" "b\xC0\x80\xED\xA0\x80\xE4\xBD", &report), "a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(report.bad_parts, 7u);
  EXPECT_EQ(repaired(std::string_view("a\0b\x01\x7F" "c\td\r\ne", 11), &report), "abc d e");
  EXPECT_EQ(report.controls, 3u);
  EXPECT_EQ(repaired("\uFEFFa\u200B\u202Eb\uFE0Fc\u2060"), "abc");
  EXPECT_EQ(repaired("a\u00A0b\u3000\u3000c\u2003 d"), "a b c d");
  EXPECT_EQ(repaired("\u0661\u0662\u06F3\u0967"), "1231");
  EXPECT_EQ(repaired("hi \U0001F600\U0001F468\u200D\U0001F469\u2764\uFE0F!", &report), "hi !");
  EXPECT_EQ(report.emoji, 4u);
  EXPECT_EQ(repaired("\U0001F600", nullptr, {true}), "\U0001F600");
  EXPECT_EQ(repaired("----a::::::b...c，，，，，d"), "-a:b...c，d");
  EXPECT_EQ(repaired(std::string(1500, '7')).size(), 1000u);
  EXPECT_EQ(repaired(std::string(1000, 'a')).size(), 1000u);
  EXPECT_EQ(repaired(std::string(1100, 'a')).find(' '), 200u);
  EXPECT_EQ(repaired(""), "");
}

TEST(Repair, KnowsWhereEachPartCameFrom) {
  AlignedText out;
  RepairReport report;
  const std::string text = "a\u200B好\t\u0661x";
  repair(text, {}, out, report);
  EXPECT_EQ(out.text, "a好 1x");
  EXPECT_EQ(out.source({1, 4}), (Range{4, 7}));
  EXPECT_EQ(out.source({5, 6}), (Range{8, 10}));
  EXPECT_EQ(out.source({6, 7}), (Range{10, 11}));
}

TEST(Markup, TagsAndOverridesAreWhole) {
  const Markup markup({"uv_break", "oral", "laugh"}, true);
  EXPECT_EQ(markup.at("[uv_break]x", 0).text, (Range{0, 10}));
  EXPECT_EQ(markup.at("[oral_3]", 0).spoken, "[oral_3]");
  EXPECT_EQ(markup.at("{重庆|chong2 qing4}", 0).spoken, "chong2 qing4");
  for (const char* text : {"[oral_x]", "[nonsense]", "[laugh", "[[laugh]]", "[]", "{a}", "{|b}", "{a|}", "{a|b|c}", "a", ""}) EXPECT_TRUE(markup.at(text, 0).text.empty()) << text;
  EXPECT_TRUE(Markup({}, false).at("[laugh]", 0).text.empty());
  EXPECT_TRUE(Markup({"laugh"}, false).at("{a|b}", 0).text.empty());
  bool open = false;
  markup.at("[lau", 0, &open);
  EXPECT_TRUE(open);
}

TEST(Lexicon, PriorityThenLengthWholeWordsCaseAndLanguage) {
  std::string error;
  const auto lexicon = Lexicon::parse("# mine\nAI\tA I\tword\nsql\tsequel\tword,nocase\n行长\thang2 zhang3\tlang=zh\nabc\tx\nab\ty\tpriority=2\n", &error);
  ASSERT_TRUE(lexicon) << error;
  const auto at = [&](std::string_view text, size_t place, std::string_view language = "en") {
    std::string folded(text);
    for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return std::string(lexicon->at(text, folded, place, language).spoken);
  };
  EXPECT_EQ(at("AI", 0), "A I");
  EXPECT_EQ(at("AID", 0), "");
  EXPECT_EQ(at("用AI写", 3), "A I");
  EXPECT_EQ(at("ai", 0), "");
  EXPECT_EQ(at("SqL x", 0), "sequel");
  EXPECT_EQ(at("行长", 0, "zh"), "hang2 zhang3");
  EXPECT_EQ(at("行长", 0, "ja"), "");
  EXPECT_EQ(at("abc", 0), "y");
  for (const char* bad : {"x", "\ty", "a\t", "a\tb\twhat", "a\tb\tpriority=x", "\xFF\ty"}) {
    EXPECT_FALSE(Lexicon::parse(bad, &error)) << bad;
    EXPECT_THAT(error, ::testing::StartsWith("line 1: ")) << bad;
  }
}

TEST(Lexicon, FollowsItsFileAndKeepsTheOldTableWhenTheNewIsMalformed) {
  const std::string path = ::testing::TempDir() + "/wfst_lexicon.tsv";
  const auto write = [&](const char* text, int seconds) {
    std::ofstream(path) << text;
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(seconds));
  };
  write("a\tb\n", 0);
  LexiconFile file;
  std::string error;
  ASSERT_TRUE(file.open(path, &error)) << error;
  const auto first = file.current(&error);
  EXPECT_EQ(file.current(&error), first);
  write("a\tc\nd\te\n", 10);
  const auto second = file.current(&error);
  EXPECT_EQ(second->size(), 2u);
  EXPECT_EQ(first->size(), 1u);  // whoever began with it keeps it
  write("broken\n", 20);
  error.clear();
  EXPECT_EQ(file.current(&error), second);
  EXPECT_THAT(error, ::testing::HasSubstr("line 1"));
  EXPECT_FALSE(LexiconFile().open("/nowhere/at/all", &error));
}

std::string fitted(std::initializer_list<std::string_view> pieces, FitReport* report = nullptr, const char* homophones = nullptr) {
  std::string error, out;
  FitReport own;
  ModelFit fit(ModelProfile::named("chattts"), homophones ? HomophoneTable::parse(homophones, &error) : nullptr);
  for (const std::string_view piece : pieces) fit.append(piece, piece.starts_with("["), false, out, report ? *report : own);
  return out;
}

TEST(Lexicon, AHundredThousandEntriesAreAllFound) {
  std::string text;
  std::vector<std::string> written;
  for (int i = 0; i < 100000; ++i) {
    written.push_back("w" + std::to_string(i * 7919 % 100003) + (i % 3 == 0 ? "词" : "x"));
    text += written.back() + "\tspoken " + std::to_string(i) + (i % 2 ? "\tnocase\n" : "\n");
  }
  std::string error;
  const auto lexicon = Lexicon::parse(text, &error);
  ASSERT_TRUE(lexicon) << error;
  EXPECT_EQ(lexicon->size(), 100000u);
  for (int i = 0; i < 100000; ++i) {
    const std::string& one = written[static_cast<size_t>(i)];
    const Lexicon::Hit hit = lexicon->at(one, one, 0, "en");
    ASSERT_EQ(hit.length, one.size()) << one;
    ASSERT_EQ(hit.spoken, "spoken " + std::to_string(i));
  }
  EXPECT_EQ(lexicon->at("v1x", "v1x", 0, "en").length, 0u);
}

TEST(ModelFit, FitsToTheModel) {
  FitReport report;
  EXPECT_EQ(fitted({"你好，世界！"}), "你好，世界。");
  EXPECT_EQ(fitted({"真的吗？"}), "真的吗。");  // mapped, never only deleted
  EXPECT_EQ(fitted({"他说：", "（好）。"}), "他说，好。");
  EXPECT_EQ(fitted({"what?!"}), "what.");
  EXPECT_EQ(fitted({"don't, it's John's can’t"}), "do not, it is Johns cannot");
  EXPECT_EQ(fitted({"hi", "[laugh]", "!"}), "hi[laugh].");
  EXPECT_EQ(fitted({"日本語テキスト3"}, &report), "日本語");
  EXPECT_EQ(report.digits, 1u);
  EXPECT_THAT(report.digits_context, ::testing::HasSubstr("3"));
  EXPECT_EQ(report.dropped.size(), 5u);
  EXPECT_EQ(report.dropped[U'テ'], 1u);
  EXPECT_EQ(report.dropped[U'ト'], 1u);
  EXPECT_EQ(report.dropped[U'キ'], 1u);
  EXPECT_EQ(fitted({"a\uFFFDb"}), "ab");
  EXPECT_EQ(fitted({"於是與雨"}, nullptr, "bad line\n"), "於是與雨");
  EXPECT_EQ(fitted({"於是與"}, nullptr, "於鱼\n鱼雨\n與\t雨\n"), "鱼是雨");  // once, no chains
}

TEST(ModelFit, ProfilesOfTheUser) {
  std::string error;
  const auto profile = ModelProfile::parse("# mine\nallow [a-c]\nmap d a\nrest space\n", &error);
  ASSERT_TRUE(profile) << error;
  ModelFit fit(profile, nullptr);
  std::string out;
  FitReport report;
  fit.append("abxyd", false, false, out, report);
  EXPECT_EQ(out, "ab a");
  for (const char* bad : {"allow", "map ab c", "rest x", "allow [c-a]", "foo bar", "map \\u{D800} a"}) {
    EXPECT_FALSE(ModelProfile::parse(bad, &error)) << bad;
    EXPECT_THAT(error, ::testing::StartsWith("line 1: "));
  }
  EXPECT_FALSE(HomophoneTable::parse("ab\n", &error));
  EXPECT_FALSE(ModelProfile::named("nothing"));
}

std::string spans(std::string_view text, std::string_view main) {
  std::vector<LanguageSpan> out;
  language_spans(text, main, false, out);
  std::string shown;
  uint32_t at = 0;
  for (const LanguageSpan& span : out) {
    EXPECT_EQ(span.text.begin, at);
    at = span.text.end;
    shown += (shown.empty() ? "" : "|") + std::string(span.language) + ":" + std::string(text.substr(span.text.begin, span.text.size()));
  }
  EXPECT_EQ(at, text.size());
  return shown;
}

TEST(Language, MainLanguageAndSpans) {
  const auto main = [](std::string_view text, bool kana = false) { return main_language(count_scripts(text), kana, "en"); };
  EXPECT_EQ(main("今天是2024年"), "zh");
  EXPECT_EQ(main("これは日本語"), "ja");
  EXPECT_EQ(main("日本", true), "ja");
  EXPECT_EQ(main("it's 5pm"), "en");
  EXPECT_EQ(main("12:30"), "en");
  EXPECT_EQ(main("买iPhone 15 Pro售价5999元"), "zh");
  EXPECT_EQ(spans("买iPhone 15 Pro售价5999元", "zh"), "zh:买iPhone 15 Pro售价5999元");
  EXPECT_EQ(spans("他说I have 3 dogs at home和2只猫", "zh"), "zh:他说|en:I have 3 dogs at home|zh:和2只猫");
  EXPECT_EQ(spans("The word 人工智能 means AI", "en"), "en:The word |zh:人工智能 |en:means AI");
  EXPECT_EQ(spans("", "en"), "en:");
}

}  // namespace
}  // namespace wfst
