// Command lines to a command and its arguments, over Boost.Program_options.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/cli/command.h"

namespace syrinx::cli {

// What is wrong with a command line, and what would work.
struct UsageError {
  std::string message;
  std::string help;
};

struct Parsed {
  const Command* command = nullptr;  // null: help or version of the program was asked for
  Arguments arguments;
};

// `words` without the program's name. Long options may be written with underscores. Text without a command is an error
// with a suggestion.
std::variant<Parsed, UsageError> parse(const std::vector<std::string>& words);

// Every option of a command: its own, the pipeline's, the common ones.
std::vector<Option> all_options(const Command& command);

}  // namespace syrinx::cli
