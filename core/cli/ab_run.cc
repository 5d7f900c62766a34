// syrinx ab run, ab plan, ab show; and the store of stage outputs.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "core/ab/conclusions.h"
#include "core/ab/metrics.h"
#include "core/ab/paired.h"
#include "core/ab/report.h"
#include "core/cli/ab.h"
#include "core/cli/commands.h"
#include "core/cli/interrupt.h"
#include "core/cli/progress.h"
#include "core/cli/session.h"
#include "core/config/shape.h"
#include "core/report/sha256.h"
#include "core/report/suggest.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

namespace {

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> out(1);
  for (const char c : list) {
    if (c == ',') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

// Everything that is wrong with the arguments is said before anything runs; empty: nothing.
std::string read_options(const Arguments& a, ab::Experiment& e, std::string& help) {
  const auto number = [&](const char* name, int64_t least, int64_t& to) {
    return !a.has(name) || (core::parse_integer(a.get(name), &to) && to >= least) ? std::string() : fmt::format("--{} needs a number of at least {}, not \"{}\"", name, least, a.get(name));
  };
  int64_t seed = 1;
  for (const std::string& problem : {number("repeats", 0, e.repeats), number("warmup", 0, e.warmup), number("control", 0, e.control), number("boots", 100, e.boots),
                                     number("allow-failures", 0, e.allow_failures), number("seed", 0, seed)})
    if (!problem.empty()) return problem;
  e.seed = static_cast<uint64_t>(seed);
  e.seeds = {e.seed};
  if (a.has("seeds")) {
    const std::string range = a.get("seeds");
    const size_t dots = range.find("..");
    int64_t from = 0, to = 0;
    if (!core::parse_integer(range.substr(0, dots), &from) || !core::parse_integer(dots == std::string::npos ? range : range.substr(dots + 2), &to) || from < 0 || to < from || to - from > 999)
      return fmt::format("--seeds needs FROM..TO, not \"{}\"", range);
    e.seeds.clear();
    for (int64_t s = from; s <= to; ++s) e.seeds.push_back(static_cast<uint64_t>(s));
  }
  if (a.has("alpha") && (!core::parse_number(a.get("alpha"), &e.alpha) || e.alpha <= 0 || e.alpha >= 0.5)) return fmt::format("--alpha lies between 0 and 0.5, not \"{}\"", a.get("alpha"));
  for (const auto& [option, set] : {std::pair{"metrics", &e.metrics}, std::pair{"primary", &e.primary}})
    for (const std::string& list : a.all(option))
      for (const std::string& name : words_of(list)) {
        if (!ab::find_metric(name)) {
          help = core::did_you_mean(name, ab::metric_names());
          return fmt::format("no measure \"{}\"", name);
        }
        set->insert(name);
      }
  for (const std::string& pair : a.all("margin")) {
    const size_t equals = pair.find('=');
    double value = 0;
    if (equals == std::string::npos || !core::parse_number(pair.substr(equals + 1), &value) || value <= 0) return fmt::format("--margin needs NAME=VALUE, not \"{}\"", pair);
    if (!ab::find_metric(pair.substr(0, equals))) {
      help = core::did_you_mean(pair.substr(0, equals), ab::metric_names());
      return fmt::format("no measure \"{}\"", pair.substr(0, equals));
    }
    e.margins[pair.substr(0, equals)] = value;
  }
  for (const std::string& text : a.all("fail-if")) {
    auto gate = ab::Gate::parse(text);
    if (const auto* error = std::get_if<ab::GateError>(&gate)) {
      help = fmt::format("{}\n          {}^", text, std::string(static_cast<size_t>(error->column - 1), ' '));
      return fmt::format("--fail-if, column {}: {}", error->column, error->message);
    }
    e.gates.emplace_back(text, std::get<ab::Gate>(std::move(gate)));
  }
  e.inconclusive = a.get("inconclusive", "warn");
  if (e.inconclusive != "pass" && e.inconclusive != "warn" && e.inconclusive != "fail") return fmt::format("--inconclusive is pass, warn or fail, not \"{}\"", e.inconclusive);
  e.align = a.has("align");
  e.allow_nondeterminism = a.has("allow-nondeterminism");
  e.resume = a.has("resume");
  return {};
}

core::Outcome read_texts(const Arguments& a, ab::Texts& texts) {
  for (const std::string& file : a.all("texts")) {
    auto content = ab::read_text(file);
    if (!content) return std::move(content).errors();
    if (auto outcome = texts.add(*content, file); !outcome) return outcome;
  }
  for (const std::string& text : a.all("text"))
    if (auto outcome = texts.add(text, "--text"); !outcome) return outcome;
  return core::Nothing{};
}

// Experiment with arms, texts and options; the exit code, or -1 if all is well.
int prepare(const Arguments& a, ab::Experiment& e) {
  std::string help;
  if (const std::string problem = read_options(a, e, help); !problem.empty()) return usage(problem, help);
  if (auto outcome = read_texts(a, e.texts); !outcome) {
    report(outcome.errors(), a);
    return kUsage;
  }
  if (e.texts.texts.empty()) return usage("there are no texts", "--texts FILE or --text \"Hello.\"");
  auto arms = arms_of(a);
  if (!arms) {
    const int code = report(arms.errors(), a);
    return arms.errors()[0].code == "E0504" ? kUsage : code;
  }
  e.arms = *std::move(arms);
  std::vector<std::string> names;
  for (const ab::Arm& arm : e.arms) names.push_back(arm.name);
  for (const auto& [text, gate] : e.gates)
    if (const core::Errors errors = ab::check_gate_names(gate, names); !errors.empty()) {
      report(errors, a);
      return kUsage;
    }
  return -1;
}

}  // namespace

int ab_run(const Arguments& arguments) {
  apply_log(arguments);
  ab::Experiment e;
  if (const int code = prepare(arguments, e); code >= 0) return code;
  e.out = arguments.get("out");
  if (e.out.empty()) {
    const std::time_t now = std::time(nullptr);
    char day[16];
    std::tm tm{};
    std::strftime(day, sizeof(day), "%Y%m%d", localtime_r(&now, &tm));
    e.out = fmt::format("ab-{}-{}", day, e.texts.digest().substr(7, 8));
  }
  std::error_code error;
  const bool used = fs::exists(e.out, error) && !fs::is_empty(e.out, error);
  if (used && !e.resume && !arguments.has("force")) return usage(fmt::format("the folder {} is not empty", e.out), "--resume goes on with what is there, --force begins anew");
  fs::create_directories(e.out, error);
  if (error) return report({{"E0505", fmt::format("cannot make the folder {}", e.out), {}, {error.message()}, {}}}, arguments);
  auto store = store_of(arguments);
  if (!store) return report(store.errors(), arguments);
  e.store = store->get();
  e.command = {"syrinx", "ab", "run"};
  e.command.insert(e.command.end(), arguments.positional.begin(), arguments.positional.end());
  for (const auto& [name, values] : arguments.values_) {
    if (name == "resume" || name == "force") continue;
    if (values.empty()) e.command.push_back("--" + name);
    for (const std::string& value : values) e.command.insert(e.command.end(), {"--" + name, value});
  }
  std::atomic<bool> stop{false};
  e.stop = &stop;
  const bool quiet = arguments.has("quiet") || arguments.has("json");
  std::unique_ptr<ProgressBar> bar;
  std::string current;
  e.progress = [&](const std::string& what, int64_t done, int64_t total) {
    if (quiet) return;
    if (what != current) bar = std::make_unique<ProgressBar>(true, what, static_cast<uint64_t>(total), "run");
    current = what;
    if (done > 0) bar->advance();
  };
  core::Result<Json> result = core::Error{};
  {
    InterruptGuard guard([&] { stop = true; });
    result = ab::run(e);
  }
  if (bar) bar->clear();
  if (!result) return report(result.errors(), arguments);
  if (auto written = ab::write_report(e.out, *result, {shared_folder("ab"), arguments.has("embed"), arguments.has("blind")}); !written) return report(written.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}\n", ab::canonical(*result));
  else fmt::print("{}{}/result.json, {}/index.html\n", ab::summary_text(*result), e.out, e.out);
  return (*result)["exit_code"];
}

int ab_plan(const Arguments& arguments) {
  apply_log(arguments);
  ab::Experiment e;
  if (const int code = prepare(arguments, e); code >= 0) return code;
  const ab::Preview p = ab::preview(e);
  Json needed = Json::array();
  for (const auto& [name, margin] : e.margins) {
    if (!arguments.has("pilot")) return usage("--margin needs --pilot DIR: how many texts are needed follows from the spread of an earlier result");
    auto pilot = ab::read_json((fs::path(arguments.get("pilot")) / "result.json").string());
    if (!pilot) return report(pilot.errors(), arguments);
    for (const Json& metric : (*pilot)["metrics"])
      for (const Json& c : metric["comparisons"]) {
        if (metric["name"] != name || !c.contains("dz") || !c["dz"].is_number() || c["dz"] == 0) continue;
        const double sd = std::abs(c["delta"].get<double>() / c["dz"].get<double>()), gain = c["pairing_gain"].is_number() ? c["pairing_gain"].get<double>() : 1;
        const int64_t texts = ab::texts_needed(margin, sd, e.alpha, 0.8);
        Json row = Json::object({{"metric", name}, {"margin", margin}, {"sd", sd}, {"texts", texts}});
        row["unpaired"] = static_cast<int64_t>(std::ceil(static_cast<double>(texts) * gain));
        needed.push_back(std::move(row));
      }
  }
  if (arguments.has("json")) {
    Json out = Json::object({{"plan", p.plan}, {"config_diff", p.difference}, {"changed_stages", p.changed_stages}, {"texts", e.texts.texts.size()}, {"needed", needed}});
    fmt::print("{}\n", ab::canonical(out));
    return kOk;
  }
  for (const auto& [arm, changes] : p.difference) fmt::print("{}: {} changes, stages: {}\n", arm, changes.size(), fmt::join(p.changed_stages.at(arm), ", "));
  fmt::print("{:<20} runs per text\n", "stage");
  for (const auto& [stage, runs] : p.plan["runs_per_item"].items()) fmt::print("{:<20} {}\n", stage, runs.get<int64_t>());
  fmt::print("{} stage runs for a text, {} without sharing; {} texts, {} seeds, {} timed runs\n", p.plan["total"].get<int64_t>(), p.plan["without_sharing"].get<int64_t>(), e.texts.texts.size(), e.seeds.size(),
             static_cast<int64_t>(e.texts.texts.size() * e.arms.size()) * e.repeats);
  for (const Json& row : needed) fmt::print("{}: {} texts see a change of {:g} (sd {:.4g}); {} unpaired\n", row["metric"].get<std::string>(), row["texts"].get<int64_t>(), row["margin"].get<double>(), row["sd"].get<double>(), row["unpaired"].get<int64_t>());
  return kOk;
}

int ab_report(const Arguments& arguments) {
  apply_log(arguments);
  if (arguments.positional.size() != 1) return usage("ab report needs a result folder", "syrinx ab report result");
  auto result = ab::read_json((fs::path(arguments.positional[0]) / "result.json").string());
  if (!result) return report(result.errors(), arguments);
  if (auto written = ab::write_report(arguments.positional[0], *result, {shared_folder("ab"), arguments.has("embed"), arguments.has("blind")}); !written) return report(written.errors(), arguments);
  if (!arguments.has("quiet")) fmt::print("{}", ab::summary_text(*result));
  return kOk;
}

int ab_show(const Arguments& arguments) {
  apply_log(arguments);
  if (arguments.positional.size() != 2) return usage("ab show needs a result folder and a text", "syrinx ab show result t0001");
  auto result = ab::read_json((fs::path(arguments.positional[0]) / "result.json").string());
  if (!result) return report(result.errors(), arguments);
  std::vector<std::string> ids;
  for (const Json& item : (*result)["items"]) {
    ids.push_back(item["id"].get<std::string>());
    if (item["id"] != arguments.positional[1]) continue;
    if (arguments.has("json")) {
      fmt::print("{}\n", ab::canonical(item));
      continue;
    }
    fmt::print("{} (seed {}): {}\n", item["id"].get<std::string>(), item.value("seed", "-"), item["text"].get<std::string>());
    for (const auto& [arm, status] : item["status"].items())
      if (status["ok"] != true) fmt::print("  {} failed in {}: {}\n", arm, status.value("stage", "?"), status.value("error", ""));
    for (const auto& [arm, divergence] : item["divergence"].items())
      for (const Json& stage : divergence["stages"]) fmt::print("  {} {:<16} {}\n", arm, stage["stage"].get<std::string>(), stage["identical"] == true ? "identical" : stage["within"] == true ? "differs within tolerance" : "differs");
    for (const auto& [arm, values] : item["pair"].items())
      for (const auto& [name, value] : values.items()) fmt::print("  {} {:<22} {}\n", arm, name, value.is_number() ? fmt::format("{:.6g}", value.get<double>()) : "-");
  }
  if (std::find(ids.begin(), ids.end(), arguments.positional[1]) == ids.end()) return usage(fmt::format("no text \"{}\" in {}", arguments.positional[1], arguments.positional[0]), core::did_you_mean(arguments.positional[1], ids));
  return kOk;
}

int cache_stats(const Arguments& arguments) {
  auto store = store_of(arguments);
  if (!store || !*store) return store ? usage("--cache needs a folder here") : report(store.errors(), arguments);
  const auto s = (*store)->statistics();
  const std::string folder = arguments.get("cache", core::StageStore::default_folder().string());
  if (arguments.has("json")) fmt::print("{}\n", Json({{"folder", folder}, {"entries", s.entries}, {"bytes", s.bytes}}).dump());
  else fmt::print("{}: {} stage outputs, {:.1f} MiB\n", folder, s.entries, static_cast<double>(s.bytes) / 1048576);
  return kOk;
}

namespace {

int collect(const Arguments& arguments, uint64_t limit) {
  auto store = store_of(arguments);
  if (!store || !*store) return store ? usage("--cache needs a folder here") : report(store.errors(), arguments);
  const uint64_t bytes = (*store)->collect(limit);
  if (!arguments.has("quiet")) fmt::print("{:.1f} MiB removed\n", static_cast<double>(bytes) / 1048576);
  return kOk;
}

}  // namespace

int cache_gc(const Arguments& arguments) {
  int64_t mebibytes = static_cast<int64_t>(core::StageStore::kDefaultLimit >> 20);
  if (arguments.has("limit") && (!core::parse_integer(arguments.get("limit"), &mebibytes) || mebibytes < 0)) return usage(fmt::format("--limit needs a number of MiB, not \"{}\"", arguments.get("limit")));
  return collect(arguments, static_cast<uint64_t>(mebibytes) << 20);
}

int cache_clear(const Arguments& arguments) { return collect(arguments, 0); }

}  // namespace syrinx::cli
