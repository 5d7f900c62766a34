#include "core/ab/rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/ab/descriptive.h"
#include "core/ab/listening.h"
#include "core/ab/paired.h"
#include "core/ab/votes.h"
#include "core/ab/words.h"

namespace syrinx::ab {
namespace {

// An answer of a trial that counts, by arm instead of by stimulus.
struct Answer {
  std::string rater, item, kind, trial;
  std::string choice;                     // arm; empty: none. ABX: "right" or "wrong"
  std::string other;                      // the arm that was not chosen
  int position = 0;
  std::vector<std::string> arms;          // as presented
  double score = 0;                       // CMOS: of the second over the first
  std::map<std::string, double> scores;   // MUSHRA, MOS: by arm
  double time_s = 0;
  bool caught = false;                    // catch trials: answered as expected
};

class RatingTable {
 public:
  RatingTable(const RatedSession& session, const RateOptions& options) : session_(session), options_(options) {
    std::set<std::string> names;
    for (const auto& [stimulus, arm] : session.key.arms) names.insert(arm);
    for (const std::string& name : names)
      if (name != "reference" && !name.starts_with("anchor_") && name.find(' ') == std::string::npos) arms_.push_back(name);
    const auto base = std::find(arms_.begin(), arms_.end(), session.baseline);
    if (base != arms_.end()) std::rotate(arms_.begin(), base, base + 1);
  }

  // Everything that is wrong is said with the file it is in.
  core::Outcome read(const RatingsFile& file) {
    const std::string rater = file.document.value("rater", "");
    for (const Json& given : file.document["answers"]) {
      if (!given.is_object()) return broken(file, "an answer is no map");
      Answer answer;
      answer.rater = rater;
      answer.item = given.value("item", "");
      answer.kind = given.value("kind", "");
      answer.trial = given.value("trial", "");
      if (answer.kind == "training") continue;
      answer.time_s = given.contains("time_s") && given["time_s"].is_number() ? given["time_s"].get<double>() : 0;
      std::vector<std::string> stimuli;
      if (given.contains("presented") && given["presented"].is_array())
        for (const Json& stimulus : given["presented"]) stimuli.push_back(stimulus.is_string() ? stimulus.get<std::string>() : "");
      for (const std::string& stimulus : stimuli) {
        const auto arm = session_.key.arms.find(stimulus);
        if (arm == session_.key.arms.end()) return broken(file, fmt::format("trial {} presented \"{}\", which the key does not know", answer.trial, stimulus));
        answer.arms.push_back(arm->second);
      }
      const std::string choice = given.contains("choice") && given["choice"].is_string() ? given["choice"].get<std::string>() : "";
      const auto at = std::find(stimuli.begin(), stimuli.end(), choice);
      if (!choice.empty() && at == stimuli.end()) return broken(file, fmt::format("trial {} chose \"{}\", which was not presented", answer.trial, choice));
      if (!choice.empty()) {
        const auto index = static_cast<size_t>(at - stimuli.begin());
        answer.position = static_cast<int>(index) + 1;
        answer.choice = answer.arms[index];
        if (answer.arms.size() == 2) answer.other = answer.arms[1 - index];
      }
      if (session_.mode == "abx") answer.choice = choice.empty() ? "" : choice == given.value("x", "") ? "right" : "wrong";
      if (given.contains("score") && given["score"].is_number()) answer.score = given["score"];
      if (given.contains("scores") && given["scores"].is_object())
        for (const auto& [stimulus, score] : given["scores"].items()) {
          const auto arm = session_.key.arms.find(stimulus);
          if (arm != session_.key.arms.end() && score.is_number()) answer.scores[arm->second] = score;
        }
      const auto expected = session_.key.expected.find(answer.trial);
      answer.caught = expected != session_.key.expected.end() && expected->second.value_or("") == choice;
      answers_.push_back(std::move(answer));
    }
    return core::Nothing{};
  }

