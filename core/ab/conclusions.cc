#include "core/ab/conclusions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ab/descriptive.h"
#include "core/ab/metrics.h"
#include "core/ab/paired.h"
#include "core/ab/words.h"
#include "core/report/suggest.h"

namespace syrinx::ab {
namespace {

// One unit of resampling: a text with its seeds, or a group of texts.
struct Series {
  std::vector<double> a, b;
  std::vector<double> errors_a, words_a, errors_b, words_b;  // of a ratio of sums
  std::vector<std::string> units;
  int64_t missing = 0;
};

std::optional<double> number_at(const Json& map, const std::string& arm, const std::string& name) {
  const auto found = map.find(arm);
  if (found == map.end()) return std::nullopt;
  const auto value = found->find(name);
  return value != found->end() && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

Series series_of(const Json& items, const Metric& metric, const std::string& baseline, const std::string& candidate) {
  struct Sum {
    double a = 0, b = 0, errors_a = 0, words_a = 0, errors_b = 0, words_b = 0;
    int64_t n = 0;
  };
  const bool ratio = !metric.errors.empty();
  std::map<std::string, Sum> sums;
  std::vector<std::string> order;
  Series out;
  for (const Json& item : items) {
    const std::string& name = metric.name;
    const auto value = [&](const std::string& arm, const std::string& what) { return number_at(item[metric.pair ? "pair" : "metrics"], arm, what); };
    const auto b = value(candidate, name);
    const auto a = metric.pair ? std::optional(0.0) : value(baseline, name);
    const bool sums_there = !ratio || (value(baseline, metric.errors) && value(baseline, metric.words) && value(candidate, metric.errors) && value(candidate, metric.words));
    if (!a || !b || !sums_there) {
      ++out.missing;
      continue;
    }
    const std::string unit = item.contains("group") ? item["group"].get<std::string>() : item["id"].get<std::string>();
    if (!sums.count(unit)) order.push_back(unit);
    Sum& sum = sums[unit];
    sum.a += *a, sum.b += *b, ++sum.n;
    if (!ratio) continue;
    sum.errors_a += *value(baseline, metric.errors), sum.words_a += *value(baseline, metric.words);
    sum.errors_b += *value(candidate, metric.errors), sum.words_b += *value(candidate, metric.words);
  }
  for (const std::string& unit : order) {
    const Sum& sum = sums[unit];
    out.units.push_back(unit);
    out.a.push_back(sum.a / static_cast<double>(sum.n));
    out.b.push_back(sum.b / static_cast<double>(sum.n));
    if (!ratio) continue;
    out.errors_a.push_back(sum.errors_a), out.words_a.push_back(sum.words_a);
    out.errors_b.push_back(sum.errors_b), out.words_b.push_back(sum.words_b);
  }
  return out;
}

Json compare(const Series& s, const Metric& metric, const std::string& baseline, const std::string& candidate, const Judgement& how) {
  Json out = {{"a", baseline}, {"b", candidate}, {"n", s.a.size()}, {"missing", s.missing}, {"a_mean", nullptr}, {"b_mean", nullptr}, {"delta", nullptr},
              {"ci", nullptr}, {"ci_method", "bca_t"}, {"p", nullptr}, {"p_holm", nullptr}};
  if (s.a.empty()) return out;
  const Paired p = compare_paired(s.a, s.b, how.resampling);
  const bool intervals = s.a.size() >= 3;
  out["b_mean"] = p.b_mean;
  out["worst_item"] = s.units[p.worst];
  if (metric.pair) {
    if (intervals) out["ci"] = p.ci.bca_t;
    out["worst"] = s.b[p.worst];
    return out;
  }
  out["a_mean"] = p.a_mean;
  out["delta"] = p.delta;
  out["dz"] = maybe(p.dz);
  out["rho"] = maybe(p.rho);
  out["pairing_gain"] = maybe(p.pairing_gain);
  out["median"] = p.median;
  out["share_b_greater"] = p.share_b_greater;
  out["worst"] = s.b[p.worst] - s.a[p.worst];
  if (intervals) {
    out["ci"] = p.ci.bca_t;
    out["p"] = p.permutation.p;
    out["p_method"] = p.permutation.exact ? "sign-flip exact" : "sign-flip";
    out["p_wilcoxon"] = p.wilcoxon.p;
    out["p_sign"] = p.sign.p;
    out["p_boot"] = p.boot_p;
    out["mde80"] = p.mde80;
  }
  if (!s.errors_a.empty()) {
    // Of error rates the corpus counts: the errors of all texts by the words of all texts.
    const RatioOfSums ratio = compare_ratios_of_sums(s.errors_a, s.words_a, s.errors_b, s.words_b, how.resampling);
    out["a_mean"] = ratio.a;
    out["b_mean"] = ratio.b;
    out["delta"] = ratio.delta;
    out["a_macro"] = ratio.a_macro;
    out["b_macro"] = ratio.b_macro;
    if (intervals) out["ci"] = ratio.ci.bca_t;
  }
  const bool positive = std::all_of(s.a.begin(), s.a.end(), [](double v) { return v > 0; }) && std::all_of(s.b.begin(), s.b.end(), [](double v) { return v > 0; });
  if (metric.time && positive) {
    const GeometricRatio g = compare_geometric(s.a, s.b, how.resampling);
    out["ratio"] = g.ratio;
    if (intervals) {
      out["ratio_ci"] = g.ci.bca_t;
      // Times are compared as ratios, so their test is of the logarithms.
      std::vector<double> logs;
      for (size_t i = 0; i < s.a.size(); ++i) logs.push_back(std::log(s.b[i] / s.a[i]));
      out["p"] = sign_flip(logs, how.resampling.seed, how.resampling.boots).p;
    }
  }
  return out;
}

// What the interval, the corrected p and the margin say together.
std::string conclusion(const Json& c, const Metric& metric, bool primary, const Judgement& how) {
  if (metric.pair || c["ci"].is_null()) return "inconclusive";
  const double lo = c["ci"][0], hi = c["ci"][1], delta = c["delta"];
  const auto margin = how.margins.find(metric.name);
  if (margin != how.margins.end() && lo > -margin->second && hi < margin->second) return "equivalent";
  const auto floor = how.noise_floor.find(metric.name);
  if (floor != how.noise_floor.end() && floor->second > 0 && std::abs(delta) <= floor->second) return "inconclusive";
  const Json& p = primary && !c["p_holm"].is_null() ? c["p_holm"] : c["p"];
  const bool ratio = c.contains("ratio_ci") && !c["ratio_ci"].is_null();
  const bool apart = ratio ? c["ratio_ci"][0] > 1 || c["ratio_ci"][1] < 1 : lo > 0 || hi < 0;
  if (!apart || p.is_null() || p.get<double>() > 1 - how.resampling.level) return "inconclusive";
  if (metric.direction == "none") return "different";
  const bool more = ratio ? c["ratio"] > 1 : delta > 0;
  return more == (metric.direction == "higher") ? "better" : "worse";
}

const Json* comparison_of(const Json& result, const std::string& metric, const std::string& candidate) {
  for (const Json& entry : result["metrics"]) {
    if (entry["name"] != metric) continue;
    for (const Json& comparison : entry["comparisons"])
      if (comparison["b"] == candidate) return &comparison;
  }
  return nullptr;
}

// "metric[arm].field" apart.
struct GateName {
  std::string metric, arm, field;
};
GateName split_name(const std::string& name) {
  GateName out;
  const size_t bracket = name.find('['), close = name.find(']'), dot = name.find('.', close == std::string::npos ? 0 : close);
  out.metric = name.substr(0, std::min(bracket, name.find('.')));
  if (bracket != std::string::npos) out.arm = name.substr(bracket + 1, close - bracket - 1);
  if (dot != std::string::npos) out.field = name.substr(dot + 1);
  return out;
}

}  // namespace

Json conclude(const Json& items, const std::string& baseline, const std::vector<std::string>& candidates, const Judgement& how) {
  Json out = Json::array();
  for (const Metric& metric : how.known->all()) {
    const std::string& name = metric.name;
    if (!how.chosen.empty() && !how.chosen.count(name) && !how.primary.count(name)) continue;
    const bool primary = how.primary.count(name) > 0;
    Json entry = {{"name", name}, {"scope", metric.pair ? "pair" : "arm"}, {"direction", metric.direction}, {"unit", metric.unit}, {"family", primary ? "primary" : "secondary"}, {"definition", metric.definition}, {"comparisons", Json::array()}};
    if (!metric.source.empty()) entry["source"] = metric.source;
    bool any = false;
    for (const std::string& candidate : candidates) {
      const Series series = series_of(items, metric, baseline, candidate);
      any = any || !series.a.empty();
      entry["comparisons"].push_back(compare(series, metric, baseline, candidate, how));
    }
    if (any) out.push_back(std::move(entry));
  }
  std::vector<Json*> family;
  std::vector<double> p;
  for (Json& entry : out)
    for (Json& comparison : entry["comparisons"])
      if (entry["family"] == "primary" && comparison["p"].is_number()) family.push_back(&comparison), p.push_back(comparison["p"]);
  const auto corrected = holm(p);
  for (size_t i = 0; i < family.size(); ++i) (*family[i])["p_holm"] = corrected[i];
  for (Json& entry : out)
    for (Json& comparison : entry["comparisons"]) comparison["conclusion"] = conclusion(comparison, *how.known->find(entry["name"].get<std::string>()), entry["family"] == "primary", how);
  return out;
}

Gate::Lookup gate_values(const Json& result, const std::string& candidate) {
  return [&result, candidate](const std::string& text) -> std::optional<double> {
    const GateName name = split_name(text);
    const auto number = [](const Json& value) { return value.is_number() ? std::optional(value.get<double>()) : value.is_boolean() ? std::optional(value.get<bool>() ? 1.0 : 0.0) : std::nullopt; };
    if (name.metric == "items") {
      int64_t failed = 0;
      const std::string arm = name.field == "failed_a" ? result["arms"][0]["name"].get<std::string>() : candidate;
      for (const Json& item : result["items"]) failed += item["status"].contains(arm) && item["status"][arm]["ok"] == false;
      return static_cast<double>(name.field == "count" ? static_cast<int64_t>(result["items"].size()) : failed);
    }
    if (name.metric == "control") return number(result["pairing"]["control"]["identical"]);
    if (name.metric == "divergence") {
      std::optional<double> first;
      double index = 0;
      for (const Json& item : result["items"]) {
        const bool differs = item["divergence"].contains(candidate) && !item["divergence"][candidate]["first_differs"].is_null();
        if (differs && !first) first = index;
        ++index;
      }
      return first;
    }
    const Json* c = comparison_of(result, name.metric, name.arm.empty() ? candidate : name.arm);
    if (!c) return std::nullopt;
    const auto end = [&](const char* interval, size_t side) { return c->contains(interval) && (*c)[interval].is_array() ? number((*c)[interval][side]) : std::nullopt; };
    if (name.field == "ci_lo") return end("ci", 0);
    if (name.field == "ci_hi") return end("ci", 1);
    if (name.field == "ratio_lo") return end("ratio_ci", 0);
    if (name.field == "ratio_hi") return end("ratio_ci", 1);
    return c->contains(name.field) ? number((*c)[name.field]) : std::nullopt;
  };
}

core::Errors check_gate_names(const Gate& gate, const std::vector<std::string>& arms, const MetricSet& all) {
  core::Errors errors;
  const auto unknown = [&](const std::string& what, const std::string& name, const std::vector<std::string>& known) {
    core::Error error{"E0504", fmt::format("a gate names the {} \"{}\", which does not exist", what, name), {}, {}, {}};
    const std::string near = core::did_you_mean(name, known);
    if (near.empty()) error.notes.push_back(fmt::format("there are: {}", fmt::join(known, ", ")));
    else error.help.push_back(near);
    errors.push_back(std::move(error));
  };
  for (const std::string& text : gate.names()) {
    const GateName name = split_name(text);
    std::vector<std::string> fields;
    if (name.metric == "items") fields = {"failed_a", "failed_b", "count"};
    else if (name.metric == "control") fields = {"identical"};
    else if (name.metric == "divergence") fields = {"first_index"};
    else {
      if (!all.find(name.metric)) {
        if (!all.open) unknown("measure", name.metric, all.names());
        continue;
      }
      for (const std::string_view field : comparison_fields()) fields.emplace_back(field);
    }
    if (std::find(fields.begin(), fields.end(), name.field) == fields.end()) unknown("field", text, fields);
    if (!name.arm.empty() && std::find(arms.begin(), arms.end(), name.arm) == arms.end()) unknown("arm", name.arm, arms);
  }
  return errors;
}

std::optional<bool> decide_gate(const Gate& gate, const Json& result) {
  std::optional<bool> out = false;
  for (const Json& arm : result["arms"]) {
    if (arm["role"] != "candidate") continue;
    const auto here = gate.decide(gate_values(result, arm["name"]));
    if (here == true) return true;
    if (!here) out = std::nullopt;
  }
  return out;
}

}  // namespace syrinx::ab
