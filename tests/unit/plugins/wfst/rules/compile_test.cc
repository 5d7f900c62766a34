#include "rules/compile.h"

#include <gmock/gmock.h>

namespace wfst {
namespace {

TEST(Rules, TheSameRulesGiveTheSameBytes) {
  const std::string text = "grammar zh\nlet d = [0-9]\nrule a 1 x = v:d+ (?! d)\nfallback 100 = any\n";
  CompileReport report;
  const std::string bytes = compile_grammar(parse_grammar("a.rules", text, false), &report);
  EXPECT_EQ(bytes, compile_grammar(parse_grammar("b.rules", text, false)));
  EXPECT_LT(report.states, 60);
  EXPECT_EQ(bytes.size() % 16, 0u);
}

}  // namespace
}  // namespace wfst
