// What the commands share that run the beginning of a pipeline on lines of text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/cli/command.h"
#include "core/config/loader.h"
#include "core/plugin/manifest.h"
#include "core/report/error.h"
#include "core/run/engine.h"

namespace syrinx::cli {

// Writes everything to a file descriptor; why not, if it cannot.
std::string write_all(int fd, std::string_view data);

// What becomes of one line. Called on the engine's threads, never two at once for one line.
struct LineAnswer {
  std::function<void(const core::Output&)> take;
  std::function<std::string()> end;  // what is printed for it
};

// Runs lines through a pipeline, those of -i FILE or of standard input, or the positional arguments as one; prints the answer of each,
// in order, and returns the exit code. `answer` is asked before a line is submitted, and may add options, over which --option wins.
// `summary`: what is printed at the end. E0504, E0505.
int answer_lines(const core::LoadRequest& request, const Arguments& arguments, const std::function<LineAnswer(core::Request&)>& answer,
                 const std::function<std::string()>& summary = {});

// The request with only those stages of the flow for which keep(stage, its component) holds, asked in the order of the flow; the
// component is null for plugins that are not installed. Other stages are neither loaded nor checked.
core::Result<core::LoadRequest> part_of_flow(const Arguments& arguments, core::LoadRequest request,
                                             const std::function<bool(const std::string&, const core::ComponentManifest*)>& keep);

// The request for the normalizers that a pipeline begins with, each handing on whole lines; without --config those of the installed
// pipeline "normalize".
core::Result<core::LoadRequest> normalizers_of(const Arguments& arguments);

}  // namespace syrinx::cli
