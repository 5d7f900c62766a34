#include "core/ab/text.h"

#include <gmock/gmock.h>

#include "ab_goldens.h"
#include "core/ab/sequences.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

Json to_json(const Edit& e) {
  return {{"distance", e.distance}, {"substitutions", e.substitutions}, {"deletions", e.deletions}, {"insertions", e.insertions}, {"ops", e.ops}};
}

TEST(Text, Differences) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const char* file : {"text", "edges"})
    for (const Json& c : testing::ab_golden(file)["edit"]) {
      const TextDifference d = compare_texts(c["a"].get<std::string>(), c["b"].get<std::string>());
      Json expected = c.contains("expect") ? c["expect"] : c;
      expected.erase("a");
      expected.erase("b");
      testing::expect_near(expected, {{"char", to_json(d.chars)}, {"word", to_json(d.words)}, {"char_rate", maybe(d.char_rate)},
                                      {"word_rate", maybe(d.word_rate)}, {"identical", d.identical}, {"first_diff", maybe(d.first_diff)}},
                           c["a"].get<std::string>() + "|" + c["b"].get<std::string>());
    }
}

TEST(Text, Units) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("text")["units"]) {
    const TextUnits units = text_units(c["text"].get<std::string>());
    EXPECT_EQ(units.chars, c["chars"].get<int64_t>()) << c["text"];
    EXPECT_EQ(units.units, c["units"].get<int64_t>()) << c["text"];
  }
  for (const Json& c : testing::ab_golden("edges")["units"]) {
    const TextUnits units = text_units(c["text"].get<std::string>());
    EXPECT_EQ(Json({units.chars, units.units}), c["expect"]) << c["text"];
  }
}

TEST(Text, ScoringForm) {
  using ::testing::ElementsAre;
  EXPECT_THAT(scoring_tokens("It\u2019s 5 O'CLOCK \u2014 \u201cnow\u201d!"), ElementsAre("it's", "5", "o'clock", "now"));
  EXPECT_THAT(scoring_tokens("\uFF21\uFF22, \u4F60\u597D world"), ElementsAre("ab", "\u4F60", "\u597D", "world"));
  EXPECT_THAT(scoring_tokens("'quoted' well-known $5"), ElementsAre("quoted", "wellknown", "5"));
  EXPECT_TRUE(scoring_tokens(" ... ").empty());
  EXPECT_THAT(scoring_tokens("caf\xFF"), ElementsAre("caf"));  // a malformed byte is a symbol
}

TEST(Sequences, Steps) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("text")["tokens"]) {
    const StepsDifference d = compare_steps(c["a"].get<Steps>(), c["b"].get<Steps>());
    Json heads = Json::array();
    for (const auto& first : d.first_of_head) heads.push_back(maybe(first));
    testing::expect_near(c["expect"], {{"steps_a", d.steps_a}, {"steps_b", d.steps_b}, {"identical", d.identical}, {"first_divergence", maybe(d.first)},
                                       {"first_divergence_per_codebook", heads}, {"prefix_ratio", d.prefix_ratio}, {"agreement", maybe(d.agreement)},
                                       {"edit_distance", d.edit_distance}},
                         c["name"]);
  }
}

TEST(Sequences, Tensors) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const char* file : {"text", "edges"})
    for (const Json& c : testing::ab_golden(file)["tensors"]) {
      const auto a = c["a"].get<std::vector<double>>(), b = c["b"].get<std::vector<double>>();
      const auto d = compare_tensors(a, b, {c["atol"], c["rtol"]});
      Json actual = {{"shape_equal", d.has_value()}, {"within", d && d->within}};
      if (d) actual.update({{"first_bad", maybe(d->first_apart)}, {"bad", d->apart}, {"max_abs", d->max_abs}, {"mean_abs", d->mean_abs},
                            {"rel_l2", maybe(d->relative_l2)}, {"cosine", maybe(d->cosine)}});
      testing::expect_near(c["expect"], actual, c["a"].dump());
    }
}

TEST(Sequences, NotANumberIsAlwaysApart) {
  const std::vector<double> a = {1, NAN}, b = {1, NAN};
  const auto d = compare_tensors(a, b, {1e9, 0});
  ASSERT_TRUE(d);
  EXPECT_FALSE(d->within);
  EXPECT_EQ(d->first_apart, 1);
}

}  // namespace
}  // namespace syrinx::ab
