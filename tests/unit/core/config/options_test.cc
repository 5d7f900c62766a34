#include "core/config/options.h"

#include <gmock/gmock.h>

#include "core/config/parse.h"
#include "core/config/source.h"

namespace syrinx::core {
namespace {

using ::testing::HasSubstr;

const Json kSchema = Json::parse(R"({"type": "object", "required": ["must"], "properties": {
  "must": {"type": "string"}, "n": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
  "x": {"type": "number", "default": 0.5, "aliases": ["ex"], "scope": "utterance"}, "on": {"type": "boolean", "default": false},
  "one": {"type": "string", "enum": ["left", "right"], "default": "left"}, "list": {"type": "array", "items": {"type": "integer"}, "default": []},
  "either": {"type": ["number", "array"], "default": 1}, "file": {"type": "string", "format": "asset", "default": ""}}})");

Result<Json> complete(const std::string& text) {
  auto node = parse_yaml(std::make_shared<const Source>("test.yaml", text));
  EXPECT_TRUE(node);
  return complete_options(*node, kSchema, "some/stage", [](const std::string& path, const Mark& mark) -> Result<std::string> {
    if (path == "missing") return Error{"E0401", "no file", {mark.label()}, {}, {}};
    return "/absolute/" + path;
  });
}

TEST(Options, DefaultsAndTypesComeFromTheSchema) {
  const auto out = complete("must: no\nx: 2\n");
  ASSERT_TRUE(out);
  EXPECT_EQ((*out)["must"], "no");
  EXPECT_EQ((*out)["n"], 3);
  EXPECT_TRUE((*out)["x"].is_number());
  EXPECT_EQ((*out)["one"], "left");
  EXPECT_EQ(utterance_part(*out, kSchema), Json({{"x", (*out)["x"]}}));
}

TEST(Options, AliasesAndAssets) {
  const auto out = complete("must: a\nex: 7\nfile: w.bin\neither: [1, 2]\nlist: [4]\non: true\n");
  ASSERT_TRUE(out) << to_text(out.errors());
  EXPECT_EQ((*out)["x"], 7);
  EXPECT_EQ((*out)["file"], "/absolute/w.bin");
  EXPECT_EQ((*out)["either"], Json({1, 2}));
  EXPECT_EQ((*out)["on"], true);
}

struct Bad {
  const char *text, *code, *says;
  int column;
};

TEST(Options, WhatIsWrongIsSaidWithItsPlace) {
  for (const Bad& bad : std::initializer_list<Bad>{{"n: 3\n", "E0115", "must", 0},
                                                   {"must: a\nn: 12\n", "E0114", "12", 4},
                                                   {"must: a\nn: 1.5\n", "E0113", "1.5", 4},
                                                   {"must: a\nn: many\n", "E0113", "many", 4},
                                                   {"must: a\non: maybe\n", "E0113", "maybe", 5},
                                                   {"must: a\none: lef\n", "E0114", "left", 6},
                                                   {"must: a\nmost: b\n", "E0112", "most", 1},
                                                   {"must: [a]\n", "E0113", "must", 7},
                                                   {"must: a\nlist: [1, x]\n", "E0113", "x", 11},
                                                   {"must: a\nx: 1\nex: 2\n", "E0112", "ex", 1},
                                                   {"must: a\nfile: missing\n", "E0401", "no file", 7}}) {
    const auto out = complete(bad.text);
    ASSERT_FALSE(out) << bad.text;
    const Error& error = out.errors()[0];
    EXPECT_THAT(to_text(error), HasSubstr(bad.says)) << bad.text;
    EXPECT_EQ(error.code.substr(0, 3), std::string(bad.code).substr(0, 3)) << bad.text;
    if (bad.column > 0) {
      ASSERT_FALSE(error.labels.empty()) << bad.text;
      EXPECT_EQ(error.labels[0].place.column, bad.column) << to_text(error);
    }
  }
}

}  // namespace
}  // namespace syrinx::core
