#include "core/graph/assets.h"

#include <algorithm>

namespace syrinx::core {

namespace fs = std::filesystem;

std::vector<fs::path> asset_files(const PlannedStage& stage) {
  std::vector<fs::path> out;
  const auto add = [&out](const fs::path& path) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) out.push_back(path);
  };
  const Json properties = stage.schema.is_object() ? stage.schema.value("properties", Json::object()) : Json::object();
  for (const auto& [name, schema] : properties.items()) {
    if (schema.value("format", "") != "asset" || !stage.options.contains(name) || !stage.options[name].is_string()) continue;
    const fs::path path = stage.options[name].get<std::string>();
    add(path);
    std::error_code error;
    for (fs::recursive_directory_iterator inside(path, fs::directory_options::skip_permission_denied, error), end; !error && inside != end; inside.increment(error))
      add(inside->path());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace syrinx::core
