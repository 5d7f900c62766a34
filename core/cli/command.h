// The commands of `syrinx` and their options, as one table. Parsing, --help, the man page, the reference page and the
// completions are made from it, so they cannot disagree.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syrinx::cli {

struct Option {
  std::string_view name;   // long, with dashes: "output-dir"; underscores are accepted too
  char letter;             // 0: none
  std::string_view value;  // "FILE"; empty: a switch
  std::string_view help;   // one sentence, lower case, no full stop
  bool repeats = false;
};

// What was given on the command line.
class Arguments {
 public:
  bool has(std::string_view option) const { return values_.count(std::string(option)) > 0; }
  // The last value given, or `otherwise`.
  std::string get(std::string_view option, std::string otherwise = {}) const;
  std::vector<std::string> all(std::string_view option) const;

  std::vector<std::string> positional;
  std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
  std::string_view name;       // "synth", "config show"
  std::string_view arguments;  // "[TEXT...]"
  std::string_view summary;    // one line
  std::string_view details;    // more lines for its help and the man page
  std::span<const Option> options;
  bool pipeline;               // takes the options that choose and change a pipeline
  std::span<const std::string_view> examples;
  int (*run)(const Arguments&);
};

// Exit codes; scripts may rely on them.
inline constexpr int kOk = 0, kRunFailed = 1, kUsage = 2, kConfigInvalid = 3, kPluginMissing = 4, kAssetMissing = 5,
                     kDevice = 6, kInterrupted = 130;

std::span<const Command> commands();
std::span<const Option> pipeline_options();  // of every command with `pipeline`
std::span<const Option> common_options();    // of every command

}  // namespace syrinx::cli
