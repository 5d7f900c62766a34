#include "core/cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cli/parse.h"

namespace syrinx::cli {
namespace {

constexpr std::string_view kExitCodes[][2] = {
    {"0", "ok"},
    {"1", "the run failed"},
    {"2", "usage"},
    {"3", "configuration invalid"},
    {"4", "plugin missing, or of another ABI"},
    {"5", "model or voice missing, or its digest is wrong"},
    {"6", "device or memory"},
    {"130", "interrupted"},
};

constexpr std::string_view kEnvironment[][2] = {
    {"SYRINX_PLUGIN_PATH", "folders with plugins, separated by colons, searched after --plugin-dir"},
    {"SYRINX_DEVICE", "overrides every device of a configuration, for bug reports"},
    {"SYRINX_VOICES_DIR", "where voices lie (default: the user's data folder)"},
    {"NO_COLOR", "no colours"},
};

std::string signature(const Option& option) {
  std::string out = option.letter ? fmt::format("-{}, --{}", option.letter, option.name) : fmt::format("    --{}", option.name);
  if (!option.value.empty()) out += fmt::format(" {}", option.value);
  return out;
}

std::string option_lines(std::span<const Option> options) {
  size_t width = 0;
  for (const Option& option : options) width = std::max(width, signature(option).size());
  std::string out;
  for (const Option& option : options) out += fmt::format("  {:<{}}  {}\n", signature(option), width, option.help);
  return out;
}

std::string escaped(std::string_view text, std::string_view characters, char by = '\\') {
  std::string out;
  for (char c : text) {
    if (characters.find(c) != std::string_view::npos) out += by;
    out += c;
  }
  return out;
}

// The words a first argument can be, each once, in the table's order.
std::vector<std::string> first_words() {
  std::vector<std::string> out;
  for (const Command& command : commands()) {
    std::string word(command.name.substr(0, command.name.find(' ')));
    if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

std::vector<std::string> second_words(std::string_view first) {
  std::vector<std::string> out;
  for (const Command& command : commands()) {
    const size_t space = command.name.find(' ');
    if (space != std::string_view::npos && command.name.substr(0, space) == first)
      out.emplace_back(command.name.substr(space + 1));
  }
  return out;
}

}  // namespace

std::string program_help() {
  std::string out = "usage: syrinx COMMAND [OPTIONS] [ARGUMENTS]\n\nSpeech from text, through stages that are plugins.\n\n";
  for (const Command& command : commands()) out += fmt::format("  {:<15} {}\n", command.name, command.summary);
  out += "\nexamples:\n  syrinx synth \"Hello.\" -o hello.wav\n  syrinx plan\n  syrinx plugins list\n";
  out += "\nsyrinx COMMAND --help describes a command; syrinx --version prints the version.\n";
  return out;
}

std::string command_help(const Command& command) {
  std::string out = fmt::format("usage: syrinx {} [OPTIONS] {}\n\n{}\n", command.name, command.arguments, command.summary);
  if (!command.details.empty()) out += fmt::format("\n{}\n", command.details);
  if (!command.options.empty()) out += "\noptions:\n" + option_lines(command.options);
  if (command.pipeline) out += "\npipeline:\n" + option_lines(pipeline_options());
  out += "\ncommon:\n" + option_lines(common_options());
  out += "\nexamples:\n";
  for (const auto example : command.examples) out += fmt::format("  {}\n", example);
  return out;
}

std::string man_page() {
  std::string out =
      ".TH SYRINX 1 \"\" \"Syrinx\" \"User Commands\"\n.SH NAME\nsyrinx \\- speech from text, through stages that are "
      "plugins\n.SH SYNOPSIS\n.B syrinx\n.I COMMAND\n[OPTIONS] [ARGUMENTS]\n.SH COMMANDS\n";
  const auto option_list = [&out](std::span<const Option> options) {
    for (const Option& option : options)
      out += fmt::format(".TP\n.B {}\n{}\n", escaped(signature(option), "-"), escaped(option.help, "-"));
  };
  for (const Command& command : commands()) {
    out += fmt::format(".SS syrinx {} {}\n{}.\n", command.name, command.arguments, command.summary);
    if (!command.details.empty()) out += fmt::format(".PP\n{}\n", command.details);
    option_list(command.options);
    out += ".PP\n.nf\n";
    for (const auto example : command.examples) out += fmt::format("{}\n", escaped(example, "-\\"));
    out += ".fi\n";
  }
  out += ".SH PIPELINE OPTIONS\n";
  option_list(pipeline_options());
  out += ".SH COMMON OPTIONS\n";
  option_list(common_options());
  out += ".SH EXIT STATUS\n";
  for (const auto& row : kExitCodes) out += fmt::format(".TP\n.B {}\n{}\n", row[0], row[1]);
  out += ".SH ENVIRONMENT\n";
  for (const auto& row : kEnvironment) out += fmt::format(".TP\n.B {}\n{}\n", row[0], row[1]);
  return out;
}

std::string markdown_page() {
  std::string out =
      "# The command line\n\nMade by `syrinx completion markdown` from the table that also parses; do not edit.\n\n";
  const auto option_table = [&out](std::span<const Option> options) {
    if (options.empty()) return;
    out += "| option | meaning |\n| --- | --- |\n";
    for (const Option& option : options) {
      std::string names = signature(option);
      names.erase(0, names.find('-'));
      out += fmt::format("| `{}` | {} |\n", escaped(names, "|"), escaped(option.help, "|"));
    }
    out += "\n";
  };
  for (const Command& command : commands()) {
    out += fmt::format("## syrinx {} {}\n\n{}.\n\n", command.name, escaped(command.arguments, "|"), command.summary);
    if (!command.details.empty()) out += fmt::format("{}\n\n", command.details);
    option_table(command.options);
    out += "```\n";
    for (const auto example : command.examples) out += fmt::format("{}\n", example);
    out += "```\n\n";
  }
  out += "## Options of every command that takes a pipeline\n\n";
  option_table(pipeline_options());
  out += "## Options of every command\n\n";
  option_table(common_options());
  out += "## Exit codes\n\n| code | meaning |\n| --- | --- |\n";
  for (const auto& row : kExitCodes) out += fmt::format("| {} | {} |\n", row[0], row[1]);
  out += "\n## Environment\n\n| variable | meaning |\n| --- | --- |\n";
  for (const auto& row : kEnvironment) out += fmt::format("| `{}` | {} |\n", row[0], row[1]);
  return out;
}

std::string bash_completion() {
  std::string out = "# bash completion for syrinx\n_syrinx() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words\n";
  out += fmt::format("  if [ $COMP_CWORD = 1 ]; then words=\"{} --help --version\"\n", fmt::join(first_words(), " "));
  out += "  else\n    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
  const auto options_of = [](const Command& command) {
    std::string words;
    for (const Option& option : all_options(command)) words += fmt::format("--{} ", option.name);
    return words;
  };
  for (const Command& command : commands())
    if (command.name.find(' ') != std::string_view::npos)
      out += fmt::format("      '{}') words='{}' ;;\n", command.name, options_of(command));
  for (const std::string& first : first_words()) {
    const auto members = second_words(first);
    if (!members.empty()) {
      out += fmt::format("      '{} '*) words='{}' ;;\n", first, fmt::join(members, " "));
      continue;
    }
    for (const Command& command : commands())
      if (command.name == first) out += fmt::format("      '{} '*) words='{}' ;;\n", first, options_of(command));
  }
  out +=
      "    esac\n  fi\n  case $cur in\n    -* | '') COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
      "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\") $(compgen -f -- \"$cur\")) ;;\n  esac\n}\n"
      "complete -o filenames -F _syrinx syrinx\n";
  return out;
}

std::string zsh_completion() {
  const auto arguments_of = [](const Command& command) {
    std::string line = "_arguments";
    for (const Option& option : all_options(command)) {
      const std::string help = escaped(escaped(option.help, "[]:"), "'");
      const std::string what = option.value.empty() ? "" : fmt::format(":{}:_files", escaped(option.value, ":|"));
      line += fmt::format(" '{}--{}[{}]{}'", option.repeats ? "*" : "", option.name, help, what);
    }
    return line + " '*:file:_files'";
  };
  std::string out = "#compdef syrinx\n_syrinx() {\n  local -a first\n  first=(";
  for (const std::string& word : first_words()) out += fmt::format("{} ", word);
  out += ")\n  if (( CURRENT == 2 )); then compadd -- $first; return; fi\n  case \"$words[2] $words[3]\" in\n";
  for (const Command& command : commands())
    if (command.name.find(' ') != std::string_view::npos)
      out += fmt::format("    '{}') {} ;;\n", command.name, arguments_of(command));
  for (const std::string& first : first_words()) {
    const auto members = second_words(first);
    if (!members.empty()) {
      out += fmt::format("    '{} '*) compadd -- {} ;;\n", first, fmt::join(members, " "));
      continue;
    }
    for (const Command& command : commands())
      if (command.name == first) out += fmt::format("    '{} '*) {} ;;\n", first, arguments_of(command));
  }
  return out + "  esac\n}\n_syrinx \"$@\"\n";
}

std::string fish_completion() {
  std::string out = "# fish completion for syrinx\n";
  for (const std::string& word : first_words()) {
    std::string_view summary;
    for (const Command& command : commands())
      if (summary.empty() && command.name.substr(0, command.name.find(' ')) == word) summary = command.summary;
    out += fmt::format("complete -c syrinx -n __fish_use_subcommand -a {} -d '{}'\n", word, escaped(summary, "'"));
    for (const std::string& member : second_words(word))
      out += fmt::format("complete -c syrinx -n '__fish_seen_subcommand_from {}' -a {}\n", word, member);
  }
  for (const Command& command : commands()) {
    const std::string condition =
        fmt::format("__fish_seen_subcommand_from {}", command.name.substr(0, command.name.find(' ')));
    for (const Option& option : all_options(command)) {
      out += fmt::format("complete -c syrinx -n '{}' -l {}", condition, option.name);
      if (option.letter) out += fmt::format(" -s {}", option.letter);
      if (!option.value.empty()) out += " -r";
      out += fmt::format(" -d '{}'\n", escaped(option.help, "'"));
    }
  }
  return out;
}

}  // namespace syrinx::cli
