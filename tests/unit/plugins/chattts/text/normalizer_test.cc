// The normalizer against every recorded text, and what it mends.
#include "text/normalizer.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

#include "chattts.h"

namespace {

using chattts::Homophones;
using chattts::Normalizer;
using chattts::NormalizerRules;

// Stands in for the reference's table, which is not given.
std::shared_ptr<const Homophones> homophones() {
  return std::make_shared<const Homophones>(Homophones::parse(
      R"({"粡":"同","為":"位","瀹":"月","滆":"格","於":"鱼","與":"雨","骞":"前","價":"驾","錢":"钱","麼":"么","來":"来","們":"们","語":"雨"})",
      "table"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

Normalizer with_stubs() {
  Normalizer out;
  EXPECT_TRUE(out.add("zh", [](const std::string& text) {
    return replaced(replaced(text, "1", "一"), "%", "百分之");
  }));
  EXPECT_TRUE(out.add("en", [](std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
  }));
  return out;
}

NormalizerRules strict() {
  NormalizerRules rules;
  rules.compat = true;
  return rules;
}

TEST(Normalizer, EqualsTheRecordedTexts) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  Normalizer plain, stubs = with_stubs();
  plain.set_homophones(homophones());
  stubs.set_homophones(homophones());
  const auto rows = syrinx::testing::chattts_json("common/normalizer.json");
  ASSERT_FALSE(rows.empty());
  for (const auto& row : rows) {
    const std::string text = row["in"];
    NormalizerRules rules = strict();
    rules.text_normalization = row.value("do_text_normalization", true);
    rules.homophones = row.value("do_homophone_replacement", true);
    rules.language = row.value("lang", "");
    EXPECT_EQ((row.contains("registered") ? stubs : plain).normalize(text, rules), row["out"])
        << row.dump();
    EXPECT_EQ(Normalizer::detect(chattts::from_utf8(text)), row["detected"].get<std::string>())
        << text;
  }
}

TEST(Normalizer, KnownExamplesOfTheReference) {
  Normalizer normalizer;
  normalizer.set_homophones(homophones());
  const std::pair<const char*, const char*> kExamples[] = {
      {"", ""},
      {"Hello, World!", "Hello, World."},
      {"What is your name?", "What is your name"},
      {"don't stop", "dont stop"},
      {"We paid $123 for this desk.", "We paid  for this desk."},
      {"3.14 and 1,000", ". and ,"},
      {"a-b c_d", "a,b cd"},
      {"e-mail: a@b.com", "e,mail, ab.com"},
      {"line1\nline2", "lineline"},
      {"tab\there", "tabhere"},
      {"你好，世界！", "你好，世界。"},
      {"你好, world!", "你好， world。"},
      {"这是1个测试。", "这是个测试。"},
      {"他说：“好的”；然后走了", "他说，好的，然后走了"},
      {"價錢是多少", "驾钱是多少"},
      {"於是我們來了", "鱼是我们来了"},
      {"為什麼？", "位什么"},
      {"「引号」『书名』《三体》【注】（括号）", "，引号，，书名，，三体，，注，，括号，"},
      {"全角ＡＢＣ１２３", "全角"},
      {"今天天气3.5度, 很好.", "今天天气。度， 很好。"},
      {"你好😀世界", "你好世界"},
      {"😀", ""},
      {"Hello 😀 [laugh] world", "Hello  [laugh] world"},
      {"[uv_break]hello[laugh]!", "[uv_break]hello[laugh]."},
      {"你好[uv_break]世界！[oral_2]", "你好[uv_break]世界。[oral_2]"},
      {"[笑]你好！", "[笑]你好。"},
      {"[not a tag] hi!", "[not a tag] hi."},
      {"a[b!", "a"},
      {"a]b[laugh]c!", "abc.[laugh]"},
      {"a[b[c]d!", "a[c]d."},
      {"[[laugh]]hi!", "[laugh]hi."},
      {"]", ""},
      {"!", "."},
      {"...", "..."},
      {"é café naïve!", " caf nave."},
      {"Ünïcode", "ncode"},
      {"日本語テキスト", "日本雨"},
      {"한국어", ""},
      {"русский!", "."},
      {"𠮷野家！", "野家。"},
      {"\u3000全角空格！", "全角空格。"},
      {"U.S.A!", "U.S.A."},
      {"http://x.y/z?q=1", "http,x.yzq"},
      {"100%", ""},
      {"C++", "C"},
      {"北京AI模型GPT4很强", "北京AI模型GPT很强"},
      {"(paren)", ",paren,"},
      {"<tag>", ",tag,"},
      {"—破折号—", "破折号"},
      {"～波浪～", "波浪"},
      {"[Stts]hi[Ptts]", "[Stts]hi[Ptts]"},
      {"你好[laugh][lbreak]", "你好[laugh][lbreak]"},
  };
  for (const auto& [in, out] : kExamples) EXPECT_EQ(normalizer.normalize(in, strict()), out) << in;
  NormalizerRules rules = strict();
  rules.language = "zh";
  EXPECT_EQ(normalizer.normalize("Hello, world!", rules), "Hello， world。");
  rules = strict();
  rules.text_normalization = false;
  EXPECT_EQ(normalizer.normalize("你好, world!", rules), "你好, world.");
  rules = strict();
  rules.homophones = false;
  EXPECT_EQ(normalizer.normalize("為什麼！", rules), "為什麼。");
  EXPECT_EQ(normalizer.normalize("What is [uv_break]your favorite english food?[laugh][lbreak]",
                                 strict()),
            "What is [uv_break]your favorite english food[laugh][lbreak]");
  EXPECT_STREQ(Normalizer::detect(U"你好[laugh][lbreak]"), "en");
  EXPECT_STREQ(Normalizer::detect(U"it's"), "en");
  EXPECT_STREQ(Normalizer::detect(U"GPT4 uv_break 好"), "zh");
}

TEST(Normalizer, DefaultsMendWhatTheReferenceLoses) {
  const Normalizer normalizer;
  const std::pair<const char*, const char*> kExamples[] = {
      {"What is your name?", "What is your name."},
      {"don't stop, it’s 'quoted'", "don't stop, it's quoted"},
      {"3.14 and 1,000", "three point one four and one thousand"},
      {"这是1个测试，50%？", "这是一个测试，百分之五十。"},
      {"今天天气3.5度, 很好.", "今天天气三点五度， 很好。"},
      {"line1\nline2\tx", "line one line two x"},
      {"é café naïve!", "e cafe naive."},
      {"全角ＡＢＣ１２３", "全角ABC一百二十三"},
      {"a]b[laugh]c!", "a,b[laugh]c."},
      {"a[b[c]d!", "a,b,c,d."},
      {"[not a tag] hi!", ",not a tag, hi."},
      {"[Stts]hi", ",Stts,hi"},
      {"unclosed [tag here", "unclosed ,tag here"},
      {"word — word…", "word , word,"},
      {"one / two", "one two"},
      {"Hello 😀 [laugh] world", "Hello [laugh] world"},
      {"你好[laugh][lbreak]!", "你好[laugh][lbreak]。"},  // Chinese: tags are no English words
      {"[speed_3]5", "[speed_3]five"},
      {"", ""},
      {"\xFF\xFE", ""},
  };
  for (const auto& [in, out] : kExamples) EXPECT_EQ(normalizer.normalize(in, {}), out) << in;
}

TEST(Normalizer, SaysWhatItDropped) {
  const Normalizer normalizer;
  chattts::U32 dropped;
  normalizer.normalize("a 한 b 한 カ", {}, &dropped);
  EXPECT_EQ(dropped, U"한カ");
  dropped.clear();
  normalizer.normalize("1 한", strict(), &dropped);
  EXPECT_EQ(dropped, U"1한");
}

TEST(Normalizer, RegisteredOnesAreProbed) {
  Normalizer normalizer;
  EXPECT_FALSE(normalizer.add(
      "en", [](const std::string&) -> std::string { throw std::runtime_error("no"); }));
  EXPECT_TRUE(normalizer.add("en", [](const std::string& text) { return text + "."; }));
  EXPECT_FALSE(normalizer.add("en", [](const std::string& text) { return text; }));
  EXPECT_EQ(normalizer.normalize("a[laugh]b", {}), "a.[laugh]b.");
  EXPECT_EQ(normalizer.normalize("", strict()), "");  // the reference fails here
  normalizer.remove("en");
  normalizer.remove("none");
  EXPECT_EQ(normalizer.normalize("a", {}), "a");
}

TEST(Homophones, OnePassOverTheBasicPlane) {
  const Homophones table = Homophones::parse(R"({"甲":"乙","乙":"丙"})", "t");
  EXPECT_EQ(table(U'甲'), U'乙');
  EXPECT_EQ(table(U'丁'), U'丁');
  EXPECT_EQ(table(U'𠮷'), U'𠮷');
  for (const char* bad :
       {"[]", "{\"ab\":\"c\"}", "{\"a\":\"\"}", "{\"a\":1}", "{\"𠮷\":\"a\"}", "{"})
    EXPECT_THROW(Homophones::parse(bad, "t"), syrinx::Failure) << bad;
  EXPECT_THROW(Homophones::load("/nowhere/homophones.json"), syrinx::Failure);
}

}  // namespace
