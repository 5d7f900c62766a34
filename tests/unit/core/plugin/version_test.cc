#include "core/plugin/version.h"

#include <gtest/gtest.h>

namespace syrinx::core {
namespace {

TEST(Version, ReadsAndCompares) {
  EXPECT_EQ(*parse_version("1.2"), (Version{{1, 2, 0}}));
  EXPECT_LT(*parse_version("0.9.12"), *parse_version("0.10.0"));
  EXPECT_EQ(*parse_version("1.2.3-rc.1+build"), (Version{{1, 2, 3}}));
  for (const char* bad : {"", "a", "1.", "1.2.3.4", "1..2", "-1"}) EXPECT_FALSE(parse_version(bad)) << bad;
}

TEST(Version, Ranges) {
  const Version v = *parse_version("0.3.5");
  EXPECT_TRUE(*satisfies(v, ">=0.3, <0.4"));
  EXPECT_FALSE(*satisfies(v, ">=0.4"));
  EXPECT_TRUE(*satisfies(v, "=0.3.5"));
  EXPECT_FALSE(*satisfies(v, ">0.3.5"));
  for (const char* bad : {"~1", ">=", ">=1,", "1 2"}) EXPECT_FALSE(satisfies(v, bad).has_value()) << bad;
}

}  // namespace
}  // namespace syrinx::core