  // Who stays, and why not.
  Json screen() {
    Json out = Json::object();
    if (session_.mode == "mushra") {
      std::map<std::string, Scores> raters;
      for (const Answer& a : answers_) raters[a.rater][a.item] = a.scores;
      for (const auto& [rater, scores] : raters) {
        const ScoreScreening s = screen_scores(scores);
        out[rater] = {{"keep", s.keep}, {"reference_below_90", s.reference_below_90}, {"mid_anchor_above_90", s.mid_anchor_above_90}};
        if (s.keep) kept_.insert(rater);
      }
      return out;
    }
    std::vector<ChoiceTrial> trials;
    for (const Answer& a : answers_) {
      const bool is_catch = a.kind == "catch";
      const auto audio = session_.audio_s.find(a.trial);
      // Of a catch trial only whether it was right matters.
      trials.push_back({a.rater, a.item, is_catch ? (a.caught ? "yes" : "no") : a.choice, a.position, is_catch, "yes", a.time_s, audio == session_.audio_s.end() ? 0 : audio->second});
    }
    for (const auto& [rater, s] : screen_choices(trials)) {
      // One sound has no side to be chosen too often.
      const bool keep = session_.mode == "mos" || s.keep;
      out[rater] = {{"keep", keep}, {"reasons", session_.mode == "mos" ? std::vector<std::string>{} : s.reasons}, {"catch_rate", maybe(s.catch_rate)}, {"repeat_agreement", maybe(s.repeat_agreement)},
                    {"first_share", maybe(s.first_share)}, {"side_p", s.side_p}, {"median_time_s", s.median_time_s}};
      if (keep) kept_.insert(rater);
    }
    return out;
  }

  Json results(bool screened) const {
    std::vector<const Answer*> used;
    for (const Answer& a : answers_)
      if (a.kind != "catch" && (!screened || kept_.count(a.rater))) used.push_back(&a);
    Json out = session_.mode == "preference" || session_.mode == "abx" ? votes(used) : session_.mode == "cmos" ? comparisons(used) : scores(used);
    std::set<std::string> raters;
    for (const Answer* a : used) raters.insert(a->rater);
    out["raters"] = raters.size();
    out["answers"] = used.size();
    return out;
  }

  const std::vector<std::string>& arms() const { return arms_; }

 private:
  static core::Error broken(const RatingsFile& file, std::string what) { return {"E0506", fmt::format("{}: {}", file.file, what), {}, {}, {}}; }

  Json clustered(const std::vector<Rating>& ratings) const {
    const Clustered c = clustered_interval(ratings, options_.resampling);
    return {{"mean", c.mean}, {"ci", c.ci}, {"se", c.se}, {"design_effect", maybe(c.design_effect)}, {"skipped", c.skipped}};
  }

  // k of n with both intervals, and tables by text and rater. `values`: 1 for a hit.
  Json proportion_of(const std::vector<Rating>& values, bool one_sided) const {
    double sum = 0;
    std::map<std::string, std::pair<double, int64_t>> items, raters;
    std::vector<int> coins;
    for (const Rating& v : values) {
      sum += v.value;
      items[v.item].first += v.value, ++items[v.item].second;
      raters[v.rater].first += v.value, ++raters[v.rater].second;
      if (v.value != 0.5) coins.push_back(v.value > 0.5);
    }
    const auto n = static_cast<int64_t>(values.size()), k = static_cast<int64_t>(std::floor(sum));
    Json out = {{"n", n}, {"k", sum}};
    if (n == 0) return out;
    const Proportion p = proportion(k, n, options_.resampling.level);
    out["share"] = sum / static_cast<double>(n);
    out["wilson"] = p.wilson;
    if (options_.exact) out["clopper_pearson"] = p.clopper_pearson;
    out["p"] = one_sided ? p.p_greater : p.p_two_sided;
    out["clustered"] = clustered(values);
    const Sequential watched = watch_votes(coins, 1 - options_.resampling.level);
    if (!watched.path.empty()) out["anytime"] = {{"log_e", watched.path.back().log_e}, {"p", watched.path.back().p_anytime}, {"ci", watched.path.back().ci}, {"stop_at", maybe(watched.stop_at)}};
    const auto table = [](const auto& rows) {
      Json made = Json::object();
      for (const auto& [name, row] : rows) made[name] = {{"k", row.first}, {"n", row.second}};
      return made;
    };
    out["by_item"] = table(items);
    out["by_rater"] = table(raters);
    return out;
  }

