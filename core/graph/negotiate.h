// From a configuration to a plan: resolve plugins, complete options, ask stages to describe themselves, make ends meet.
// One forward pass; no weight is read.
#pragma once

#include "core/config/pipeline_config.h"
#include "core/graph/plan.h"
#include "core/plugin/discovery.h"

namespace syrinx::core {

// What the program gives to the first stage of a flow: text, or text and sound (Request::samples), as judges take it.
enum class Fed { kText, kTextAndAudio };

// Layers "plugins", "options", "ports", "devices", "assets": all errors of a layer are reported, and the next one is looked at
// only if it is clean. Loads libraries. E0112 to E0115, E02xx, E03xx, E04xx, E07xx. [any]
Result<Plan> make_plan(const PipelineConfig& config, const PluginIndex& index, Fed fed = Fed::kText);

}  // namespace syrinx::core
