// The program `syrinx`: finds the command, runs it, and makes exit codes of what happened.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>

#include "core/cli/help.h"
#include "core/cli/parse.h"
#include "core/report/version.h"

namespace {

int usage_error(const syrinx::cli::UsageError& error) {
  fmt::print(stderr, "error: {}\n", error.message);
  if (!error.help.empty()) fmt::print(stderr, "  = help: {}\n", error.help);
  return syrinx::cli::kUsage;
}

int run(const std::vector<std::string>& words) {
  auto result = syrinx::cli::parse(words);
  if (const auto* error = std::get_if<syrinx::cli::UsageError>(&result)) return usage_error(*error);
  const auto& parsed = std::get<syrinx::cli::Parsed>(result);
  if (!parsed.command) {
    if (parsed.arguments.has("version")) {
      fmt::print("syrinx {}\n", syrinx::core::kVersion);
      return 0;
    }
    // Without arguments the help is an answer to a wrong call; asked for, it is a result.
    std::fputs(syrinx::cli::program_help().c_str(), words.empty() ? stderr : stdout);
    return words.empty() ? syrinx::cli::kUsage : 0;
  }
  if (parsed.arguments.has("help")) {
    std::fputs(syrinx::cli::command_help(*parsed.command).c_str(), stdout);
    return 0;
  }
  return parsed.command->run(parsed.arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = run({argv + 1, argv + argc});
    if (std::fflush(stdout) != 0 && code == 0) {
      fmt::print(stderr, "error: cannot write to standard output\n");
      return syrinx::cli::kRunFailed;
    }
    return code;
  } catch (const std::bad_alloc&) {
    std::fputs("error: out of memory\n", stderr);
    return syrinx::cli::kDevice;
  } catch (const std::exception& error) {
    // A defect of ours: everything expected is a value.
    fmt::print(stderr, "error: {}\n  = help: this is a defect of syrinx; please report it with the command line\n", error.what());
    return syrinx::cli::kRunFailed;
  }
}
