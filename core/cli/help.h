// Texts made from the table of commands.
#pragma once

#include <string>

#include "core/cli/command.h"

namespace syrinx::cli {

std::string program_help();
std::string command_help(const Command& command);
std::string man_page();       // troff
std::string markdown_page();  // docs/reference/command-line.md
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace syrinx::cli
