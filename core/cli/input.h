// Where utterances come from: arguments, a file, standard input.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/cli/command.h"
#include "core/report/error.h"
#include "core/run/engine.h"

namespace syrinx::cli {

// Yields requests one after another; standard input is read as it comes, so that a pipe can be spoken live.
class Input {
 public:
  // E0504 if a file cannot be read, or there is no text.
  static core::Result<Input> open(const Arguments& arguments);

  // The next request, nothing at the end. E0504 for a malformed line of --json-input.
  core::Result<std::optional<core::Request>> next();
  // How many there are, 0: unknown.
  uint64_t total() const { return total_; }

 private:
  std::function<bool(std::string&)> read_;
  bool json_ = false;
  uint64_t total_ = 0, index_ = 0;
  core::Json options_ = core::Json::object();
  double deadline_s_ = 0;
};

// "speed=1.2" to a member of `options`; false if it has no "=".
bool add_option(const std::string& text, core::Json* options);

}  // namespace syrinx::cli
