#include "core/graph/installed.h"

#include <filesystem>

namespace syrinx::core {

namespace fs = std::filesystem;

LoadRequest find_pipeline(const std::string& name) {
  const fs::path configs = installation() / "share" / "syrinx" / "configs";
  const fs::path installed = configs / (name.ends_with(".yaml") ? name : name + ".yaml");
  // A bare name is an installed pipeline; anything that could be a path is one.
  const bool bare = name.find('/') == std::string::npos && !name.ends_with(".yaml");
  LoadRequest request;
  request.file = name;
  if ((bare || !fs::exists(name)) && fs::exists(installed)) request.file = installed.string();
  request.include_path = {configs.string()};
  return request;
}

PluginIndex plugins_for(const PipelineConfig* config, const std::vector<std::string>& plugin_dirs) {
  std::vector<std::string> from_config;
  if (config)
    for (const Named& folder : config->plugin_path) {
      const fs::path base = folder.mark.source ? fs::path(folder.mark.source->path()).parent_path() : fs::path();
      from_config.push_back((base / folder.name).string());
    }
  return PluginIndex::scan(plugin_folders(plugin_dirs, from_config));
}

}  // namespace syrinx::core