  Json votes(const std::vector<const Answer*>& used) const {
    const bool abx = session_.mode == "abx";
    std::vector<Rating> hits;
    std::vector<Game> games;
    int64_t none = 0;
    const std::string b = arms_.empty() ? "" : arms_.back();
    for (const Answer* a : used) {
      if (a->choice.empty()) {
        ++none;
        if (options_.split_none) hits.push_back({a->rater, a->item, 0.5});
        if (a->arms.size() == 2) games.push_back({a->arms[0], a->arms[1], 0.5}), games.push_back({a->arms[1], a->arms[0], 0.5});
        continue;
      }
      hits.push_back({a->rater, a->item, a->choice == (abx ? "right" : b) ? 1.0 : 0.0});
      if (!abx && a->choice != a->other) games.push_back({a->choice, a->other, 1});
    }
    Json out;
    if (abx || arms_.size() <= 2) {
      out = proportion_of(hits, abx);
      if (!abx) out["b"] = b;
    } else {
      const double prior = needs_prior(arms_, games) ? 2 : 0;
      const auto strengths = bradley_terry(arms_, games, prior);
      out["bradley_terry"] = {{"prior", prior}, {"log_strength", strengths}};
      for (const auto& [arm, strength] : strengths) out["bradley_terry"]["win_chance"][arm] = 1 / (1 + std::exp(strengths.at(arms_[0]) - strength));
    }
    out["none"] = none;
    out["none_share"] = used.empty() ? 0.0 : static_cast<double>(none) / static_cast<double>(used.size());
    return out;
  }

  Json comparisons(const std::vector<const Answer*>& used) const {
    std::vector<Rating> ratings;
    for (const Answer* a : used)
      if (a->arms.size() == 2) ratings.push_back({a->rater, a->item, a->arms[0] == arms_[0] ? a->score : -a->score});
    Json out = {{"n", ratings.size()}, {"b", arms_.back()}};
    if (!ratings.empty()) out["clustered"] = clustered(ratings);
    return out;
  }

  Json scores(const std::vector<const Answer*>& used) const {
    std::map<std::string, std::vector<Rating>> by_system;
    std::map<std::pair<std::string, std::string>, std::map<std::string, double>> blocks;
    for (const Answer* a : used)
      for (const auto& [system, score] : a->scores) {
        by_system[system].push_back({a->rater, a->item, score});
        blocks[{a->rater, a->item}][system] = score;
      }
    Json out = {{"systems", Json::object()}};
    for (const auto& [system, ratings] : by_system) {
      std::vector<double> values;
      for (const Rating& r : ratings) values.push_back(r.value);
      Json row = {{"n", values.size()}, {"mean", mean(values)}, {"median", quantile(values, 0.5)}, {"clustered", clustered(ratings)}};
      row["t_ci"] = values.size() > 1 ? Json(t_interval(values, options_.resampling.level)) : Json(nullptr);
      out["systems"][system] = std::move(row);
    }
    std::vector<std::vector<double>> complete;
    for (const auto& [where, block] : blocks) {
      if (block.size() != by_system.size()) continue;
      complete.emplace_back();
      for (const auto& [system, score] : block) complete.back().push_back(score);
    }
    if (complete.size() > 1 && by_system.size() > 1) {
      const Friedman f = friedman(complete);
      out["friedman"] = {{"blocks", complete.size()}, {"chi2", f.chi2}, {"df", f.df}, {"p", f.p}, {"kendall_w", f.kendall_w}};
    }
    out["pairs"] = pairs(by_system);
    return out;
  }

  // Wilcoxon on the means of raters, each pair of systems, corrected together.
  static Json pairs(const std::map<std::string, std::vector<Rating>>& by_system) {
    std::map<std::string, std::map<std::string, double>> means;
    for (const auto& [system, ratings] : by_system) {
      std::map<std::string, std::vector<double>> raters;
      for (const Rating& r : ratings) raters[r.rater].push_back(r.value);
      for (const auto& [rater, values] : raters) means[system][rater] = mean(values);
    }
    Json out = Json::array();
    std::vector<double> p;
    for (auto a = means.begin(); a != means.end(); ++a)
      for (auto b = std::next(a); b != means.end(); ++b) {
        std::vector<double> d;
        for (const auto& [rater, value] : a->second)
          if (b->second.count(rater)) d.push_back(b->second.at(rater) - value);
        const Wilcoxon w = wilcoxon(d);
        p.push_back(w.p);
        out.push_back({{"a", a->first}, {"b", b->first}, {"n", d.size()}, {"delta", d.empty() ? Json(nullptr) : Json(mean(d))}, {"p", w.p}});
      }
    const auto corrected = holm(p);
    for (size_t i = 0; i < corrected.size(); ++i) out[i]["p_holm"] = corrected[i];
    return out;
  }

