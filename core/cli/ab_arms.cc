// The arms of a comparison, from files, --arm, --swap and --sweep.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "core/cli/ab.h"
#include "core/cli/run_record.h"
#include "core/cli/session.h"
#include "core/config/options.h"
#include "core/config/parse.h"
#include "core/graph/installed.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

namespace {

core::Error misuse(std::string message, std::string help = {}) {
  core::Error error{"E0504", std::move(message), {}, {}, {}};
  if (!help.empty()) error.help.push_back(std::move(help));
  return error;
}

// Splits at commas outside brackets and quotes; a part without "=" belongs to the one before it if `joined`.
std::vector<std::string> split_list(const std::string& text, bool joined) {
  std::vector<std::string> out(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote) quote = c == quote ? 0 : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == '[' || c == '{') ++depth;
    else if (c == ']' || c == '}') --depth;
    if (c == ',' && depth == 0 && !quote) out.emplace_back();
    else out.back() += c;
  }
  if (!joined) return out;
  std::vector<std::string> pairs;
  for (std::string& part : out) {
    if (pairs.empty() || part.find('=') != std::string::npos) pairs.push_back(std::move(part));
    else pairs.back() += "," + part;
  }
  return pairs;
}

// One arm before it is loaded.
struct Draft {
  std::string name, file;
  core::LoadRequest request;
  std::vector<std::string> overrides;
  Json factors = Json::object();

  void set(const std::string& pair) {
    request.sets.push_back(pair);
    overrides.push_back(pair);
  }
};

// A file of --swap: an overlay, or the map of the stage alone.
core::Outcome swap_in(Draft& draft, const std::string& stage, const std::string& file) {
  auto text = ab::read_text(file);
  if (!text) return std::move(text).errors();
  auto node = core::parse_yaml(std::make_shared<const core::Source>(file, *text));
  if (!node) return std::move(node).errors();
  if (node->find("plugin")) {
    draft.request.sets.push_back(fmt::format("stages.{}=!replace {}", stage, core::plain_json(*node).dump()));
  } else {
    draft.request.overlays.push_back(file);
  }
  draft.overrides.push_back(fmt::format("{}={}", stage, file));
  return core::Nothing{};
}

// Every draft once with each choice.
core::Result<std::vector<Draft>> crossed(const std::vector<Draft>& drafts, const std::string& option, const std::string& argument) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0) return misuse(fmt::format("--{} needs NAME=A,B,..., not \"{}\"", option, argument));
  const std::string name = argument.substr(0, equals);
  std::vector<Draft> out;
  for (const Draft& draft : drafts)
    for (const std::string& choice : split_list(argument.substr(equals + 1), false)) {
      Draft next = draft;
      const bool swap = option == "swap";
      if (swap) {
        if (auto outcome = swap_in(next, name, choice); !outcome) return std::move(outcome).errors();
      } else {
        next.set(name + "=" + choice);
      }
      const std::string label = swap ? fs::path(choice).stem().string() : choice;
      next.name += (next.name.empty() ? "" : "+") + label;
      next.factors[name] = label;
      out.push_back(std::move(next));
    }
  return out;
}

core::Result<ab::Arm> loaded(const Draft& draft, const Arguments& arguments) {
  core::LoadRequest request = draft.request;
  ab::Arm out{draft.name, draft.file, draft.overrides, draft.factors, {}, {}, {}};
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  out.config = core::plain_json(config->root);
  auto plan = plan_of(request, arguments);
  if (!plan) return std::move(plan).errors();
  // Audio comes to the program: a writer at the end is left out.
  const std::string last = config->flow.back().name;
  const auto is_last = [&](const core::PlannedStage& stage) { return stage.name == last && stage.kind == "writer"; };
  out.flow = flow_of(*config);
  if (out.flow.size() > 1 && std::any_of(plan->stages.begin(), plan->stages.end(), is_last)) {
    out.flow.pop_back();
    request.sets.push_back(fmt::format("flow=[{}]", fmt::join(out.flow, ", ")));
    request.sets.push_back(fmt::format("stages.{}=~", last));
    plan = plan_of(request, arguments);
    if (!plan) return std::move(plan).errors();
  }
  out.plan = *std::move(plan);
  return out;
}

