// Layers "plugins", "options", "devices" and "assets" of making a plan: each stage by itself.
#pragma once

#include "core/config/pipeline_config.h"
#include "core/graph/plan.h"
#include "core/plugin/discovery.h"

namespace syrinx::core {

// The stages of the plan in the order of the file, with options, device and library, not yet described.
Result<std::vector<PlannedStage>> resolve_stages(const PipelineConfig& config, const PluginIndex& index,
                                                 std::vector<std::string>* remarks);

// An option of format "asset": "voice:NAME" and "voice:NAME/FILE" are looked for in the folders of voices, everything else
// relative to the file that wrote it. E0401, E0402.
Result<std::string> resolve_asset(const std::string& text, const Mark& mark);

}  // namespace syrinx::core
