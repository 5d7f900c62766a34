#include "core/cli/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "core/report/suggest.h"

namespace syrinx::cli {
namespace {

namespace po = boost::program_options;

// "--output_dir=x_y" -> "--output-dir=x_y"
std::string with_dashes(const std::string& word) {
  if (word.size() < 3 || word[0] != '-' || word[1] != '-') return word;
  std::string out = word;
  const size_t end = std::min(out.find('='), out.size());
  std::replace(out.begin() + 2, out.begin() + static_cast<std::ptrdiff_t>(end), '_', '-');
  return out;
}

// The command whose name the first words spell, and how many words that took.
std::pair<const Command*, size_t> find_command(const std::vector<std::string>& words) {
  const Command* found = nullptr;
  size_t used = 0;
  for (const Command& command : commands()) {
    const size_t space = command.name.find(' ');
    const bool two = space != std::string_view::npos;
    if (words.size() < (two ? 2u : 1u) || command.name.substr(0, space) != words[0]) continue;
    if (two && command.name.substr(space + 1) != words[1]) continue;
    found = &command;
    used = two ? 2 : 1;
  }
  return {found, used};
}

UsageError unknown_command(const std::vector<std::string>& words) {
  std::vector<std::string> names, members;
  for (const Command& command : commands()) {
    const size_t space = command.name.find(' ');
    names.emplace_back(command.name.substr(0, space));
    if (space != std::string_view::npos && command.name.substr(0, space) == words[0])
      members.emplace_back(command.name.substr(space + 1));
  }
  if (!members.empty()) {
    return {words.size() < 2 ? fmt::format("{} needs one of: {}", words[0], fmt::join(members, ", "))
                             : fmt::format("{} has no \"{}\"", words[0], words[1]),
            fmt::format("syrinx {} {}", words[0], members.front())};
  }
  const auto near = core::suggest(words[0], names);
  if (!near.empty()) return {fmt::format("no command \"{}\"", words[0]), fmt::format("did you mean \"{}\"?", near.front())};
  return {fmt::format("no command \"{}\"", words[0]), fmt::format("to speak text: syrinx synth \"{}\"", words[0])};
}

po::options_description description(const std::vector<Option>& options) {
  po::options_description out;
  for (const Option& option : options) {
    const std::string names =
        option.letter ? fmt::format("{},{}", option.name, option.letter) : std::string(option.name);
    if (option.value.empty()) {
      out.add_options()(names.c_str(), "");
    } else {
      out.add_options()(names.c_str(), po::value<std::vector<std::string>>()->composing(), "");
    }
  }
  return out;
}

UsageError from_exception(const po::error& error, const Command& command, const std::vector<Option>& options) {
  const std::string help = fmt::format("syrinx {} --help", command.name);
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&error)) {
    std::vector<std::string> names;
    for (const Option& option : options) names.push_back("--" + std::string(option.name));
    const auto near = core::suggest(unknown->get_option_name(), names);
    return {fmt::format("{} has no option {}", command.name, unknown->get_option_name()),
            near.empty() ? help : fmt::format("did you mean {}?", near.front())};
  }
  return {error.what(), help};
}

}  // namespace

std::string Arguments::get(std::string_view option, std::string otherwise) const {
  const auto found = values_.find(std::string(option));
  return found == values_.end() || found->second.empty() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  const auto found = values_.find(std::string(option));
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> out(command.options.begin(), command.options.end());
  if (command.pipeline) out.insert(out.end(), pipeline_options().begin(), pipeline_options().end());
  out.insert(out.end(), common_options().begin(), common_options().end());
  return out;
}

std::variant<Parsed, UsageError> parse(const std::vector<std::string>& words) {
  Parsed parsed;
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    if (words.size() < 2) return parsed;
    const auto [command, used] = find_command({words.begin() + 1, words.end()});
    if (!command) return unknown_command({words.begin() + 1, words.end()});
    parsed.command = command;
    parsed.arguments.values_["help"];
    return parsed;
  }
  if (words[0] == "--version") {
    parsed.arguments.values_["version"];
    return parsed;
  }
  const auto [command, used] = find_command(words);
  if (!command) return unknown_command(words);
  parsed.command = command;

  std::vector<std::string> rest;
  bool literal = false;  // behind "--"
  for (size_t i = used; i < words.size(); ++i) {
    literal = literal || words[i] == "--";
    rest.push_back(literal ? words[i] : with_dashes(words[i]));
  }
  const std::vector<Option> options = all_options(*command);
  try {
    po::options_description known = description(options);
    known.add_options()("positional", po::value<std::vector<std::string>>()->composing(), "");
    po::positional_options_description positional;
    positional.add("positional", -1);
    using style = po::command_line_style::style_t;
    // No guessing of abbreviated options: a new option must not change what an old script means.
    const int exact = style::unix_style & ~style::allow_guessing;
    const auto result = po::command_line_parser(rest).options(known).positional(positional).style(exact).run();
    for (const auto& option : result.options) {
      if (option.string_key == "positional") {
        parsed.arguments.positional.insert(parsed.arguments.positional.end(), option.value.begin(), option.value.end());
      } else {
        auto& values = parsed.arguments.values_[option.string_key];
        values.insert(values.end(), option.value.begin(), option.value.end());
      }
    }
  } catch (const po::error& error) {
    return from_exception(error, *command, options);
  }
  return parsed;
}

}  // namespace syrinx::cli
