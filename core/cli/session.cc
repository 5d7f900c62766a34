#include "core/cli/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/config/shape.h"
#include "core/graph/installed.h"
#include "core/plugin/discovery.h"
#include "core/report/log.h"
#include "syrinx/abi.h"

namespace syrinx::cli {

namespace fs = std::filesystem;

bool use_colour(const Arguments& arguments) {
  const std::string wish = arguments.get("color", "auto");
  if (wish == "always") return true;
  return wish != "never" && isatty(STDERR_FILENO) && !std::getenv("NO_COLOR");
}

int usage(const std::string& what, const std::string& help) {
  fmt::print(stderr, "error: {}\n", what);
  if (!help.empty()) fmt::print(stderr, "  = help: {}\n", help);
  return kUsage;
}

int report(const core::Errors& errors, const Arguments& arguments) {
  if (arguments.has("json")) {
    for (const core::Error& error : errors) fmt::print("{}\n", core::to_json(error));
  } else {
    fmt::print(stderr, "{}", core::to_text(errors, use_colour(arguments)));
  }
  return core::exit_code(errors);
}

void apply_log(const Arguments& arguments) {
  const int32_t level = arguments.has("verbose") ? SYX_LOG_DEBUG : arguments.has("quiet") ? SYX_LOG_ERROR : SYX_LOG_WARNING;
  core::set_log(level, arguments.get("log") == "json" ? core::LogForm::kJson : core::LogForm::kText);
}

std::string shared_folder(const std::string& name) { return (core::installation() / "share" / "syrinx" / name).string(); }

core::LoadRequest load_request(const Arguments& arguments, bool file_argument) {
  std::string file = arguments.get("config", "hibari");
  if (file_argument && !arguments.positional.empty()) file = arguments.positional[0];
  core::LoadRequest request = core::find_pipeline(file);
  request.overlays = arguments.all("with");
  request.sets = arguments.all("set");
  return request;
}

core::PluginIndex plugin_index(const Arguments& arguments, const core::PipelineConfig* config) {
  return core::plugins_for(config, arguments.all("plugin-dir"));
}

std::string quoted(const std::string& text) { return core::Json(text).dump(-1, ' ', false, core::Json::error_handler_t::replace); }

core::Result<core::Plan> plan_of(const core::LoadRequest& request, const Arguments& arguments) {
  // The same override as for bug reports, so that there is one.
  if (arguments.has("device")) setenv("SYRINX_DEVICE", arguments.get("device").c_str(), 1);
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  auto plan = core::make_plan(*config, plugin_index(arguments, &*config));
  if (plan && arguments.has("seed")) {
    int64_t seed = 0;
    if (!core::parse_integer(arguments.get("seed"), &seed))
      return core::Error{"E0108", fmt::format("--seed must be an integer, not \"{}\"", arguments.get("seed")), {}, {}, {}};
    plan->run.seed = static_cast<uint64_t>(seed);
    plan->run.seed_given = true;
  }
  return plan;
}

core::Result<std::unique_ptr<core::StageStore>> store_of(const Arguments& a) {
  const std::string folder = a.get("cache");
  if (folder == "off") return std::unique_ptr<core::StageStore>();
  return core::StageStore::open(folder.empty() ? core::StageStore::default_folder() : fs::path(folder));
}

}  // namespace syrinx::cli
