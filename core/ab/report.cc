#include "core/ab/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/ab/html.h"
#include "core/ab/report_texts.h"
#include "core/ab/words.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

using html::at;
using html::safe;
using html::Table;
using html::text_of;
using html::trace_command;

class Report {
 public:
  Report(const std::string& folder, const Json& result, const ReportOptions& options) : folder_(folder), r_(result), options_(options), baseline_(text_of(r_["arms"][0]["name"])) {}

  core::Result<std::string> body() {
    std::string out = fmt::format("<header><h1>{}</h1><nav aria-label=\"Sections\">", safe(title()));
    for (const auto& [id, name] : kSections) out += fmt::format("<a href=\"#{}\">{}</a>", id, name);
    out += "</nav></header>\n<main>\n";
    out += section("verdict", verdict()) + section("difference", difference()) + section("control", control()) + section("parting", parting());
    out += section("measures", measures("primary") + measures("secondary")) + section("time", times()) + section("swap", swaps());
    auto articles = report_texts(folder_, r_, options_);
    if (!articles) return std::move(articles).errors();
    out += section("texts", *articles) + section("failures", failures()) + section("definitions", definitions());
    return out + "</main>\n";
  }

 private:
  static constexpr std::pair<std::string_view, std::string_view> kSections[] = {
      {"verdict", "Verdict"}, {"difference", "What differs"}, {"control", "Control and pairing"}, {"parting", "Where they part"}, {"measures", "Measures"},
      {"time", "Time and memory"}, {"swap", "Swap matrix"}, {"texts", "Texts"}, {"failures", "Failures"}, {"definitions", "Definitions"}};

  static std::string section(std::string_view id, const std::string& content) {
    for (const auto& [name, heading] : kSections)
      if (name == id) return fmt::format("<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n{2}</section>\n", id, heading, content.empty() ? "<p class=\"quiet\">None.</p>" : content);
    return {};
  }

  std::string title() const {
    std::string names;
    for (const Json& arm : r_["arms"]) names += (names.empty() ? "" : " against ") + text_of(arm["name"]);
    return names + ", " + text_of(r_["texts"]["count"]) + " texts";
  }

  std::string verdict() const {
    std::string out = fmt::format("<p><strong>{}</strong>, exit code {}. ", safe(text_of(r_["verdict"])), text_of(r_["exit_code"]));
    for (const auto& [arm, stages] : r_["changed_stages"].items()) {
      std::string names;
      for (const Json& stage : stages) names += (names.empty() ? "" : ", ") + text_of(stage);
      out += fmt::format("{} differs from {} in <em>{}</em>", safe(arm), safe(baseline_), names.empty() ? "no stage" : safe(names));
      for (const Json& metric : r_["metrics"])
        for (const Json& c : metric["comparisons"])
          if (metric["family"] == "primary" && text_of(c["b"]) == arm && at(c, "ratio").is_number())
            out += fmt::format("; {} {}× {}, {}", text_of(metric["name"]), number(c["ratio"]), interval(at(c, "ratio_ci")), spoken(c));
      out += ". ";
    }
    out += "</p>\n";
    Table gates("Gates with the values put in", {"gate", "values", "result"});
    for (const Json& gate : r_["gates"]) gates.row({safe(text_of(gate["expr"])), safe(gate["values"].dump()), gate["result"].is_null() ? "undecided" : gate["result"] == true ? "true: the run fails" : "false"});
    out += gates.html();
    for (const Json& warning : r_["warnings"]) out += fmt::format("<p class=\"warn\">{}</p>\n", safe(text_of(warning["text"])));
    return out;
  }

  static std::string spoken(const Json& c) {
    if (at(c, "delta").is_number() && c["delta"] == 0 && at(c, "ci").is_array() && c["ci"][0] == 0 && c["ci"][1] == 0) return "identical output";
    const std::string conclusion = text_of(at(c, "conclusion"));
    return conclusion == "inconclusive" ? "not decided" : conclusion;
  }

