#include "core/ab/listening.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/ab/descriptive.h"
#include "core/ab/rng.h"

namespace syrinx::ab {
namespace {

constexpr double kMostBad = 0.15, kLeastCatches = 0.75, kSideP = 0.005, kScoreLimit = 90;

// Sorted names and where each stands.
std::map<std::string, size_t> numbered(const std::set<std::string>& names) {
  std::map<std::string, size_t> out;
  for (const auto& name : names) out.emplace(name, out.size());
  return out;
}

}  // namespace

ScoreScreening screen_scores(const Scores& scores, const std::string& reference, const std::string& mid_anchor) {
  ScoreScreening out;
  double low = 0, high = 0;
  for (const auto& [item, systems] : scores) {
    const auto found = systems.find(reference), anchor = systems.find(mid_anchor);
    low += found != systems.end() && found->second < kScoreLimit;
    high += anchor != systems.end() && anchor->second > kScoreLimit;
  }
  if (scores.empty()) return out;
  out.reference_below_90 = low / static_cast<double>(scores.size());
  out.mid_anchor_above_90 = high / static_cast<double>(scores.size());
  out.keep = out.reference_below_90 <= kMostBad && out.mid_anchor_above_90 <= kMostBad;
  return out;
}

std::map<std::string, ChoiceScreening> screen_choices(const std::vector<ChoiceTrial>& trials) {
  std::map<std::string, std::vector<const ChoiceTrial*>> by_rater;
  for (const ChoiceTrial& trial : trials) by_rater[trial.rater].push_back(&trial);
  std::map<std::string, ChoiceScreening> out;
  for (const auto& [rater, answers] : by_rater) {
    ChoiceScreening& s = out[rater];
    int64_t catches = 0, caught = 0, first = 0, sided = 0;
    std::map<std::string, std::vector<std::string>> choices;
    std::vector<double> times, lengths;
    for (const ChoiceTrial* t : answers) {
      times.push_back(t->time_s);
      lengths.push_back(t->audio_s);
      if (t->is_catch) {
        ++catches;
        caught += t->choice == t->expected;
        continue;
      }
      choices[t->item].push_back(t->choice);
      if (t->choice.empty()) continue;
      ++sided;
      first += t->position == 1;
    }
    int64_t repeated = 0, agreed = 0;
    for (const auto& [item, given] : choices) {
      if (given.size() < 2) continue;
      ++repeated;
      agreed += std::all_of(given.begin(), given.end(), [&first = given[0]](const auto& c) { return c == first; });
    }
    const auto share = [](int64_t k, int64_t n) { return n > 0 ? std::optional(static_cast<double>(k) / static_cast<double>(n)) : std::nullopt; };
    s.catch_rate = share(caught, catches);
    s.repeat_agreement = share(agreed, repeated);
    s.first_share = share(first, sided);
    if (sided > 0) s.side_p = std::min(1.0, 2 * binomial_tail(sided, std::max(first, sided - first)));
    s.median_time_s = quantile(times, 0.5);
    if (s.catch_rate && *s.catch_rate < kLeastCatches) s.reasons.push_back("catch");
    if (s.side_p < kSideP) s.reasons.push_back("side");
    if (s.median_time_s < 0.5 * quantile(lengths, 0.5)) s.reasons.push_back("fast");
    s.keep = s.reasons.empty();
  }
  return out;
}

bool needs_prior(const std::vector<std::string>& names, const std::vector<Game>& games) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    double won = 0, lost = 0;
    for (const Game& game : games) {
      if (game.winner == name) won += game.weight;
      if (game.loser == name) lost += game.weight;
    }
    return (won == 0) != (lost == 0);
  });
}

