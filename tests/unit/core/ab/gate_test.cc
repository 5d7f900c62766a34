#include "core/ab/gate.h"

#include <gmock/gmock.h>

#include "ab_goldens.h"
#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

using testing::Json;

Json decided(const std::string& text, const Json& env) {
  const auto gate = Gate::parse(text);
  if (std::holds_alternative<GateError>(gate)) return "error";
  const auto found = std::get<Gate>(gate).decide([&](const std::string& name) -> std::optional<double> {
    if (!env.contains(name) || env[name].is_null()) return std::nullopt;
    return env[name].get<double>();
  });
  return testing::maybe(found);
}

TEST(Gates, Cases) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json gates = testing::ab_golden("tools")["gates"];
  for (const Json& c : gates["cases"]) EXPECT_EQ(decided(c["expr"], gates["env"]), c["result"]) << c["expr"];
  for (const Json& c : testing::ab_golden("edges")["gates"]) EXPECT_EQ(decided(c["expr"], c["env"]), c["expect"]) << c["expr"];
}

int column(const std::string& text) {
  const auto gate = Gate::parse(text);
  return std::holds_alternative<GateError>(gate) ? std::get<GateError>(gate).column : 0;
}

TEST(Gates, ErrorsSayWhere) {
  EXPECT_EQ(column("wer.delta >"), 12);
  EXPECT_EQ(column("a < 1 && b"), 10);
  EXPECT_EQ(column("a < 1kg"), 6);
  EXPECT_EQ(column("a # 1"), 3);
  EXPECT_EQ(column("a[b > 1"), 2);
  EXPECT_EQ(column("(a < 1"), 7);
  EXPECT_EQ(column(""), 1);
  EXPECT_EQ(column("a < 1"), 0);
}

TEST(Gates, NamesInOrder) {
  const auto gate = Gate::parse("b.x > a[voc-2].y && defined(c) || b.x < 1");
  EXPECT_THAT(std::get<Gate>(gate).names(), ::testing::ElementsAre("b.x", "a[voc-2].y", "c"));
}

TEST(Gates, DeepNestingEnds) {
  EXPECT_GT(column(std::string(100000, '(')), 0);
  EXPECT_GT(column(std::string(100000, '-') + "1 < 2"), 0);
  EXPECT_GT(column(std::string(100000, '!') + "(1 < 2)"), 0);
  EXPECT_EQ(column(std::string(20, '(') + "1 < 2" + std::string(20, ')')), 0);
}

// Anything is either a gate or an error with a column inside the text or just behind it.
TEST(Gates, RandomTexts) {
  const char* parts[] = {"a", "b.c", "[x]", "(", ")", "<", ">=", "==", "!", "&&", "||", "+", "-", "*", "/", "1", ".5", "2e3", "%", "ms", "abs(", "defined(", " ", "\xFF", "&", "]"};
  for (int run = 0; run < 20000; ++run) {
    const Stream stream(5, {std::to_string(run)});
    std::string text;
    for (uint64_t i = 0; i < 1 + stream.bounded(0, 12); ++i) text += parts[stream.bounded(i + 1, std::size(parts))];
    const auto gate = Gate::parse(text);
    if (const auto* error = std::get_if<GateError>(&gate)) {
      EXPECT_GE(error->column, 1) << text;
      EXPECT_LE(error->column, static_cast<int>(text.size()) + 1) << text;
      EXPECT_FALSE(error->message.empty());
    } else {
      std::get<Gate>(gate).decide([](const std::string&) { return std::nullopt; });
    }
  }
}

}  // namespace
}  // namespace syrinx::ab
