#include "core/ab/rng.h"

#include <cstdlib>

#include "ab_goldens.h"

namespace syrinx::ab {
namespace {

using testing::Json;

uint64_t number(const Json& text) { return std::strtoull(text.get<std::string>().c_str(), nullptr, 10); }

TEST(Rng, Streams) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("rng")["streams"]) {
    const Stream stream(number(c["seed"]), c["labels"].get<std::vector<std::string>>());
    EXPECT_EQ(stream.state(), number(c["stream"]));
    for (size_t i = 0; i < c["u64"].size(); ++i) EXPECT_EQ(stream.u64(i), number(c["u64"][i]));
    for (size_t i = 0; i < c["u01"].size(); ++i) EXPECT_NEAR(stream.u01(i), c["u01"][i].get<double>(), 1e-15);
    for (const Json& b : c["bounded"])
      for (size_t i = 0; i < b[1].size(); ++i) EXPECT_EQ(stream.bounded(i, b[0]), b[1][i].get<uint64_t>());
    const auto normal = stream.normal(c["normal"].size());
    for (size_t i = 0; i < normal.size(); ++i) EXPECT_NEAR(normal[i], c["normal"][i].get<double>(), 1e-12);
  }
  for (const Json& c : testing::ab_golden("edges")["bounded"]) {
    const Stream stream(c["seed"], c["labels"].get<std::vector<std::string>>());
    for (size_t i = 0; i < c["expect"].size(); ++i) EXPECT_EQ(stream.bounded(i, c["n"]), c["expect"][i].get<uint64_t>());
  }
}

TEST(Rng, Orders) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("ratings")["order"]) {
    const Stream stream(c["seed"], c["labels"].get<std::vector<std::string>>());
    EXPECT_EQ(Json(shuffled(stream, c["items"].get<std::vector<Json>>())), c["expect"]);
  }
}

TEST(Rng, NumbersDoNotDependOnTheOrderOfAsking) {
  const Stream stream(9, {"a", "b"});
  const uint64_t late = stream.u64(1000);
  EXPECT_NE(late, stream.u64(999));
  EXPECT_EQ(late, stream.u64(1000));
  EXPECT_NE(Stream(9, {"a", "b"}).state(), Stream(9, {"ab"}).state());
  EXPECT_TRUE(shuffled(stream, std::vector<int>{}).empty());
}

}  // namespace
}  // namespace syrinx::ab
