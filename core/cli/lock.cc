#include "core/cli/lock.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/ab/files.h"
#include "core/cli/commands.h"
#include "core/cli/interrupt.h"
#include "core/cli/progress.h"
#include "core/cli/session.h"
#include "core/graph/assets.h"
#include "core/report/sha256.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

Json plugins_of(const core::Plan& plan) {
  Json out = Json::object();
  for (const core::PlannedStage& stage : plan.stages)
    out[stage.name] = {{"plugin", stage.plugin}, {"version", stage.version}, {"device", stage.device},
                       {"library", stage.library ? core::sha256_of_file(stage.library->manifest().library.string()) : ""}};
  return out;
}

Json assets_of(const core::Plan& plan) {
  std::map<std::string, std::string> found;
  for (const core::PlannedStage& stage : plan.stages)
    for (const fs::path& file : core::asset_files(stage)) found.try_emplace(file.string(), core::sha256_of_file(file.string()));
  Json out = Json::object();
  for (const auto& [path, digest] : found) out[path] = digest;
  return out;
}

Json lock_of(const RunRecord& record, Json plugins, Json assets) {
  Json out = record.head();
  out["plugins"] = std::move(plugins);
  out["assets"] = std::move(assets);
  out["stages"] = Json::array();
  for (Json& line : record.stages()) {
    line.erase("taken");
    out["stages"].push_back(std::move(line));
  }
  return out;
}

namespace {

// Lines such as "plugin of vocoder: library 12ab.. -> 34cd.."; empty if nothing differs.
std::vector<std::string> differences(const std::string& what, const Json& locked, const Json& now) {
  std::vector<std::string> out;
  const auto shown = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? "nothing" : value.dump(); };
  for (const auto& [name, value] : locked.items()) {
    const Json other = now.value(name, Json());
    if (value == other) continue;
    if (value.is_object() && other.is_object()) {
      for (const std::string& line : differences(fmt::format("{} {},", what, name), value, other)) out.push_back(line);
    } else {
      out.push_back(fmt::format("{} {}: {} -> {}", what, name, shown(value), shown(other)));
    }
  }
  return out;
}

// Where two lists of stage lines part: the first line of either that the other lacks or has with another digest.
std::string first_difference(const Json& locked, const Json& now) {
  const auto name = [](const Json& line) {
    const std::string piece = line.value("piece", "");
    return fmt::format("stage {} of utterance {}{}", line.value("stage", "?"), line.value("index", uint64_t{0}), piece.empty() ? "" : ", piece " + piece);
  };
  for (size_t i = 0; i < std::max(locked.size(), now.size()); ++i) {
    if (i >= now.size()) return fmt::format("{} gives nothing now", name(locked[i]));
    if (i >= locked.size()) return fmt::format("{} is not in the lock", name(now[i]));
    const bool same_place = name(locked[i]) == name(now[i]);
    if (!same_place) return fmt::format("{} in the lock, {} now", name(locked[i]), name(now[i]));
    if (locked[i].value("digest", "") != now[i].value("digest", "")) return fmt::format("{} gives something else", name(now[i]));
  }
  return {};
}

}  // namespace

int verify(const Arguments& arguments) {
  apply_log(arguments);
  if (arguments.positional.size() != 1) return usage("verify needs a lock", "syrinx verify run.lock");
  auto lock = read_record(arguments.positional[0], "syrinx synth --lock FILE");
  if (!lock) return report(lock.errors(), arguments);
  // Its audio goes nowhere that matters.
  const fs::path folder = fs::temp_directory_path() / fmt::format("syrinx-verify-{}", getpid());
  struct Remove {
    fs::path folder;
    ~Remove() {
      std::error_code ignored;
      fs::remove_all(folder, ignored);
    }
  } remove{folder};
  std::error_code error;
  fs::create_directories(folder, error);
  auto load = request_of(*lock, folder.string(), load_request(arguments));
  if (!load) return report(load.errors(), arguments);
  auto config = core::load_pipeline(*load);
  if (!config) return report(config.errors(), arguments);
  const std::string last = config->flow.back().name;
  if (const core::Node* path = config->stage(last)->options.find("path"); path && path->is_scalar())
    load->sets.push_back(fmt::format("stages.{}.options.path={}", last, quoted((folder / ("{index:04}" + fs::path(path->scalar).extension().string())).string())));
  auto plan = plan_of(*load, arguments);
  if (!plan) return report(plan.errors(), arguments);
  std::vector<std::string> changed = differences("plugin of", lock->value("plugins", Json::object()), plugins_of(*plan));
  for (const std::string& line : differences("asset", lock->value("assets", Json::object()), assets_of(*plan))) changed.push_back(line);

  RunRecord record(*config, *plan);
  core::Keeping keeping;
  keeping.watch = true;
  auto engine = core::Engine::create(*std::move(plan), keeping);
  if (!engine) return report(engine.errors(), arguments);
  RecordedRequests requests((*lock)["utterances"]);
  ProgressBar bar(!arguments.has("quiet") && !arguments.has("json"), "verifying", (*lock)["utterances"].size(), "utt");
  std::mutex mutex;
  core::Errors errors;
  {
    InterruptGuard guard([&] { (*engine)->cancel_all(); });
    while (!InterruptGuard::interrupted()) {
      auto request = requests.next();
      if (!request || !*request) break;
      core::Listener listener;
      listener.on_stage = [&record, of = **request](const core::StageOutput& output) { record.add(of, output); };
      listener.on_end = [&](const core::Report& r) {
        const std::lock_guard guarded(mutex);
        if (!r.ok && !r.cancelled && errors.empty()) errors = r.errors;
        bar.advance();
      };
      (*engine)->submit(**std::move(request), std::move(listener));
    }
    (*engine)->drain();
  }
  bar.clear();
  if (InterruptGuard::interrupted()) return kInterrupted;
  if (!errors.empty()) return report(errors, arguments);
  Json now = Json::array();
  for (Json& line : record.stages()) now.push_back(std::move(line));
  const std::string difference = first_difference(lock->value("stages", Json::array()), now);
  if (arguments.has("json")) {
    fmt::print("{}\n", Json{{"identical", difference.empty()}, {"first_difference", difference}, {"changed", changed}, {"utterances", (*lock)["utterances"].size()}, {"stages", now.size()}}.dump());
  } else if (difference.empty()) {
    fmt::print("identical: {} utterances, {} outputs of stages\n", (*lock)["utterances"].size(), now.size());
  } else {
    fmt::print("differs: {}\n", difference);
  }
  if (!arguments.has("quiet"))
    for (const std::string& line : changed) fmt::print(stderr, "note: {}\n", line);
  return difference.empty() ? kOk : kRunFailed;
}

}  // namespace syrinx::cli
