// Reading, merging and variables: what the loader adds to its parser.
#include <gmock/gmock.h>

#include <cstdlib>

#include "core/config/merge.h"
#include "core/config/parse.h"
#include "core/config/print.h"
#include "core/config/source.h"
#include "core/config/variables.h"

namespace syrinx::core {
namespace {

using ::testing::HasSubstr;

Result<Node> parse(const std::string& text) { return parse_yaml(std::make_shared<const Source>("test.yaml", text)); }

std::string code_of(const std::string& text) {
  const auto node = parse(text);
  return node ? "" : node.errors()[0].code;
}

std::string merged(const std::string& base, const std::string& over) {
  auto a = parse(base), b = parse(over);
  EXPECT_TRUE(a && b);
  merge(*a, *b);
  drop_nulls(*a);
  return to_yaml(*a, false);
}

TEST(Parse, KeepsPlaces) {
  const auto node = parse("a: 1\nb:\n  c: [x, \"y\"]\n");
  ASSERT_TRUE(node);
  const Node* c = node->find("b")->find("c");
  ASSERT_TRUE(c && c->items.size() == 2);
  const Place place = c->items[1].mark.place();
  EXPECT_EQ(place.line, 3);
  EXPECT_EQ(place.column, 10);
  EXPECT_TRUE(c->items[1].quoted);
  EXPECT_FALSE(c->items[0].quoted);
}

TEST(Parse, ColumnsCountCharacters) {
  const auto node = parse("\u4f60: {x: [}");
  ASSERT_FALSE(node);
  EXPECT_LE(node.errors()[0].labels[0].place.column, 9);
}

TEST(Parse, RefusesWhatIsAmbiguousOrHostile) {
  EXPECT_EQ(code_of("a: 1\na: 2\n"), "E0103");
  EXPECT_EQ(code_of("a: [1\n"), "E0101");
  EXPECT_EQ(code_of("a: \xFF\n"), "E0105");
  EXPECT_EQ(code_of("a: !!python/object 1\n"), "E0110");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  EXPECT_EQ(code_of(deep), "E0104");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_EQ(code_of(bomb), "E0104");
  EXPECT_EQ(code_of("a: " + std::string(2 << 20, 'x')), "E0104");
}

TEST(Parse, MergeKeys) {
  const auto node = parse("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->find("y")->find("a")->scalar, "1");
  EXPECT_EQ(node->find("y")->find("b")->scalar, "3");
  EXPECT_EQ(code_of("y: {<<: 5}\n"), "E0107");
}

TEST(Merge, MapsMergeAndEverythingElseReplaces) {
  EXPECT_EQ(merged("a: {b: 1, c: 2}\nl: [1, 2]\n", "a: {c: 3}\nl: [4]\n"), merged("a: {b: 1, c: 3}\nl: [4]\n", "{}"));
}
TEST(Merge, ReplaceStopsTheMerge) { EXPECT_EQ(merged("a: {b: 1, c: 2}\n", "a: !replace {c: 3}\n"), merged("a: {c: 3}\n", "{}")); }
TEST(Merge, NullDeletes) { EXPECT_EQ(merged("a: {b: 1, c: 2}\n", "a: {b: ~}\n"), merged("a: {c: 2}\n", "{}")); }

TEST(Set, PathsAndValues) {
  const auto over = overlay_of_set("stages.lm.options.temperature=0.2");
  ASSERT_TRUE(over);
  EXPECT_EQ(over->find("stages")->find("lm")->find("options")->find("temperature")->scalar, "0.2");
  EXPECT_TRUE(overlay_of_set("a={b: [1, 2]}")->find("a")->find("b")->is_sequence());
  EXPECT_EQ(overlay_of_set("a=")->find("a")->scalar, "");
  for (const char* bad : {"", "=1", "a", "a..b=1", "a.=1", "a=[1"}) {
    const auto refused = overlay_of_set(bad);
    EXPECT_FALSE(refused) << bad;
  }
}

TEST(Variables, AreFilledIn) {
  setenv("SYRINX_TEST_VARIABLE", "from outside", 1);
  auto node = parse("vars: {a: x, b: \"${vars.a}y\"}\nenv: [SYRINX_TEST_VARIABLE]\nuse: \"${vars.b}/${env.SYRINX_TEST_VARIABLE}\"\n");
  ASSERT_TRUE(node);
  EXPECT_TRUE(substitute_variables(*node).empty());
  EXPECT_EQ(node->find("use")->scalar, "xy/from outside");
}

TEST(Variables, RefuseWhatIsUnknownCircularOrUnlisted) {
  for (const char* bad : {"use: \"${vars.a}\"\n", "vars: {a: \"${vars.b}\", b: \"${vars.a}\"}\nuse: \"${vars.a}\"\n", "use: \"${env.HOME}\"\n", "vars: {a: 1}\nuse: \"${vars.a\"\n",
                          "vars: {a: 1}\nuse: \"${other.a}\"\n"}) {
    auto node = parse(bad);
    ASSERT_TRUE(node) << bad;
    const Errors errors = substitute_variables(*node);
    ASSERT_FALSE(errors.empty()) << bad;
    EXPECT_EQ(errors[0].code, "E0109") << bad;
    EXPECT_FALSE(errors[0].labels.empty()) << bad;
  }
}

TEST(Difference, NamesWhatDiffers) {
  const auto a = parse("stages: {v: {plugin: a/b}}\n"), b = parse("stages: {v: {plugin: c/d}, w: {plugin: e/f}}\n");
  const auto lines = difference(*a, *b);
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("stages.v.plugin")));
  EXPECT_TRUE(difference(*a, *a).empty());
}

TEST(Print, LoadsToTheSameTree) {
  for (const char* text : {"a: 1\nb: [x, {c: d}]\n", "a: \"no\"\nb: \"1.0\"\nc: ''\n", "a: \"line\\nbreak: [#\"\n", "{}"}) {
    const auto node = parse(text);
    ASSERT_TRUE(node);
    const auto again = parse(to_yaml(*node, false));
    ASSERT_TRUE(again) << to_yaml(*node, false);
    EXPECT_TRUE(difference(*node, *again).empty()) << to_yaml(*node, false);
  }
}

}  // namespace
}  // namespace syrinx::core
