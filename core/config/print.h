// Configurations as text: the effective one, the difference of two, and the schema for editors.
#pragma once

#include <string>
#include <vector>

#include "core/config/node.h"
#include "core/config/options.h"
#include "core/plugin/discovery.h"

namespace syrinx::core {

// YAML that loads to the same tree. `origins`: a comment behind each value says where it stands.
std::string to_yaml(const Node& root, bool origins);

// Lines such as "stages.vocoder.plugin: hibari/vocoder -> hibari/whisper"; empty if nothing differs.
std::vector<std::string> difference(const Node& a, const Node& b);

// JSON Schema of pipeline files: the shape's own table, and for each installed component its options, selected by `plugin`.
Json json_schema(const PluginIndex& index);

}  // namespace syrinx::core
