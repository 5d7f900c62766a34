#include "core/cli/lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "core/cli/session.h"
#include "core/config/pipeline_config.h"

namespace syrinx::cli {

core::Result<Lines> Lines::open(const Arguments& arguments) {
  Lines out;
  out.has_given_ = !arguments.positional.empty();
  out.given_ = fmt::format("{}", fmt::join(arguments.positional, " "));
  if (arguments.has("input") && arguments.get("input") != "-") {
    out.file_.open(arguments.get("input"));
    if (!out.file_) return core::Error{"E0504", fmt::format("cannot read {}", arguments.get("input")), {}, {std::strerror(errno)}, {}};
  }
  return out;
}

bool Lines::next(std::string& line) {
  if (file_.is_open()) {
    if (!std::getline(file_, line)) return false;
  } else if (has_given_) {
    if (count_ > 0) return false;
    line = given_;
  } else if (!std::getline(std::cin, line)) {
    return false;
  }
  ++count_;
  return true;
}

core::Result<core::LoadRequest> part_of_flow(const Arguments& arguments, core::LoadRequest request,
                                             const std::function<bool(const std::string&, const core::ComponentManifest*)>& keep) {
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  const core::PluginIndex index = plugin_index(arguments, &*config);
  std::string flow;
  for (const core::Named& name : config->flow) {
    const std::string& plugin = config->stage(name.name)->plugin.name;
    const core::Manifest* manifest = index.find(plugin.substr(0, plugin.find('/')));
    const auto* component = manifest ? manifest->component(plugin.substr(plugin.find('/') + 1)) : nullptr;
    if (keep(name.name, component))
      flow += (flow.empty() ? "" : ", ") + name.name;
    else
      request.sets.push_back(fmt::format("stages.{}=~", name.name));
  }
  request.sets.push_back(fmt::format("flow=[{}]", flow));
  return request;
}

}  // namespace syrinx::cli
