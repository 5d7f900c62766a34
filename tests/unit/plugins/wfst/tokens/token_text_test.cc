#include "tokens/token_text.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace wfst {
namespace {

TEST(TokenText, RoundTrip) {
  std::mt19937 random(1);
  const char* const kParts[] = {"a", "\"", "\\", "}", "{", " ", "，", "year", ": ", "\" "};
  for (int round = 0; round < 2000; ++round) {
    std::vector<TextToken> tokens(1 + random() % 4);
    for (TextToken& token : tokens) {
      token.key = random() % 2 ? "date" : "char_x";
      token.preserve_order = random() % 4 == 0;
      for (size_t n = 1 + random() % 4; n > 0; --n) {
        std::string value;
        for (size_t m = random() % 5; m > 0; --m) value += kParts[random() % 10];
        token.fields.push_back({std::string(1, static_cast<char>('a' + n)), value, {}, false});
      }
    }
    std::vector<TextToken> again;
    TokenTextError error;
    const std::string text = write_tokens(tokens, TokenStyle::kFlat);
    ASSERT_TRUE(parse_tokens(text, TokenStyle::kFlat, again, error)) << text << error.what << error.at;
    ASSERT_EQ(again, tokens) << text;
  }
}

TEST(TokenText, ReadsBothStyles) {
  std::vector<TextToken> out;
  TokenTextError error;
  ASSERT_TRUE(parse_tokens("date { year: \"2024\" month: \"05\" preserve_order: \"true\" } char { value: \"\\\"\" }", TokenStyle::kFlat, out, error));
  EXPECT_EQ(out[0], (TextToken{"date", {{"year", "2024"}, {"month", "05"}}, true}));
  EXPECT_EQ(out[1].fields[0].value, "\"");
  ASSERT_TRUE(parse_tokens("time { hour: \"8\" }  char { value: \"-\" }", TokenStyle::kFlat, out, error));
  EXPECT_EQ(out.size(), 2u);
  const std::string nested = "tokens { money { integer: \"20\" currency: \"a\"b\" preserve_order: true } } tokens { name: \"left\" }";
  ASSERT_TRUE(parse_tokens(nested, TokenStyle::kNested, out, error)) << error.what << error.at;
  EXPECT_EQ(out[0], (TextToken{"money", {{"integer", "20"}, {"currency", "a\"b"}}, true}));
  EXPECT_EQ(out[1], (TextToken{"", {{"name", "left"}}, false}));
  EXPECT_EQ(write_tokens(out, TokenStyle::kNested), nested);
  const std::string inside = "tokens { money { integer: \"2\" preserve_order: true per: \"per gallon\" } }";
  ASSERT_TRUE(parse_tokens(inside, TokenStyle::kNested, out, error));
  EXPECT_EQ(write_tokens(out, TokenStyle::kNested), inside);
}

TEST(TokenText, NestedFieldsMayHoldFields) {
  std::vector<TextToken> out;
  TokenTextError error;
  ASSERT_TRUE(parse_tokens("tokens { measure { negative: \"true\"  cardinal { integer: \"three\"  }  units: \"kilograms\" } }  tokens { name: \"x\" }", TokenStyle::kNested, out, error)) << error.what << error.at;
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].key, "measure");
  ASSERT_EQ(out[0].fields.size(), 3u);
  EXPECT_EQ(out[0].fields[1], (TextField{"cardinal", "", {{"integer", "three"}}}));
  EXPECT_EQ(write_tokens(out, TokenStyle::kNested), "tokens { measure { negative: \"true\" cardinal { integer: \"three\" } units: \"kilograms\" } } tokens { name: \"x\" }");
  EXPECT_FALSE(parse_tokens("tokens { a { preserve_order: true } }", TokenStyle::kNested, out, error));
  std::string deep = "a: \"\" ";
  for (int i = 0; i < 20; ++i) deep = "a { " + deep + "} ";
  EXPECT_FALSE(parse_tokens("tokens { " + deep + "}", TokenStyle::kNested, out, error));
  EXPECT_THAT(error.what, ::testing::HasSubstr("deeply"));
}

TEST(TokenText, EveryOrderComesOnce) {
  std::vector<TextToken> out;
  TokenTextError error;
  ASSERT_TRUE(parse_tokens("tokens { a { c: \"1\" b { e: \"2\" d: \"3\" } f { h: \"4\" g: \"5\" preserve_order: true } } }", TokenStyle::kNested, out, error)) << error.what;
  std::set<std::string> seen;
  do {
    std::string text;
    write_token(out[0], TokenStyle::kNested, text);
    EXPECT_TRUE(seen.insert(text).second) << text;
    EXPECT_THAT(text, ::testing::HasSubstr("f { h: \"4\" g: \"5\" preserve_order: true }"));
  } while (next_order(out[0]));
  EXPECT_EQ(seen.size(), 12u);
}

TEST(TokenText, ErrorsHaveAPlace) {
  const std::tuple<const char*, size_t, const char*> kCases[] = {
      {"date", 4, "{"},
      {"date { year: \"1\" ", 17, "key"},
      {"date { year: 1 }", 11, "quotes"},
      {"date { year: \"1\\x\" }", 15, "escape"},
      {"date { year: \"1\" year: \"2\" }", 17, "twice"},
      {"date { year: \"1\" } x", 20, "{"},
      {"date { year: \"1\" }date { year: \"1\" }", 18, "space"},
      {"date { year: \"1", 15, "no end"},
      {"date { }", 7, "key"},
      {"date { preserve_order: \"yes\" }", 29, "true"},
  };
  for (const auto& [text, at, what] : kCases) {
    std::vector<TextToken> out;
    TokenTextError error;
    EXPECT_FALSE(parse_tokens(text, TokenStyle::kFlat, out, error)) << text;
    EXPECT_EQ(error.at, at) << text;
    EXPECT_THAT(error.what, ::testing::HasSubstr(what)) << text;
  }
}

TEST(TokenText, FieldsComeInTheOrderInWhichTheyAreSpoken) {
  TextToken token{"date", {{"day", "08"}, {"era", "x"}, {"month", "8"}, {"year", "2008"}}, false};
  reorder("zh", token);
  EXPECT_EQ(write_tokens({&token, 1}, TokenStyle::kFlat), "date { year: \"2008\" month: \"8\" day: \"08\" era: \"x\" }");
  token.preserve_order = true;
  const TextToken kept = token;
  reorder("en", token);
  EXPECT_EQ(token, kept);
  token.preserve_order = false;
  reorder("en", token);
  EXPECT_EQ(token.fields[0].name, "day");
}

}  // namespace
}  // namespace wfst
