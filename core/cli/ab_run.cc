// syrinx ab run, ab plan, ab show; and the store of stage outputs.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "core/ab/paired.h"
#include "core/ab/parting.h"
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

int ab_run(const Arguments& arguments) {
  apply_log(arguments);
  ab::Experiment e;
  if (const int code = prepare_experiment(arguments, e, true); code >= 0) return code;
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
  if (const int code = prepare_experiment(arguments, e, false); code >= 0) return code;
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

namespace {

// Half a second before and behind the place where the arms part, as files, if a folder is given.
int show_excerpts(const Arguments& arguments, const Json& item) {
  const fs::path folder = arguments.positional[0], to = arguments.get("excerpts");
  if (to.empty()) return kOk;
  for (const auto& [arm, divergence] : item["divergence"].items()) {
    const Json time = divergence.contains("at") ? divergence["at"].value("time_s", Json()) : Json();
    if (!time.is_number() || !item["outputs"].contains(arm)) continue;
    for (const auto& [baseline, output] : item["outputs"].items()) {
      if (item["divergence"].contains(baseline)) continue;
      auto a = ab::read_wav((folder / output["audio"].get<std::string>()).string()), b = ab::read_wav((folder / item["outputs"][arm]["audio"].get<std::string>()).string());
      if (!a) return report(a.errors(), arguments);
      if (!b) return report(b.errors(), arguments);
      std::error_code error;
      fs::create_directories(to, error);
      const auto name = [&, candidate = arm](const std::string& of) { return (to / fmt::format("{}.{}.{}.wav", item["id"].get<std::string>(), candidate, of)).string(); };
      if (auto written = ab::write_excerpts(*a, *b, time.get<double>(), name(baseline), name(arm)); !written) return report(written.errors(), arguments);
      fmt::print("  {} {}\n  {} {}\n", arm, name(baseline), arm, name(arm));
    }
  }
  return kOk;
}

}  // namespace

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
    for (const auto& [arm, divergence] : item["divergence"].items())
      if (divergence.contains("at")) fmt::print("  {} {}\n", arm, divergence["at"].value("text", ""));
    if (item.contains("forced"))
      for (const auto& [arm, forced] : item["forced"].items()) fmt::print("  {} {}\n", arm, forced.value("text", forced.dump()));
    if (const int code = show_excerpts(arguments, item); code != kOk) return code;
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
