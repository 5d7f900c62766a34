// Runs other programs.
#pragma once

#include <string>
#include <vector>

namespace syrinx::cli {

struct Finished {
  int code = 0;        // its exit code; 128 and the signal's number if one ended it; 127 if it could not be started
  bool found = true;   // false: there is no such program
  std::string output;  // what it wrote to standard output, if asked for
};

// Starts a program, looked for as a shell does, and waits. Its standard input is empty; standard error is ours, and so is standard output unless
// `capture`. Ctrl-C at a terminal reaches it too.
Finished run_program(const std::vector<std::string>& words, bool capture = false);

}  // namespace syrinx::cli
