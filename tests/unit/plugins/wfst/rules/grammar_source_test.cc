#include "rules/grammar_source.h"

#include <gmock/gmock.h>

#include "rules/compile.h"

namespace wfst {
namespace {

std::string error_of(const std::string& text) {
  try {
    compile_grammar(parse_grammar("a.rules", text, false));
  } catch (const RuleError& error) {
    return error.what();
  }
  return "none";
}

TEST(Rules, ErrorsSayWhereAndWhat) {
  using ::testing::HasSubstr;
  const std::string head = "grammar zh\nfallback 100 = any\n";
  const std::pair<const char*, const char*> kCases[] = {
      {"rule date 1 x = yeer", "a.rules:3:17: unknown name yeer"},
      {"rule date 1 x = [a-z", "a.rules:3:17: the set has no end"},
      {"rule date 1 x = \"a", "does not end on this line"},
      {"rule date 1 x = [0-9]?", "a.rules:3:17: this takes an empty text"},
      {"rule date 1 x = ([0-9]?)*", "must consume text"},
      {"rule date 1 x = a:(b:[0-9])", "a field inside a field"},
      {"rule date 1 x = \"a\"{3,2}", "more repetitions at least than at most"},
      {"rule date 1 x = \"a\"{2000}", "at most 1000"},
      {"rule date 1 x = (?= [0-9]+) \"a\"", "at most 32 code points"},
      {"rule date x = \"a\"", "expected a weight"},
      {"rule d8 1 x = \"a\"", "letters and _ only"},
      {"fallback 1 = any", "there is a fallback already"},
      {"rule date 1 x = \"a\"\nrule date 1 x = \"b\"", "there is a rule date.x already, at a.rules:3"},
      {"let any = \"a\"", "the name any is taken"},
      {"foo bar", "a.rules:3:1: unknown statement"},
      {"rule date 1 x = \"\\q\"", "unknown escape"},
      {"rule date 1 x = [\\u{110000}]", "no code point"},
      {"rule date 1 x = edge \"a\"", "edge stands only in a look"},
      {"rule date 1 x = \"a\" )", "unexpected text"},
      {"rule date 1 x = [z-a]", "ends before it begins"},
  };
  for (const auto& [line, expected] : kCases) EXPECT_THAT(error_of(head + line), HasSubstr(expected)) << line;
  EXPECT_THAT(error_of("grammar zh\n"), HasSubstr("there is no fallback"));
  EXPECT_THAT(error_of("fallback 1 = any\n"), HasSubstr("which grammar it is"));
  EXPECT_THAT(error_of(head + "rule a 1 x = " + std::string(200, '(')), HasSubstr("nested more than 100 deep"));
  EXPECT_THAT(error_of(head + "rule a 1 x = ((([0-9]{1000}){1000}){1000})"), HasSubstr("too many states"));
  EXPECT_EQ(error_of(head + "rule a 1 x = v:([0-9]+ # a comment\n | \"x\")\n  | w:\"y\"\n"), "none");
}

}  // namespace
}  // namespace wfst
