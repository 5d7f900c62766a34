#include "core/report/error.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace syrinx::core {
namespace {

TEST(Error, PrintsPlacesWithCarets) {
  const Error error{"E0112", "unknown option \"temprature\" of basic/sampler",
                    {{{"mine.yaml", 7, 5, 10, "    temprature: 0.3"}, "did you mean \"temperature\"?"}}, {"it has: temperature"}, {}};
  EXPECT_EQ(to_text(error),
            "error[E0112]: unknown option \"temprature\" of basic/sampler\n"
            "   --> mine.yaml:7:5\n"
            "    |\n"
            "  7 |     temprature: 0.3\n"
            "    |     ^^^^^^^^^^ did you mean \"temperature\"?\n"
            "    = note: it has: temperature\n");
}

// A wide character moves the caret by two columns on a terminal.
TEST(Error, CaretsStandUnderWideCharacters) {
  const Error error{"E0101", "x", {{{"a.yaml", 1, 3, 1, "\u4f60\u597d!"}, ""}}, {}, {}};
  EXPECT_NE(to_text(error).find("\n    |     ^"), std::string::npos) << to_text(error);
}

TEST(Error, Json) {
  const Error error{"E0501", "m \"q\"", {{{"a.yaml", 2, 3, 4, "line"}, "c"}}, {"n"}, {"h"}};
  const auto json = nlohmann::json::parse(to_json(error));
  EXPECT_EQ(json["code"], "E0501");
  EXPECT_EQ(json["places"][0]["line"], 2);
  EXPECT_EQ(json["help"][0], "h");
}

TEST(Error, ExitCodesByGroup) {
  const auto code = [](const char* text) { return exit_code({Error{text, "", {}, {}, {}}}); };
  EXPECT_EQ(code("E0112"), 3);
  EXPECT_EQ(code("E0202"), 4);
  EXPECT_EQ(code("E0301"), 3);
  EXPECT_EQ(code("E0401"), 5);
  EXPECT_EQ(code("E0501"), 1);
  EXPECT_EQ(code("E0701"), 6);
}

}  // namespace
}  // namespace syrinx::core