std::map<std::string, double> bradley_terry(const std::vector<std::string>& names, const std::vector<Game>& games, double prior) {
  const size_t k = names.size();
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < k; ++i) index[names[i]] = i;
  std::vector<double> wins(k), played(k * k), p(k, 1.0), q(k);
  for (const Game& game : games) {
    const size_t a = index.at(game.winner), b = index.at(game.loser);
    wins[a] += game.weight;
    played[a * k + b] += game.weight;
    played[b * k + a] += game.weight;
  }
  for (int pass = 0; pass < 100000; ++pass) {
    double logs = 0;
    for (size_t i = 0; i < k; ++i) {
      double expected = prior / (p[i] + 1);
      for (size_t j = 0; j < k; ++j)
        if (j != i) expected += played[i * k + j] / (p[i] + p[j]);
      q[i] = (wins[i] + prior / 2) / expected;
      logs += std::log(q[i]);
    }
    const double centre = std::exp(logs / static_cast<double>(k));
    double moved = 0;
    for (size_t i = 0; i < k; ++i) {
      q[i] /= centre;
      moved = std::max(moved, std::abs(std::log(q[i] / p[i])));
    }
    std::swap(p, q);
    if (moved < 1e-13) break;
  }
  std::map<std::string, double> out;
  for (size_t i = 0; i < k; ++i) out[names[i]] = std::log(p[i]);
  return out;
}

Friedman friedman(const std::vector<std::vector<double>>& blocks) {
  Friedman out;
  const size_t k = blocks.empty() ? 0 : blocks[0].size();
  if (k < 2) return out;
  const auto n = static_cast<double>(blocks.size()), systems = static_cast<double>(k);
  std::vector<double> sums(k);
  double ties = 0;
  for (const auto& block : blocks) {
    const std::vector<double> r = ranks(block);
    std::map<double, double> groups;
    for (size_t i = 0; i < k; ++i) {
      sums[i] += r[i];
      ++groups[r[i]];
    }
    for (const auto& [rank, count] : groups) ties += count * count * count - count;
  }
  out.df = static_cast<int64_t>(k) - 1;
  double squares = 0;
  for (const double s : sums) {
    squares += s * s;
    out.mean_ranks.push_back(s / n);
  }
  const double correction = 1 - ties / (n * systems * (systems * systems - 1));
  if (correction <= 0) return out;
  out.chi2 = (12 / (n * systems * (systems + 1)) * squares - 3 * n * (systems + 1)) / correction;
  out.p = chi_squared_tail(out.chi2, systems - 1);
  out.kendall_w = out.chi2 / (n * (systems - 1));
  return out;
}

Interval t_interval(std::span<const double> v, double level) {
  const auto n = static_cast<double>(v.size());
  const double half = student_quantile(1 - (1 - level) / 2, n - 1) * std::sqrt(variance(v) / n), m = mean(v);
  return {m - half, m + half};
}

Clustered clustered_interval(const std::vector<Rating>& ratings, const Resampling& how) {
  Clustered out;
  if (ratings.empty()) return out;
  std::set<std::string> rater_names, item_names;
  std::vector<double> values;
  for (const Rating& r : ratings) {
    rater_names.insert(r.rater);
    item_names.insert(r.item);
    values.push_back(r.value);
  }
  const auto raters = numbered(rater_names), items = numbered(item_names);
  std::vector<std::pair<size_t, size_t>> where;
  for (const Rating& r : ratings) where.emplace_back(raters.at(r.rater), items.at(r.item));
  const size_t nr = raters.size(), ni = items.size();
  const Stream stream(how.seed, {"cluster"});
  std::vector<double> replicates;
  for (size_t r = 0; r < how.boots; ++r) {
    std::vector<double> mr(nr), mi(ni);
    const size_t base = r * (nr + ni);
    for (size_t j = 0; j < nr; ++j) ++mr[stream.bounded(base + j, nr)];
    for (size_t j = 0; j < ni; ++j) ++mi[stream.bounded(base + nr + j, ni)];
    double weights = 0, sum = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const double w = mr[where[i].first] * mi[where[i].second];
      weights += w;
      sum += w * values[i];
    }
    if (weights == 0) ++out.skipped;
    else replicates.push_back(sum / weights);
  }
  out.mean = mean(values);
  if (replicates.empty()) return out;
  const size_t least = std::min(nr, ni);
  const double z = least > 1 ? widened_quantile(least, how.level) : normal_quantile(1 - (1 - how.level) / 2);
  out.se = std::sqrt(variance(replicates));
  std::sort(replicates.begin(), replicates.end());
  out.ci = {sorted_quantile(replicates, normal_cdf(-z)), sorted_quantile(replicates, normal_cdf(z))};
  const double independent = std::sqrt(variance(values) / static_cast<double>(values.size()));
  if (independent > 0) out.design_effect = (out.se / independent) * (out.se / independent);
  return out;
}

}  // namespace syrinx::ab