  const RatedSession& session_;
  const RateOptions& options_;
  std::vector<std::string> arms_;  // the baseline first
  std::vector<Answer> answers_;
  std::set<std::string> kept_;
};

std::string bracketed(const Json& ci, const char* form = "[{:.3f}, {:.3f}]") { return fmt::format(fmt::runtime(form), ci[0].get<double>(), ci[1].get<double>()); }

std::string result_lines(const std::string& label, const Json& r, const std::string& mode) {
  std::string out = fmt::format("{}: {} raters, {} answers\n", label, r["raters"].get<int64_t>(), r["answers"].get<int64_t>());
  if (r.contains("share")) {
    const std::string what = mode == "abx" ? "right" : fmt::format("preferred {}", r["b"].get<std::string>());
    out += fmt::format("  {} {:g} of {} ({:.1f} %), Wilson {}, p = {:.4g}\n", what, r["k"].get<double>(), r["n"].get<int64_t>(), 100 * r["share"].get<double>(), bracketed(r["wilson"]), r["p"].get<double>());
  }
  if (r.contains("clustered")) {
    const Json& c = r["clustered"];
    const bool apart = mode == "cmos" ? c["ci"][0] > 0 || c["ci"][1] < 0 : c["ci"][0] > 0.5 || c["ci"][1] < 0.5;
    out += fmt::format("  mean {:.3f}, by raters and texts {}{}: {}\n", c["mean"].get<double>(), bracketed(c["ci"]),
                       c["design_effect"].is_null() ? "" : fmt::format(", design effect {:.2f}", c["design_effect"].get<double>()), apart ? "decided" : "not decided");
  }
  if (r.contains("none") && r["none"].get<int64_t>() > 0) out += fmt::format("  no choice: {} ({:.1f} %)\n", r["none"].get<int64_t>(), 100 * r["none_share"].get<double>());
  if (r.contains("bradley_terry"))
    for (const auto& [arm, chance] : r["bradley_terry"]["win_chance"].items()) out += fmt::format("  {}: wins against the baseline with {:.1f} %\n", arm, 100 * chance.get<double>());
  if (r.contains("systems"))
    for (const auto& [system, row] : r["systems"].items())
      out += fmt::format("  {:<16} mean {:6.2f} {}  median {:6.2f}  n {}\n", system, row["mean"].get<double>(), bracketed(row["clustered"]["ci"], "[{:.2f}, {:.2f}]"), row["median"].get<double>(), row["n"].get<int64_t>());
  if (r.contains("friedman")) out += fmt::format("  Friedman: chi2 {:.3f}, p = {:.4g}, W {:.3f}\n", r["friedman"]["chi2"].get<double>(), r["friedman"]["p"].get<double>(), r["friedman"]["kendall_w"].get<double>());
  if (r.contains("pairs"))
    for (const Json& pair : r["pairs"]) out += fmt::format("  {} - {}: p = {:.4g}, corrected {:.4g}\n", pair["b"].get<std::string>(), pair["a"].get<std::string>(), pair["p"].get<double>(), pair["p_holm"].get<double>());
  return out;
}

}  // namespace

RatedSession rated(const Session& session) {
  RatedSession out{session.name, session.mode, session.key.value_or(SessionKey{}), "", {}};
  for (const SessionTrial& trial : session.trials) {
    double& seconds = out.audio_s[trial.id];
    for (const std::string& stimulus : trial.stimuli) seconds += session.seconds.at(stimulus);
    if (session.mode == "abx") seconds += session.seconds.at(trial.stimuli[0]);
    if (!trial.reference.empty()) seconds += session.seconds.at(trial.reference);
  }
  return out;
}

Json to_json(const RatedSession& session) {
  Json expected = Json::object();
  for (const auto& [trial, stimulus] : session.key.expected) expected[trial] = maybe(stimulus);
  return {{"mode", session.mode}, {"baseline", session.baseline}, {"arms", session.key.arms}, {"catch", expected}, {"audio_s", session.audio_s}};
}

core::Result<RatedSession> rated_from_json(const std::string& name, const Json& document) {
  try {
    RatedSession out{name, document.at("mode"), {}, document.value("baseline", ""), document.at("audio_s")};
    out.key.arms = document.at("arms").get<std::map<std::string, std::string>>();
    for (const auto& [trial, stimulus] : document.at("catch").items()) out.key.expected[trial] = stimulus.is_string() ? std::optional(stimulus.get<std::string>()) : std::nullopt;
    return out;
  } catch (const Json::exception&) {
    return core::Error{"E0506", fmt::format("the key of session {} is not complete", name), {}, {}, {}};
  }
}

core::Result<Json> rate(const RatedSession& session, const std::vector<RatingsFile>& files, const RateOptions& options) {
  if (session.key.arms.empty()) return core::Error{"E0506", fmt::format("the key of session {} is not there, and without it nobody knows which sound is of which arm", session.name), {}, {}, {"give the result folder whose key.json names the session"}};
  Json ignored = Json::array();
  std::map<std::string, const RatingsFile*> last;
  for (const RatingsFile& file : files) {
    const Json& d = file.document;
    if (!d.is_object() || d.value("schema", Json()) != "ab-ratings/1" || !d.contains("answers") || !d["answers"].is_array() || !d.value("rater", Json()).is_string())
      return core::Error{"E0506", fmt::format("{} has no ratings (ab-ratings/1) in it", file.file), {}, {}, {}};
    if (d.value("session", Json()) != session.name || d.value("mode", Json()) != session.mode)
      return core::Error{"E0506", fmt::format("{} has ratings of another session", file.file), {}, {fmt::format("it is of {} ({}), and the key is of {} ({})", d.value("session", Json()).dump(), d.value("mode", Json()).dump(), session.name, session.mode)}, {}};
    if (d.value("complete", Json()) != true) {
      ignored.push_back({{"file", file.file}, {"why", "not complete"}});
      continue;
    }
    const RatingsFile*& known = last[d["rater"]];
    const auto time = [](const RatingsFile* f) { return f->document.contains("finished") && f->document["finished"].is_string() ? f->document["finished"].get<std::string>() : std::string(); };
    const RatingsFile* earlier = known && time(known) > time(&file) ? &file : known;
    if (known) ignored.push_back({{"file", earlier->file}, {"why", "the same rater has a later one"}});
    if (earlier != &file) known = &file;
  }
  if (last.empty()) return core::Error{"E0506", "none of the ratings is complete", {}, {}, {}};
  RatingTable table(session, options);
  Json used = Json::array();
  for (const auto& [rater, file] : last) {
    if (auto outcome = table.read(*file); !outcome) return std::move(outcome).errors();
    used.push_back(file->file);
  }
  Json raters = table.screen();
  return Json{{"schema", "ab-listening/1"}, {"session", session.name}, {"mode", session.mode}, {"arms", table.arms()}, {"used", used}, {"ignored", ignored},
              {"raters", std::move(raters)}, {"all", table.results(false)}, {"screened", table.results(true)}};
}

std::string rate_text(const Json& result) {
  std::string out = fmt::format("{} ({}): {} raters, {} files ignored\n", result["session"].get<std::string>(), result["mode"].get<std::string>(), result["used"].size(), result["ignored"].size());
  for (const Json& entry : result["ignored"]) out += fmt::format("  ignored {}: {}\n", entry["file"].get<std::string>(), entry["why"].get<std::string>());
  for (const auto& [rater, row] : result["raters"].items()) {
    if (row["keep"].get<bool>()) continue;
    out += fmt::format("  screened out {}: {}\n", rater, row.contains("reasons") ? fmt::format("{}", fmt::join(row["reasons"].get<std::vector<std::string>>(), ", ")) : "reference or anchor");
  }
  const std::string mode = result["mode"];
  out += result_lines("all", result["all"], mode);
  out += result_lines("after screening", result["screened"], mode);
  return out;
}

}  // namespace syrinx::ab
