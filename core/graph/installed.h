// Pipelines and plugins of this installation, found the same way by the program and the C library.
#pragma once

#include <string>
#include <vector>

#include "core/config/loader.h"
#include "core/plugin/discovery.h"

namespace syrinx::core {

// A request for a file, or for an installed pipeline by its bare name. [any]
LoadRequest find_pipeline(const std::string& name);

// The plugins that a configuration can use: `plugin_dirs` first, then what section 9 of the architecture lists. [any]
PluginIndex plugins_for(const PipelineConfig* config, const std::vector<std::string>& plugin_dirs);

}  // namespace syrinx::core