  std::string difference() const {
    std::string out;
    for (const auto& [arm, changes] : r_["config_diff"].items()) {
      Table table(fmt::format("{} against {}", arm, baseline_), {"path", "change", baseline_, arm});
      for (const Json& change : changes) table.row({safe(text_of(change["path"])), text_of(change["op"]), safe(text_of(at(change, "a"))), safe(text_of(at(change, "b")))});
      out += table.html();
    }
    Table plan("Stage runs for a text when equal beginnings are shared", {"stage", "runs"});
    for (const auto& [stage, runs] : r_["plan"]["runs_per_item"].items()) plan.row({safe(stage), text_of(runs)});
    out += plan.html() + fmt::format("<p>{} stage runs for a text instead of {}.</p>", text_of(r_["plan"]["total"]), text_of(r_["plan"]["without_sharing"]));
    Table plugins("Plugins", {"plugin", "version", "digest"});
    for (const Json& plugin : at(r_["tool"], "plugins")) plugins.row({safe(text_of(plugin["id"])), safe(text_of(plugin["version"])), text_of(plugin["sha256"]).substr(0, 23)});
    Table environment("Environment", {"what", "value"});
    for (const auto& [name, value] : r_["environment"].items()) environment.row({name, safe(text_of(value))});
    return out + plugins.html() + environment.html();
  }

  std::string control() const {
    const Json& c = r_["pairing"]["control"];
    std::string out = c["ran"] == true ? fmt::format("<p>{} twice on {} texts, in another order, batch and without stored outputs: <strong>{}</strong>.</p>", safe(baseline_), text_of(c["items"]), c["identical"] == true ? "identical" : "not identical")
                                       : "<p class=\"warn\">The control was turned off.</p>";
    out += fmt::format("<p>Randomness: {}, seeds {}.</p>", safe(text_of(r_["pairing"]["mode"])), safe(r_["pairing"]["seeds"].dump()));
    Table gain("What pairing bought: how many times more texts an unpaired test would have needed", {"measure", "candidate", "rho", "gain"});
    for (const Json& metric : r_["metrics"])
      for (const Json& c2 : metric["comparisons"])
        if (metric["family"] == "primary" && at(c2, "pairing_gain").is_number()) gain.row({text_of(metric["name"]), safe(text_of(c2["b"])), number(at(c2, "rho")), number(c2["pairing_gain"])});
    return out + gain.html();
  }

  std::string parting() const {
    std::map<std::string, std::map<std::string, std::pair<int, int>>> counts;
    for (const Json& item : r_["items"])
      for (const auto& [arm, d] : item["divergence"].items()) {
        const auto name = [](const Json& stage) { return stage.is_string() ? stage.get<std::string>() : "none"; };
        ++counts[arm][name(d["first_differs"])].first;
        ++counts[arm][name(d["first_beyond_tolerance"])].second;
      }
    std::string out;
    for (const auto& [arm, stages] : counts) {
      Table table(fmt::format("{}: the first stage whose output differs", arm), {"stage", "texts", "texts, beyond tolerance", "share"});
      for (const auto& [stage, n] : stages) {
        const double share = static_cast<double>(n.first) / static_cast<double>(r_["items"].size());
        table.row({safe(stage), std::to_string(n.first), std::to_string(n.second), fmt::format("<svg width=\"200\" height=\"14\" role=\"img\" aria-label=\"{0:.0f} %\"><rect class=\"dot\" width=\"{1:.1f}\" height=\"14\"/></svg>", share * 100, share * 200)});
      }
      out += table.html();
    }
    return out;
  }

  // Differences with their intervals, in units of the standard deviation so that all share one zero line.
  static std::string drawn_interval(const Json& c) {
    if (!at(c, "ci").is_array() || !at(c, "delta").is_number()) return "";
    const double lo = c["ci"][0], hi = c["ci"][1], delta = c["delta"], most = std::max({std::abs(lo), std::abs(hi), 1e-300});
    const auto x = [&](double v) { return 80 + 70 * v / most; };
    return fmt::format("<svg width=\"160\" height=\"16\" role=\"img\" aria-label=\"difference {} in {}\"><line class=\"axis\" x1=\"80\" x2=\"80\" y1=\"0\" y2=\"16\"/><line class=\"bar\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"8\" y2=\"8\"/>"
                       "<circle class=\"dot\" cx=\"{:.1f}\" cy=\"8\" r=\"3\"/></svg>", number(c["delta"]), interval(c["ci"]), x(lo), x(hi), x(delta));
  }

