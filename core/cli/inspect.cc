// syrinx check, plan, config, explain, completion.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/cli/commands.h"
#include "core/cli/help.h"
#include "core/cli/session.h"
#include "core/config/print.h"
#include "core/report/suggest.h"

namespace syrinx::cli {

namespace fs = std::filesystem;

int check(const Arguments& arguments) {
  apply_log(arguments);
  const auto request = load_request(arguments, true);
  auto plan = plan_of(request, arguments);
  if (!plan) return report(plan.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}\n", core::Json{{"ok", true}, {"file", request.file}}.dump());
  else if (!arguments.has("quiet")) fmt::print("{}: ok, {} stages\n", request.file, plan->stages.size());
  return kOk;
}

int plan(const Arguments& arguments) {
  apply_log(arguments);
  auto plan = plan_of(load_request(arguments, true), arguments);
  if (!plan) return report(plan.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}\n", core::to_json(*plan).dump(1));
  else fmt::print("{}", core::to_text(*plan));
  return kOk;
}

int config_show(const Arguments& arguments) {
  auto tree = core::load_tree(load_request(arguments, true));
  if (!tree) return report(tree.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}\n", core::plain_json(*tree).dump(1));
  else fmt::print("{}", core::to_yaml(*tree, arguments.has("origins")));
  return kOk;
}

int config_diff(const Arguments& arguments) {
  if (arguments.positional.size() != 2) {
    fmt::print(stderr, "error: config diff needs two files\n");
    return kUsage;
  }
  std::vector<core::Node> trees;
  for (const std::string& file : arguments.positional) {
    Arguments one = arguments;
    one.positional = {file};
    auto tree = core::load_tree(load_request(one, true));
    if (!tree) return report(tree.errors(), arguments);
    trees.push_back(*std::move(tree));
  }
  const auto lines = core::difference(trees[0], trees[1]);
  for (const std::string& line : lines) fmt::print("{}\n", line);
  if (lines.empty() && !arguments.has("quiet")) fmt::print("no difference\n");
  return kOk;
}

int config_schema(const Arguments& arguments) {
  fmt::print("{}\n", core::json_schema(plugin_index(arguments)).dump(1));
  return kOk;
}

int explain(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    fmt::print(stderr, "error: explain needs a code\n  = help: syrinx explain E0301\n");
    return kUsage;
  }
  // As it is printed, "[E0301]", or as it is typed.
  std::string code;
  for (const char c : arguments.positional[0])
    if (c != '[' && c != ']') code += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::vector<std::string> codes;
  std::error_code ignored;
  const fs::path folder = shared_folder("errors");
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".md") codes.push_back(entry.path().stem().string());
  std::sort(codes.begin(), codes.end());
  if (std::find(codes.begin(), codes.end(), code) == codes.end()) {
    fmt::print(stderr, "error: no error code \"{}\"\n", arguments.positional[0]);
    if (codes.empty()) fmt::print(stderr, "  = note: no pages in {}\n", folder.string());
    else if (const std::string near = core::did_you_mean(code, codes); !near.empty()) fmt::print(stderr, "  = help: {}\n", near);
    else fmt::print(stderr, "  = note: there are: {}\n", fmt::join(codes, ", "));
    return kUsage;
  }
  std::ifstream page(folder / (code + ".md"));
  std::ostringstream text;
  text << page.rdbuf();
  fmt::print("{}", text.str());
  return kOk;
}

int completion(const Arguments& arguments) {
  struct Row {
    const char* name;
    std::string (*make)();
  };
  static constexpr Row kForms[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion},
                                   {"man", man_page},         {"markdown", markdown_page}};
  const std::string wanted = arguments.positional.empty() ? "" : arguments.positional[0];
  for (const Row& row : kForms) {
    if (wanted != row.name) continue;
    fmt::print("{}", row.make());
    return kOk;
  }
  fmt::print(stderr, "error: completion needs one of: bash, zsh, fish, man, markdown\n");
  return kUsage;
}

}  // namespace syrinx::cli
