// A pipeline file, its includes, overlays and --set, to a PipelineConfig.
#pragma once

#include <string>
#include <vector>

#include "core/config/pipeline_config.h"

namespace syrinx::core {

struct LoadRequest {
  std::string file;
  std::vector<std::string> overlays;  // --with
  std::vector<std::string> sets;      // --set
  // Folders in which an include is looked for after the including file's own, so that an installed pipeline can be included
  // from anywhere.
  std::vector<std::string> include_path;
};

// Layers "syntax" and "shape"; all errors of a layer, and the next one only if it is clean. [any]
Result<PipelineConfig> load_pipeline(const LoadRequest& request);

// The merged tree before variables are filled in: for `config show`.
Result<Node> load_tree(const LoadRequest& request);

}  // namespace syrinx::core