  std::string measures(const std::string& family) const {
    Table table(family == "primary" ? "Primary measures, corrected together (Holm)" : "Secondary measures: exploratory, p uncorrected",
                {"measure", "candidate", baseline_, "candidate's", "difference", "interval", "", "p", "corrected", "conclusion", "smallest detectable", "n"});
    std::string dots;
    for (const Json& metric : r_["metrics"]) {
      if (metric["family"] != family) continue;
      for (const Json& c : metric["comparisons"]) {
        const bool pair = metric["scope"] == "pair", ratio = at(c, "ratio").is_number();
        const std::string conclusion = spoken(c);
        table.row({safe(text_of(metric["name"])), safe(text_of(c["b"])), number(at(c, "a_mean")), number(at(c, "b_mean")), pair ? "a distance" : ratio ? number(c["ratio"]) + "×" : number(at(c, "delta")),
                   ratio ? interval(at(c, "ratio_ci")) : interval(at(c, "ci")), pair ? "" : drawn_interval(c), number(at(c, "p")), number(at(c, "p_holm")),
                   pair ? "" : fmt::format("<span class=\"{0}\">{0}</span>", conclusion), number(at(c, "mde80")), text_of(c["n"])});
        if (family == "primary" && !pair) dots += paired_dots(metric, text_of(c["b"]));
      }
    }
    return table.html() + dots;
  }

