#include "fst/decoder.h"

#include <gmock/gmock.h>

#include <random>

#include "openfst.h"
#include "rules/compile.h"
#include "tokens/read_marks.h"

namespace wfst {
namespace {

std::shared_ptr<const Machine> machine_of(const std::string& bytes, bool marks = false) {
  std::string error;
  auto out = Machine::read(bytes, {uint64_t{1} << 20, marks}, &error);
  EXPECT_TRUE(out) << error;
  return out;
}

std::shared_ptr<const Machine> compiled(const std::string& rules) { return machine_of(compile_grammar(parse_grammar("test.rules", "grammar zh\n" + rules, false)), true); }

// Tokens as class.rule(name=value ...)@begin-end.
std::string tagged(const std::shared_ptr<const Machine>& machine, const std::string& text) {
  Decoder decoder(machine);
  if (decoder.run(text) != Decoder::Outcome::kFound) return "no path";
  TokenList tokens;
  read_marks(*machine, text, decoder.events(), tokens);
  std::string out;
  for (const Token& token : tokens.tokens()) {
    out += (out.empty() ? "" : " ") + std::string(token.klass) + "." + std::string(token.rule) + "(";
    for (const Field& field : token.fields) out += (out.back() == '(' ? "" : " ") + std::string(field.name) + "=" + std::string(field.value);
    out += ")@" + std::to_string(token.text.begin) + "-" + std::to_string(token.text.end);
  }
  return out;
}

constexpr char kFallback[] = "fallback 100 = any\n";

TEST(Decoder, FindsTheCostThatCompositionAndShortestPathFind) {
  std::mt19937 random(7);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int with_path = 0;
  for (int round = 0; round < 2000; ++round) {
    const int states = 2 + below(6);
    std::vector<testing::PlainArc> arcs;
    for (int i = 0; i < 4 + below(20); ++i) {
      testing::PlainArc arc{below(states), below(4) == 0 ? 0 : 'a' + below(3), below(3) == 0 ? 0 : 'x' + below(3), static_cast<float>(below(400)) / 100, below(states)};
      arcs.push_back(arc);
    }
    const std::string bytes = testing::write_fst(round % 2 ? "const" : "vector", states, arcs, {{below(states), 0.25f}, {below(states), 0}});
    Decoder decoder(machine_of(bytes));
    for (int i = 0; i < 4; ++i) {
      std::string text;
      for (int n = below(8); n > 0; --n) text += static_cast<char>('a' + below(3));
      const auto expected = testing::cheapest(bytes, text);
      const Decoder::Outcome outcome = decoder.run(text);
      ASSERT_NE(outcome, Decoder::Outcome::kBroken);
      ASSERT_EQ(outcome == Decoder::Outcome::kFound, expected.has_value()) << round << " " << text;
      if (expected) {
        ASSERT_NEAR(decoder.weight(), *expected, 2e-4) << round << " " << text;
      }
      with_path += expected.has_value();
    }
  }
  EXPECT_GT(with_path, 500);
}

TEST(Decoder, ChoicesDoNotDependOnTheOrderOfArcs) {
  const auto machine = compiled("rule b 1.02 x = a:[0-9]+ (\"-\" b:[0-9]+)?\nrule a 1.02 y = c:[0-9]+ (\"-\" b:[0-9]+)?\nrule c 1.02 z = d:(any{1,3}) e:(any{1,3})\n" + std::string(kFallback));
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) text += "0123-ab "[random() % 8];
    const std::string once = tagged(machine, text);
    for (uint64_t seed = 1; seed < 4; ++seed) ASSERT_EQ(tagged(machine->shuffled(seed), text), once) << text;
  }
}

TEST(Decoder, TiesGoToFewerTokensThenTheFirstClass) {
  EXPECT_EQ(tagged(compiled("rule b 1 x = v:[0-9]+\nrule a 1 x = v:[0-9]+\n" + std::string(kFallback)), "12"), "b.x(v=12)@0-2");
  EXPECT_EQ(tagged(compiled("rule a 2 x = v:[0-9]{2}\nrule b 1 x = v:[0-9]\n" + std::string(kFallback)), "12"), "a.x(v=12)@0-2");
  EXPECT_EQ(tagged(compiled("rule a 1 x = v:[0-9]+ w:[0-9]+\n" + std::string(kFallback)), "1234"), "a.x(v=123 w=4)@0-4");
}

