// What the commands that take a pipeline share: from arguments to a configuration, a plan and an engine.
#pragma once

#include <memory>
#include <string>

#include "core/cli/command.h"
#include "core/config/loader.h"
#include "core/graph/negotiate.h"
#include "core/run/engine.h"
#include "core/run/stage_store.h"

namespace syrinx::cli {

// Prints errors on standard error (as JSON on standard output with --json) and returns their exit code.
int report(const core::Errors& errors, const Arguments& arguments);

// Prints a wrong use of the command line, with what would work, on standard error; returns kUsage.
int usage(const std::string& what, const std::string& help = {});

// Log level and form from --quiet, --verbose, --log.
void apply_log(const Arguments& arguments);

bool use_colour(const Arguments& arguments);

// Files, overlays and --set of the arguments; a name without a path is looked for among the installed pipelines. The first
// positional argument is the file if `file_argument`.
core::LoadRequest load_request(const Arguments& arguments, bool file_argument = false);

core::PluginIndex plugin_index(const Arguments& arguments, const core::PipelineConfig* config = nullptr);

// The folder of an installed kind of file: "configs", "errors", "template".
std::string shared_folder(const std::string& name);

// The plan for a request, with --device and --seed applied.
core::Result<core::Plan> plan_of(const core::LoadRequest& request, const Arguments& arguments);

// The store that --cache names, the user's by default; null for "off". E0505.
core::Result<std::unique_ptr<core::StageStore>> store_of(const Arguments& arguments);

// A JSON text for use as a value of --set.
std::string quoted(const std::string& text);

}  // namespace syrinx::cli
