// A result as tables: a summary for the terminal, and CSV.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/ab/experiment.h"
#include "core/ab/metrics.h"
#include "core/ab/words.h"

namespace syrinx::ab {
namespace {

std::string csv_number(const Json& value) { return value.is_number() ? fmt::format("{:.15g}", value.get<double>()) : ""; }

const Json& at(const Json& map, const char* name) {
  static const Json nothing;
  const auto found = map.find(name);
  return found == map.end() ? nothing : *found;
}

std::string plural(size_t n, const char* word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

// How often each stage is the first that differs.
std::string partings(const Json& result, const std::string& candidate) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Json& item : result["items"]) {
    const auto found = item["divergence"].find(candidate);
    if (found == item["divergence"].end()) continue;
    const std::string stage = (*found)["first_differs"].is_string() ? (*found)["first_differs"].get<std::string>() : "nowhere";
    const auto known = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == stage; });
    if (known == counts.end()) counts.emplace_back(stage, 1);
    else ++known->second;
  }
  std::vector<std::string> parts;
  for (const auto& [stage, count] : counts) parts.push_back(fmt::format("{} {}", stage, count));
  return parts.empty() ? "not compared" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string summary_text(const Json& r) {
  std::vector<std::string> lines;
  const auto say = [&](std::string line) { lines.push_back(std::move(line)); };
  for (const auto& [arm, changes] : r["config_diff"].items()) {
    say(fmt::format("{} differs from {} in {}", arm, r["arms"][0]["name"].get<std::string>(), changes.empty() ? "nothing" : plural(changes.size(), "place")));
    for (size_t i = 0; i < std::min<size_t>(changes.size(), 4); ++i)
      say(fmt::format("  {} {}: {} -> {}", changes[i]["op"].get<std::string>(), changes[i]["path"].get<std::string>(), at(changes[i], "a").dump(), at(changes[i], "b").dump()).substr(0, 118));
  }
  say(fmt::format("{}, seeds {}", plural(r["texts"]["count"].get<size_t>(), "text"), r["pairing"]["seeds"].dump()));
  const Json& control = r["pairing"]["control"];
  say(control["ran"] == true ? fmt::format("control: {} against itself on {}: {}", r["arms"][0]["name"].get<std::string>(), plural(control["items"].get<size_t>(), "text"), control["identical"] == true ? "identical" : "NOT identical") : "control: off");
  for (size_t i = 1; i < r["arms"].size() && !r["items"].empty(); ++i)
    say(fmt::format("{} parts from the baseline first in: {}", r["arms"][i]["name"].get<std::string>(), partings(r, r["arms"][i]["name"])));
  for (const Json& metric : r["metrics"]) {
    const bool shown = metric["family"] == "primary" || metric["name"] == "mcd_db" || metric["name"] == "lsd_db" || metric["name"] == "duration_s" || metric["name"] == "lufs";
    for (const Json& c : metric["comparisons"]) {
      if (!shown || c["n"] == 0 || lines.size() > 30) continue;
      const std::string name = fmt::format("{:<16} {:<8}", metric["name"].get<std::string>(), c["b"].get<std::string>());
      if (metric["scope"] == "pair") {
        say(fmt::format("{} distance {} {}", name, number(c["b_mean"]), interval(at(c, "ci"))));
      } else if (at(c, "ratio").is_number()) {
        say(fmt::format("{} {} {}  ratio {} {}  {}", name, number(c["a_mean"]), number(c["b_mean"]), number(c["ratio"]), interval(at(c, "ratio_ci")), c["conclusion"].get<std::string>()));
      } else {
        say(fmt::format("{} {} {}  difference {} {}  {}", name, number(c["a_mean"]), number(c["b_mean"]), number(c["delta"]), interval(at(c, "ci")), c["delta"] == 0 && at(c, "ci").is_array() && c["ci"][0] == 0 && c["ci"][1] == 0 ? "identical output" : c["conclusion"] == "inconclusive" && at(c, "mde80").is_number() ? fmt::format("inconclusive; a change of less than {} would have been missed one time in five", number(c["mde80"])) : c["conclusion"].get<std::string>()));
      }
    }
  }
  for (const Json& gate : r["gates"]) say(fmt::format("gate {}: {}", gate["expr"].get<std::string>(), gate["result"].is_null() ? "undecided" : gate["result"] == true ? "TRUE, the run fails" : "false"));
  for (const Json& warning : r["warnings"])
    if (lines.size() < 37) say(fmt::format("warning: {}", warning["text"].get<std::string>()));
  say(fmt::format("verdict: {} (exit code {})", r["verdict"].get<std::string>(), r["exit_code"].get<int>()));
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string summary_csv(const Json& r) {
  std::string out = "metric,a,b,family,unit,direction,conclusion";
  for (const std::string_view field : comparison_fields()) out += fmt::format(",{}", field);
  out += "\r\n";
  for (const Json& metric : r["metrics"])
    for (const Json& c : metric["comparisons"]) {
      out += fmt::format("{},{},{},{},{},{},{}", metric["name"].get<std::string>(), csv_field(c["a"].get<std::string>()), csv_field(c["b"].get<std::string>()), metric["family"].get<std::string>(),
                         csv_field(metric["unit"].get<std::string>()), metric["direction"].get<std::string>(), c["conclusion"].get<std::string>());
      for (const std::string_view field : comparison_fields()) {
        const auto end = [&](const char* name, size_t side) { return at(c, name).is_array() ? csv_number(c[name][side]) : ""; };
        out += "," + (field == "ci_lo" ? end("ci", 0) : field == "ci_hi" ? end("ci", 1) : field == "ratio_lo" ? end("ratio_ci", 0) : field == "ratio_hi" ? end("ratio_ci", 1) : csv_number(at(c, std::string(field).c_str())));
      }
      out += "\r\n";
    }
  return out;
}

std::string items_csv(const Json& r) {
  std::set<std::string> own, pair;
  for (const Json& item : r["items"]) {
    for (const auto& [arm, values] : item["metrics"].items())
      for (const auto& [name, value] : values.items()) own.insert(name);
    for (const auto& [arm, values] : item["pair"].items())
      for (const auto& [name, value] : values.items()) pair.insert(name);
  }
  std::string out = "id,group,lang,arm,seed,ok,failed_stage,first_differs,first_beyond_tolerance";
  for (const auto& name : own) out += "," + name;
  for (const auto& name : pair) out += ",vs_baseline." + name;
  out += "\r\n";
  for (const Json& item : r["items"])
    for (const Json& arm_entry : r["arms"]) {
      const std::string arm = arm_entry["name"];
      const auto status = item["status"].find(arm);
      if (status == item["status"].end()) continue;
      const auto text = [](const Json& map, const char* name) { return at(map, name).is_string() ? csv_field(map[name].get<std::string>()) : std::string(); };
      out += fmt::format("{},{},{},{},{},{},{}", text(item, "id"), text(item, "group"), text(item, "lang"), csv_field(arm), text(item, "seed"), (*status)["ok"] == true ? "true" : "false", text(*status, "stage"));
      const Json& parting = at(item["divergence"], arm.c_str());
      out += fmt::format(",{},{}", parting.is_object() ? text(parting, "first_differs") : "", parting.is_object() ? text(parting, "first_beyond_tolerance") : "");
      for (const auto& [names, values] : {std::pair{&own, &at(item["metrics"], arm.c_str())}, std::pair{&pair, &at(item["pair"], arm.c_str())}})
        for (const auto& name : *names) out += "," + (values->is_object() ? csv_number(at(*values, name.c_str())) : "");
      out += "\r\n";
    }
  return out;
}

}  // namespace syrinx::ab
