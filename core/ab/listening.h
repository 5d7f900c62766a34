// Statistics of listening: who is left out, systems by preference, blocks of scores, and clustered intervals.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ab/bootstrap.h"

namespace syrinx::ab {

// Scores of one rater: text, system, score.
using Scores = std::map<std::string, std::map<std::string, double>>;

struct ScoreScreening {
  double reference_below_90 = 0, mid_anchor_above_90 = 0;  // shares of texts
  bool keep = true;                                        // both at most 15 %
};
// Without a mid anchor its rule is skipped.
ScoreScreening screen_scores(const Scores& scores, const std::string& reference = "reference", const std::string& mid_anchor = "anchor_mid");

// One answer with a choice of two.
struct ChoiceTrial {
  std::string rater, item;
  std::string choice;      // of an arm or stimulus; empty: "none"
  int position = 0;        // 1 or 2; 0: none
  bool is_catch = false;
  std::string expected;    // of a catch trial; empty: none
  double time_s = 0, audio_s = 0;
};
struct ChoiceScreening {
  std::optional<double> catch_rate, repeat_agreement, first_share;
  double side_p = 1, median_time_s = 0;
  bool keep = true;
  std::vector<std::string> reasons;  // "catch", "side", "fast"
};
std::map<std::string, ChoiceScreening> screen_choices(const std::vector<ChoiceTrial>& trials);

// Bradley and Terry's strengths as logarithms with mean 0. A tie is two games of weight 1/2; `prior` adds that many virtual
// half games, which a system that won or lost all needs.
struct Game {
  std::string winner, loser;
  double weight = 1;
};
std::map<std::string, double> bradley_terry(const std::vector<std::string>& names, const std::vector<Game>& games, double prior = 0);
// Whether some system won or lost all of its games.
bool needs_prior(const std::vector<std::string>& names, const std::vector<Game>& games);

// Friedman's test of blocks x systems, corrected for ties; all tied: 0, 0, p = 1.
struct Friedman {
  double chi2 = 0, p = 1, kendall_w = 0;
  int64_t df = 0;
  std::vector<double> mean_ranks;
};
Friedman friedman(const std::vector<std::vector<double>>& blocks);

Interval t_interval(std::span<const double> v, double level = 0.95);  // of at least two values

// Raters and texts are both drawn with replacement: votes of one person are not independent.
struct Rating {
  std::string rater, item;
  double value = 0;
};
struct Clustered {
  double mean = 0, se = 0;
  Interval ci{};
  std::optional<double> design_effect;  // (clustered / independent standard error)^2
  int64_t skipped = 0;                  // replicates without any vote
};
Clustered clustered_interval(const std::vector<Rating>& ratings, const Resampling& how);

}  // namespace syrinx::ab