  // One dot for each text, sorted.
  std::string paired_dots(const Json& metric, const std::string& arm) const {
    std::vector<std::pair<double, std::string>> d;
    const std::string name = text_of(metric["name"]);
    for (const Json& item : r_["items"]) {
      const Json &a = at(at(item["metrics"], baseline_), name), &b = at(at(item["metrics"], arm), name);
      if (a.is_number() && b.is_number()) d.emplace_back(b.get<double>() - a.get<double>(), text_of(item["id"]));
    }
    if (d.size() < 2) return "";
    std::sort(d.begin(), d.end());
    const double most = std::max({std::abs(d.front().first), std::abs(d.back().first), 1e-300});
    std::string out = fmt::format("<h3>{}: {} less {}, one dot a text</h3><svg viewBox=\"0 0 640 120\" width=\"640\" height=\"120\" role=\"img\" aria-label=\"paired differences of {}\" style=\"max-width:100%\"><line class=\"axis\" x1=\"0\" x2=\"640\" y1=\"60\" y2=\"60\"/>", name, safe(arm), safe(baseline_), name);
    for (size_t i = 0; i < d.size(); ++i)
      out += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}: {:.4g}</title></circle>", 10 + 620.0 * static_cast<double>(i) / static_cast<double>(d.size() - 1), 60 - 52 * d[i].first / most, safe(d[i].second), d[i].first);
    return out + fmt::format("<text x=\"4\" y=\"12\">{:.3g}</text></svg>\n", most);
  }

  std::string times() const {
    Table table(fmt::format("Wall time of stages, {} repeats, order of arms shuffled", text_of(r_["timing"]["repeats"])), {"stage", "arm", "median s", "5 % to 95 %", "by second of sound", "memory, MiB", ""});
    double most = 1e-12;
    for (const Json& row : r_["timing"]["stages"]) most = std::max(most, row["wall_s"].is_object() ? row["wall_s"]["median"].get<double>() : 0);
    for (const Json& row : r_["timing"]["stages"]) {
      const Json& wall = row["wall_s"];
      if (!wall.is_object()) continue;
      table.row({safe(text_of(row["stage"])), safe(text_of(row["arm"])), number(wall["median"]), fmt::format("[{}, {}]", number(wall["p05"]), number(wall["p95"])), number(at(at(row, "rtf"), "median")), at(row, "peak_rss_bytes").is_number() ? fmt::format("{:.1f}", row["peak_rss_bytes"].get<double>() / 1048576) : "-",
                 fmt::format("<svg width=\"200\" height=\"14\" role=\"img\" aria-label=\"{} s\"><rect class=\"dot\" width=\"{:.1f}\" height=\"14\"/></svg>", number(wall["median"]), 200 * wall["median"].get<double>() / most)});
    }
    std::string out = table.html();
    if (r_["timing"].contains("load_s"))
      for (const auto& [arm, seconds] : r_["timing"]["load_s"].items()) out += fmt::format("<p>Loading {}: {} s, no part of the comparison.</p>", safe(arm), number(seconds));
    return out;
  }

  std::string swaps() const {
    Table table("Combinations, with the means of primary measures", {"arm", "choices", "means"});
    const Json& f = at(r_, "factorial");
    for (const Json& arm : r_["arms"]) {
      if (!arm.contains("factors")) continue;
      std::string choices, means;
      for (const auto& [name, choice] : arm["factors"].items()) choices += (choices.empty() ? "" : ", ") + name + " " + text_of(choice);
      for (const Json& cell : at(f, "cells"))
        if (cell["arm"] == arm["name"]) means += (means.empty() ? "" : ", ") + text_of(cell["metric"]) + " " + number(cell["mean"]);
      table.row({safe(text_of(arm["name"])), safe(choices), safe(means)});
    }
    Table effects("Effect of each choice against the first of its part, over the other parts' settings", {"measure", "part", "choice", "against", "effect", "interval"});
    for (const Json& e : at(f, "effects")) effects.row({safe(text_of(e["metric"])), safe(text_of(e["factor"])), safe(text_of(e["choice"])), safe(text_of(e["against"])), number(e["effect"]), interval(e["ci"])});
    Table together("Interactions: half the difference of one part's effect between the other's settings", {"measure", "parts", "interaction", "interval"});
    for (const Json& e : at(f, "interactions")) together.row({safe(text_of(e["metric"])), safe(text_of(e["factors"][0]) + " and " + text_of(e["factors"][1])), number(e["effect"]), interval(e["ci"])});
    return table.html() + effects.html() + together.html();
  }

  std::string failures() const {
    Table table("Texts that failed", {"text", "arm", "stage", "error", "again"});
    for (const Json& item : r_["items"])
      for (const auto& [arm, status] : item["status"].items())
        if (status["ok"] != true) table.row({safe(text_of(item["id"])), safe(arm), safe(text_of(at(status, "stage"))), safe(text_of(at(status, "error"))), "<code>" + safe(trace_command(arm, item)) + "</code>"});
    return table.html();
  }

  std::string definitions() const {
    Table table("One line for each measure", {"measure", "unit", "better", "definition"});
    for (const Json& metric : r_["metrics"])
      table.row({safe(text_of(metric["name"])), safe(text_of(metric["unit"])), text_of(metric["direction"]), safe(text_of(at(metric, "definition")))});
    Table judges("Judges", {"judge", "version", "digest"});
    for (const Json& judge : at(r_["tool"], "judges")) judges.row({safe(text_of(judge["name"])), safe(text_of(judge["version"])), text_of(judge["sha256"]).substr(0, 23)});
    std::string command;
    for (const Json& word : r_["command"]) command += (command.empty() ? "" : " ") + text_of(word);
    return table.html() + judges.html() + fmt::format("<p>Seed {}. Command: <code>{}</code></p>", safe(text_of(r_["seed"])), safe(command));
  }

  const std::string& folder_;
  const Json& r_;
  const ReportOptions& options_;
  const std::string baseline_;
};

}  // namespace

core::Outcome write_report(const std::string& folder, const Json& result, const ReportOptions& options) {
  auto page = read_text(options.resources + "/report.html");
  if (!page) return std::move(page).errors();
  auto body = Report(folder, result, options).body();
  if (!body) return std::move(body).errors();
  std::string out = *std::move(page);
  const size_t place = out.find("@BODY@");
  if (place != std::string::npos) out.replace(place, 6, *body);
  if (options.blind)
    if (const size_t tag = out.find("<body>"); tag != std::string::npos) out.replace(tag, 6, "<body class=\"blind\">");
  return write_whole((fs::path(folder) / "index.html").string(), out);
}

}  // namespace syrinx::ab