// The baseline of an earlier result, without a plan: it does not run.
core::Result<ab::Arm> recorded_arm(const ab::Recorded& recorded) {
  const Json& arm = recorded.result["arms"][0];
  ab::Arm out{arm["name"], arm.value("config", ""), arm.value("overrides", std::vector<std::string>()), Json::object(), {}, {}, {}};
  auto config = ab::read_json((fs::path(recorded.folder) / "config" / (out.name + ".yaml")).string());
  if (!config) return std::move(config).errors();
  out.config = *std::move(config);
  return out;
}

}  // namespace

core::Result<std::vector<ab::Arm>> arms_of(const Arguments& arguments, const ab::Recorded* recorded) {
  if (arguments.positional.empty()) return misuse("ab needs at least one configuration", "syrinx ab run a.yaml b.yaml --texts texts.txt");
  std::vector<Draft> drafts;
  for (const std::string& file : arguments.positional) {
    Draft draft;
    draft.file = file;
    draft.request = core::find_pipeline(file);
    draft.request.overlays = arguments.all("with");
    for (const std::string& set : arguments.all("set")) draft.set(set);
    drafts.push_back(std::move(draft));
  }
  const bool factors = arguments.has("swap") || arguments.has("sweep");
  if (factors && (drafts.size() > 1 || arguments.has("arm"))) return misuse("--swap and --sweep begin with one configuration, without --arm");
  if (factors) {
    for (const char* option : {"swap", "sweep"})
      for (const std::string& argument : arguments.all(option)) {
        auto next = crossed(drafts, option, argument);
        if (!next) return std::move(next).errors();
        drafts = *std::move(next);
      }
  }
  const Draft base = drafts[0];
  for (const std::string& argument : arguments.all("arm")) {
    const size_t colon = argument.find(':');
    if (colon == std::string::npos || colon == 0) return misuse(fmt::format("--arm needs NAME:PATH=VALUE,... or NAME:@FILE, not \"{}\"", argument));
    Draft draft = base;
    draft.name = argument.substr(0, colon);
    const std::string rest = argument.substr(colon + 1);
    if (rest.starts_with("@")) {
      draft.request.overlays.push_back(rest.substr(1));
      draft.overrides.push_back(rest);
    } else {
      for (const std::string& pair : split_list(rest, true)) draft.set(pair);
    }
    drafts.push_back(std::move(draft));
  }
  if (drafts.size() < 2 && !recorded) return misuse("there is one arm, and a comparison needs two", "give another file, --arm, --swap or --sweep, or --baseline DIR");
  if (drafts.size() > 64 && !arguments.has("force")) return misuse(fmt::format("{} arms are more than 64", drafts.size()), "syrinx ab plan says what they cost; --force runs them");
  std::vector<ab::Arm> out;
  std::set<std::string> names;
  if (recorded) {
    auto arm = recorded_arm(*recorded);
    if (!arm) return std::move(arm).errors();
    names.insert(arm->name);
    out.push_back(*std::move(arm));
  }
  for (size_t k = 0; k < drafts.size(); ++k) {
    Draft& draft = drafts[k];
    const size_t i = k + (recorded ? 1 : 0);
    if (draft.name.empty()) draft.name = i < 26 ? std::string(1, static_cast<char>('A' + i)) : fmt::format("A{}", i);
    const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+'; };
    if (draft.name[0] == '.' || !std::all_of(draft.name.begin(), draft.name.end(), fits)) return misuse(fmt::format("\"{}\" cannot be the name of an arm", draft.name), "letters, digits and _ . -");
    // Names of combinations are joined with +, which the form of results does not have.
    std::replace(draft.name.begin(), draft.name.end(), '+', '_');
    if (!names.insert(draft.name).second) return misuse(fmt::format("two arms have the name \"{}\"", draft.name));
    auto arm = loaded(draft, arguments);
    if (!arm) return std::move(arm).errors();
    out.push_back(*std::move(arm));
  }
  if (recorded) out[0].flow = out[1].flow;
  return out;
}

}  // namespace syrinx::cli
