// What of a result is known before anything runs: tool, machine, arms, difference, plan.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <set>
#include <thread>

#include "core/ab/run_state.h"
#include "core/report/sha256.h"
#include "core/report/version.h"

namespace syrinx::ab {
namespace {

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm tm{};
  gmtime_r(&now, &tm);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
  return text;
}

Json environment() {
  utsname name{};
  uname(&name);
  std::string cpu = "unknown";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      cpu = line.substr(line.find(':') + 2);
      break;
    }
  double load[1] = {0};
  if (getloadavg(load, 1) < 1) load[0] = 0;
  Json out = Json::object();
  out["os"] = fmt::format("{} {}", name.sysname, name.release);
  out["cpu"] = cpu;
  out["cores"] = std::thread::hardware_concurrency();
  out["memory_bytes"] = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  out["load"] = load[0];
  out["backends"] = Json::object({{"cpu", name.machine}});
  return out;
}

}  // namespace

void begin_result(RunState& state) {
  const Experiment& e = state.e;
  Json& r = state.result;
  r["schema"] = "ab-result/1";
  Json plugins = Json::array();
  std::set<std::string> seen;
  for (const Arm& arm : e.arms)
    for (const core::PlannedStage& stage : arm.plan.stages) {
      if (!stage.library || !seen.insert(stage.plugin).second) continue;
      Json plugin = Json::object();
      plugin["id"] = stage.plugin;
      plugin["version"] = stage.version;
      plugin["sha256"] = "sha256:" + core::sha256_of_file(stage.library->manifest().library.string());
      plugins.push_back(std::move(plugin));
    }
  r["tool"] = Json::object({{"version", core::kVersion}});
  r["tool"]["plugins"] = std::move(plugins);
  for (const auto& judge : e.judges) {
    const JudgeInfo& info = judge->info();
    r["tool"]["judges"].push_back(Json::object({{"name", info.name}, {"version", info.version}, {"sha256", info.digest}}));
  }
  r["created"] = now_utc();
  r["command"] = e.command;
  r["seed"] = std::to_string(e.seed);
  r["environment"] = environment();
  r["arms"] = Json::array();
  for (const Arm& arm : e.arms) {
    Json entry = Json::object();
    entry["name"] = arm.name;
    entry["role"] = &arm == &e.arms[0] ? "baseline" : "candidate";
    entry["config"] = arm.config_file;
    entry["config_digest"] = "sha256:" + core::sha256(canonical(arm.config, -1));
    entry["overrides"] = arm.overrides;
    if (!arm.factors.empty()) entry["factors"] = arm.factors;
    r["arms"].push_back(std::move(entry));
  }
  r["config_diff"] = state.preview.difference;
  r["changed_stages"] = state.preview.changed_stages;
  r["texts"] = Json::object({{"count", e.texts.texts.size()}, {"digest", e.texts.digest()}});
  r["plan"] = state.preview.plan;
  Json seeds = Json::array();
  for (const uint64_t seed : e.seeds) seeds.push_back(std::to_string(seed));
  r["pairing"] = Json::object({{"mode", e.independent ? "independent" : "shared"}, {"coupling", e.independent ? "none" : "gumbel"}});
  r["pairing"]["seeds"] = std::move(seeds);
  r["pairing"]["control"] = Json::object({{"ran", false}, {"identical", nullptr}, {"items", 0}});
  r["items"] = Json::array();
  r["metrics"] = Json::array();
  r["timing"] = Json::object({{"repeats", e.repeats}, {"warmups", e.warmup}, {"order", "alternating"}});
  r["timing"]["stages"] = Json::array();
  r["gates"] = Json::array();
  r["warnings"] = Json::array();
  if (e.texts.empty_lines > 0) state.warn("empty_lines", fmt::format("{} empty lines of the texts were skipped", e.texts.empty_lines));
  if (state.preview.same) state.warn("same", "the arms differ in nothing that could change an output: only the control was run");
  for (const std::string& problem : e.judge_problems) state.warn("judge", "there is no judge, and its measures are missing: " + problem);
  if (e.baseline) state.warn("baseline", fmt::format("{} was not run: its sounds and measures are those of {}, and where the arms part is not known", e.arms[0].name, e.baseline->folder));
}

}  // namespace syrinx::ab
