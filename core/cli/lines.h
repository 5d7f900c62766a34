// What the commands share that run the beginning of a pipeline on lines of text.
#pragma once

#include <atomic>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "core/cli/command.h"
#include "core/config/loader.h"
#include "core/plugin/manifest.h"
#include "core/report/error.h"
#include "core/run/engine.h"

namespace syrinx::cli {

// Lines of the arguments (as one line), of -i FILE, or of standard input.
class Lines {
 public:
  // E0504 if the file cannot be read.
  static core::Result<Lines> open(const Arguments& arguments);
  bool next(std::string& line);
  // How many came so far.
  uint64_t count() const { return count_; }

 private:
  std::string given_;
  bool has_given_ = false;
  std::ifstream file_;
  uint64_t count_ = 0;
};

// Writes everything to a file descriptor; why not, if it cannot.
std::string write_all(int fd, std::string_view data);

// Standard output for answers that come on the engine's threads. A reader that goes away, or a full disk, stops the engine.
class Answers {
 public:
  explicit Answers(core::Engine& engine) : engine_(engine) {}
  void print(std::string_view text);  // [any]
  bool stopped() const { return stopped_; }
  // At the end: the exit code, `code` unless writing failed, which is reported.
  int finish(int code, const Arguments& arguments);

 private:
  core::Engine& engine_;
  std::mutex mutex_;
  std::atomic<bool> stopped_{false};
  std::string problem_;
};

// The request with only those stages of the flow for which keep(stage, its component) holds, asked in the order of the flow; the
// component is null for plugins that are not installed. Other stages are neither loaded nor checked.
core::Result<core::LoadRequest> part_of_flow(const Arguments& arguments, core::LoadRequest request,
                                             const std::function<bool(const std::string&, const core::ComponentManifest*)>& keep);

// The request for the normalizers that a pipeline begins with, each handing on whole lines; without --config those of the installed
// pipeline "normalize".
core::Result<core::LoadRequest> normalizers_of(const Arguments& arguments);

}  // namespace syrinx::cli
