#include "core/graph/ports.h"

#include <gmock/gmock.h>

namespace syrinx::core {
namespace {

using ::testing::HasSubstr;

Result<Agreement> agreed(const char* from, const char* to) {
  const auto producer = parse_description(std::string("{\"in\": {}, \"out\": {\"p\": ") + from + "}}", "a"),
             consumer = parse_description(std::string("{\"in\": {\"p\": ") + to + "}, \"out\": {}}", "b");
  EXPECT_TRUE(producer && consumer);
  return agree({&producer->out[0], "maker", {}}, {&consumer->in[0], "taker", {}});
}

TEST(Agree, AbsentMeansAnything) {
  const auto out = agreed(R"({"type": "mel", "bins": 100})", R"({"type": "mel", "hop": 256})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->spec.attributes["bins"], 100);
  EXPECT_EQ(out->spec.attributes["hop"], 256);
}

TEST(Agree, TheProducersPreferenceWins) {
  const auto out = agreed(R"({"type": "audio", "sample_rate": [48000, 24000, 16000]})", R"({"type": "audio", "sample_rate": [16000, 24000]})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->spec.attributes["sample_rate"], 24000);
}

TEST(Agree, DifferencesAreNamedWithBothValues) {
  const auto out = agreed(R"({"type": "mel", "bins": 100, "sample_rate": 24000})", R"({"type": "mel", "bins": 80, "sample_rate": 22050})");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.errors()[0].code, "E0301");
  EXPECT_THAT(to_text(out.errors()), ::testing::AllOf(HasSubstr("bins"), HasSubstr("100"), HasSubstr("80"), HasSubstr("22050")));
  EXPECT_FALSE(agreed(R"({"type": "mel"})", R"({"type": "audio"})"));
}

TEST(Agree, SampleFormatsAreAdaptedAndRatesAreNot) {
  const auto out = agreed(R"({"type": "audio", "dtype": "s16"})", R"({"type": "audio", "dtype": "f32"})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->adapter, "dtype:s16->f32");
  EXPECT_FALSE(agreed(R"({"type": "audio", "sample_rate": 22050})", R"({"type": "audio", "sample_rate": 24000})"));
}

TEST(Description, MalformedOnesAreRefused) {
  for (const char* bad : {"", "[]", "{", "{\"in\": 5, \"out\": {}}", "{\"in\": {\"a\": 5}, \"out\": {}}", "{\"in\": {}, \"out\": {}, \"batch\": \"yes\"}"}) {
    const auto out = parse_description(bad, "someone");
    EXPECT_FALSE(out) << bad;
    if (!out) {
      EXPECT_EQ(out.errors()[0].code, "E0304") << bad;
    }
  }
}

}  // namespace
}  // namespace syrinx::core