TEST(Decoder, LooksSeeWhatStandsAroundWithoutTakingIt) {
  const auto machine = compiled("rule score 1 a = (?<= \"比分\" [^0-9]{0,3}) l:[0-9]+ \":\" r:[0-9]+\nrule time 2 a = (?<! [0-9]) h:[0-9]{2} \":\" m:[0-9]{2} (?! [0-9])\n"
                                "rule end 1 a = v:\"x\" (?= edge)\nrule start 1 a = (?<= edge | \" \") v:\"y\"\n" + std::string(kFallback));
  EXPECT_EQ(tagged(machine, "比分为12:34"), "score.a(l=12 r=34)@9-14");
  EXPECT_EQ(tagged(machine, "在12:34"), "time.a(h=12 m=34)@3-8");
  EXPECT_EQ(tagged(machine, "112:345"), "");
  EXPECT_EQ(tagged(machine, "xax"), "end.a(v=x)@2-3");
  EXPECT_EQ(tagged(machine, "yay y"), "start.a(v=y)@0-1 start.a(v=y)@4-5");
}

TEST(Decoder, ValuesMayBeReplacedAndInserted) {
  const auto machine = compiled("rule n 1 a = v:([0-9]{1,3} ((\",\" => \"\") [0-9]{3})+) u=\"unit\"\nrule n 1.1 b = v:((\"half\"i => \"1/2\"))\n" + std::string(kFallback));
  EXPECT_EQ(tagged(machine, "1,234,567 Half"), "n.a(v=1234567 u=unit)@0-9 n.b(v=1/2)@10-14");
}

TEST(Decoder, LongTextNeitherGrowsTheArenaNorTheWorkForAByte) {
  const auto machine = compiled("rule n 1 a = v:[0-9]+\nrule d 1.1 a = v:[0-9]+ (\"-\" w:[0-9]+)+\n" + std::string(kFallback));
  Decoder decoder(machine);
  for (const char* unit : {"12-34 ab", "1-", "9", "::", "a1"}) {
    std::string text;
    while (text.size() < 100000) text += unit;
    ASSERT_EQ(decoder.run(text), Decoder::Outcome::kFound);
    const uint64_t once = decoder.relaxations();
    text += text;
    ASSERT_EQ(decoder.run(text), Decoder::Outcome::kFound);
    EXPECT_LE(decoder.relaxations(), once * 22 / 10) << unit;
  }
  EXPECT_LT(decoder.arena(), 20000u);
}

// Costs far above what a float resolves between readings.
TEST(Decoder, ReadingsDoNotChangeAfterALongText) {
  const auto machine = compiled("rule a 1.02 x = v:[0-9]+\nrule b 1.01 x = v:([0-9] [0-9])\n" + std::string(kFallback));
  std::string text(60000, 'z');
  text += "12";
  const std::string out = tagged(machine, text);
  EXPECT_EQ(out.substr(0, 9), "b.x(v=12)");
}

TEST(Machine, RefusesWhatIsDamagedOrCannotBeDecoded) {
  const auto refused = [](const std::string& bytes) {
    std::string error;
    EXPECT_FALSE(Machine::read(bytes, {}, &error));
    EXPECT_FALSE(error.empty());
    return error;
  };
  const std::string good = testing::write_fst("const", 2, {{0, 'a', 'b', 1, 1}}, {{1, 0}});
  EXPECT_TRUE(machine_of(good));
  for (size_t size = 0; size < good.size(); ++size) refused(good.substr(0, size));
  EXPECT_THAT(refused("not an fst at all"), ::testing::HasSubstr("no FST file"));
  EXPECT_THAT(refused(testing::write_fst("vector", 2, {{0, 300, 'b', 1, 1}}, {{1, 0}})), ::testing::HasSubstr("reads label 300"));
  EXPECT_THAT(refused(testing::write_fst("vector", 2, {{0, 'a', 999, 1, 1}}, {{1, 0}})), ::testing::HasSubstr("writes label 999"));
  EXPECT_THAT(refused(testing::write_fst("vector", 2, {{0, 0, 'a', -1, 1}, {1, 0, 0, 0.5, 0}}, {{1, 0}})), ::testing::HasSubstr("negative weight"));
  EXPECT_TRUE(machine_of(testing::write_fst("vector", 2, {{0, 0, 'a', -1, 1}, {1, 0, 0, 1, 0}}, {{1, 0}})));
  // Any byte changed: refused or usable, never worse.
  for (size_t at = 0; at < good.size(); ++at)
    for (const char change : {'\x01', '\x7F', '\xFF'}) {
      std::string bad = good, error;
      bad[at] = static_cast<char>(bad[at] ^ change);
      if (auto machine = Machine::read(bad, {}, &error)) Decoder(machine).run("aab");
    }
}

}  // namespace
}  // namespace wfst
