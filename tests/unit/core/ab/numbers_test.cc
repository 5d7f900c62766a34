#include "core/ab/numbers.h"

#include <gtest/gtest.h>

#include "core/ab/judge.h"
#include "core/ab/text.h"

namespace syrinx::ab {
namespace {

TEST(Numbers, English) {
  EXPECT_EQ(numbers_written_out("38 of 1,234 and 1,000,005"), "thirty eight of one thousand two hundred thirty four and one million five");
  EXPECT_EQ(numbers_written_out("0 10 13 20 99 100 110 2024"), "zero ten thirteen twenty ninety nine one hundred one hundred ten two thousand twenty four");
  EXPECT_EQ(numbers_written_out("3.14 and 007"), "three point one four and zero zero seven");
  EXPECT_EQ(numbers_written_out("the 1st, 2nd, 3rd, 12th, 20th and 101st"), "the first, second, third, twelfth, twentieth and one hundred first");
  EXPECT_EQ(numbers_written_out("B2B, 5km"), "B two B, five km");
  EXPECT_EQ(numbers_written_out("Thirty-eight well-known"), "Thirty eight well-known");
  EXPECT_EQ(numbers_written_out("1234567890123456"), "one two three four five six seven eight nine zero one two three four five six");
  EXPECT_EQ(numbers_written_out(""), "");
}

TEST(Numbers, Chinese) {
  EXPECT_EQ(numbers_written_out("有12个，105和110，10005"), "有十二个，一百零五和一百一十，一万零五");
  EXPECT_EQ(numbers_written_out("共100000000元"), "共一亿元");
  EXPECT_EQ(numbers_written_out("38.5", "zh"), "三十八点五");
  EXPECT_EQ(numbers_written_out("第38回", "en"), "第thirty eight回");
  EXPECT_EQ(numbers_written_out("38", "zh-TW"), "三十八");
}

TEST(Judges, WhatWasHeardIsScoredByOneRule) {
  JudgeInfo info;
  info.metrics.push_back(*judge_metric({{"name", "wer"}, {"direction", "lower"}, {"ratio", {"errors", "words"}}}, "asr"));
  JudgeAnswer answer;
  answer.hypothesis = "I have Thirty Eight birds.";
  score_answer(info, "I have 38 words!", "en", answer);
  EXPECT_EQ(answer.values["errors"], 1);
  EXPECT_EQ(answer.values["words"], 5);
  EXPECT_DOUBLE_EQ(answer.values["wer"], 0.2);
  // Nothing to say: no rate.
  JudgeAnswer nothing;
  score_answer(info, "...", "en", nothing);
  EXPECT_EQ(nothing.values.count("wer"), 0u);
}

TEST(Judges, MeasuresAreChecked) {
  EXPECT_FALSE(judge_metric({{"unit", "dB"}}, "j").ok());
  EXPECT_FALSE(judge_metric({{"name", "a.b"}}, "j").ok());
  EXPECT_FALSE(judge_metric({{"name", "a"}, {"direction", "up"}}, "j").ok());
  EXPECT_FALSE(judge_metric({{"name", "a"}, {"ratio", {"errors"}}}, "j").ok());
  const auto metric = judge_metric({{"name", "mos"}, {"better", "higher"}, {"definition", "machine opinion"}}, "j");
  ASSERT_TRUE(metric.ok());
  EXPECT_EQ(metric->direction, "higher");
  EXPECT_EQ(metric->definition, "machine opinion, by the judge j");
}

TEST(Metrics, NamesAreTakenOnce) {
  MetricSet known;
  EXPECT_TRUE(known.find("lufs"));
  EXPECT_FALSE(known.add({"lufs", "", "none", false, false, "", "", "", "judge"}));
  EXPECT_TRUE(known.add({"wer", "ratio", "lower", false, false, "", "errors", "words", "judge"}));
  // An error rate is what counts where text changed; before other stages every judge does.
  EXPECT_TRUE(primary_metrics("normalizer", known).count("wer"));
  EXPECT_FALSE(primary_metrics("tokenizer", known).count("wer"));
  EXPECT_FALSE(primary_metrics("sampler", known).count("units_per_s"));
  EXPECT_TRUE(primary_metrics("sampler", MetricSet()).count("units_per_s"));
  EXPECT_EQ(known.find("ref_mcd_db")->direction, "lower");
  EXPECT_EQ(known.find("ref_f0_corr")->direction, "higher");
  EXPECT_FALSE(known.find("ref_max_abs_diff"));
}

}  // namespace
}  // namespace syrinx::ab
