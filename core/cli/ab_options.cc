// Options of `syrinx ab run` and `syrinx ab plan` to an experiment.
#include <fmt/format.h>

#include <filesystem>

#include "core/ab/conclusions.h"
#include "core/cli/ab.h"
#include "core/cli/commands.h"
#include "core/cli/session.h"
#include "core/config/shape.h"
#include "core/report/suggest.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

namespace {

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> out(1);
  for (const char c : list) {
    if (c == ',') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

// What is wrong with the options; empty: nothing.
std::string read_options(const Arguments& a, ab::Experiment& e, std::string& help) {
  const auto number = [&](const char* name, int64_t least, int64_t& to) {
    return !a.has(name) || (core::parse_integer(a.get(name), &to) && to >= least) ? std::string() : fmt::format("--{} needs a number of at least {}, not \"{}\"", name, least, a.get(name));
  };
  int64_t seed = 1;
  for (const std::string& problem : {number("repeats", 0, e.repeats), number("warmup", 0, e.warmup), number("control", 0, e.control), number("boots", 100, e.boots),
                                     number("allow-failures", 0, e.allow_failures), number("jobs", 1, e.jobs), number("judge-repeats", 2, e.judge_repeats), number("seed", 0, seed)})
    if (!problem.empty()) return problem;
  e.seed = static_cast<uint64_t>(seed);
  e.seeds = {e.seed};
  if (a.has("seeds")) {
    const std::string range = a.get("seeds");
    const size_t dots = range.find("..");
    int64_t from = 0, to = 0;
    if (!core::parse_integer(range.substr(0, dots), &from) || !core::parse_integer(dots == std::string::npos ? range : range.substr(dots + 2), &to) || from < 0 || to < from || to - from > 999)
      return fmt::format("--seeds needs FROM..TO, not \"{}\"", range);
    e.seeds.clear();
    for (int64_t s = from; s <= to; ++s) e.seeds.push_back(static_cast<uint64_t>(s));
  }
  if (a.has("alpha") && (!core::parse_number(a.get("alpha"), &e.alpha) || e.alpha <= 0 || e.alpha >= 0.5)) return fmt::format("--alpha lies between 0 and 0.5, not \"{}\"", a.get("alpha"));
  const auto known = [&](const std::string& name) {
    if (e.known.find(name) || e.known.open) return true;
    help = core::did_you_mean(name, e.known.names());
    return false;
  };
  for (const auto& [option, set] : {std::pair{"metrics", &e.metrics}, std::pair{"primary", &e.primary}})
    for (const std::string& list : a.all(option))
      for (const std::string& name : words_of(list)) {
        if (!known(name)) return fmt::format("no measure \"{}\"", name);
        set->insert(name);
      }
  for (const std::string& pair : a.all("margin")) {
    const size_t equals = pair.find('=');
    double value = 0;
    if (equals == std::string::npos || !core::parse_number(pair.substr(equals + 1), &value) || value <= 0) return fmt::format("--margin needs NAME=VALUE, not \"{}\"", pair);
    if (!known(pair.substr(0, equals))) return fmt::format("no measure \"{}\"", pair.substr(0, equals));
    e.margins[pair.substr(0, equals)] = value;
  }
  for (const std::string& text : a.all("fail-if")) {
    auto gate = ab::Gate::parse(text);
    if (const auto* error = std::get_if<ab::GateError>(&gate)) {
      help = fmt::format("{}\n          {}^", text, std::string(static_cast<size_t>(error->column - 1), ' '));
      return fmt::format("--fail-if, column {}: {}", error->column, error->message);
    }
    e.gates.emplace_back(text, std::get<ab::Gate>(std::move(gate)));
  }
  e.inconclusive = a.get("inconclusive", "warn");
  if (e.inconclusive != "pass" && e.inconclusive != "warn" && e.inconclusive != "fail") return fmt::format("--inconclusive is pass, warn or fail, not \"{}\"", e.inconclusive);
  const std::string noise = a.get("noise", "shared");
  if (noise != "shared" && noise != "independent") return fmt::format("--noise is shared or independent, not \"{}\"", noise);
  e.independent = noise == "independent";
  e.forced = a.has("forced");
  if (e.forced && e.independent) return "--forced draws with the same noise in both arms, and --noise independent forbids it";
  e.reference_audio = a.get("reference-audio");
  if (!e.reference_audio.empty() && !fs::is_directory(e.reference_audio)) return fmt::format("--reference-audio needs a folder of recordings ID.wav, and {} is none", e.reference_audio);
  e.align = a.has("align");
  e.allow_nondeterminism = a.has("allow-nondeterminism");
  e.resume = a.has("resume");
  return {};
}

core::Outcome read_texts(const Arguments& a, ab::Texts& texts) {
  for (const std::string& file : a.all("texts")) {
    auto content = ab::read_text(file);
    if (!content) return std::move(content).errors();
    if (auto outcome = texts.add(*content, file); !outcome) return outcome;
  }
  for (const std::string& text : a.all("text"))
    if (auto outcome = texts.add(text, "--text"); !outcome) return outcome;
  return core::Nothing{};
}

// A plugin of the kind judge, or a pipeline that begins with sound and ends with one.
core::Result<std::unique_ptr<ab::Judge>> plugin_judge(const std::string& name, const Arguments& a, double timeout) {
  core::LoadRequest request;
  const bool file = name.ends_with(".yaml") || name.ends_with(".yml");
  request.file = file ? name : shared_folder("ab") + "/judge.yaml";
  if (!file) request.sets.push_back("stages.judge.plugin=" + quoted(name));
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  auto plan = core::make_plan(*config, plugin_index(a, &*config), core::Fed::kTextAndAudio);
  if (!plan) return std::move(plan).errors();
  return ab::start_plugin_judge(*std::move(plan), timeout);
}

// A judge that cannot be used is no reason to stop: its measures are missing, and names that are unknown may be its. Two that
// give the same measure are a wrong use.
std::string start_judges(const Arguments& a, ab::Experiment& e, bool start) {
  double timeout = 60;
  if (a.has("judge-timeout") && (!core::parse_number(a.get("judge-timeout"), &timeout) || timeout <= 0)) return fmt::format("--judge-timeout needs seconds, not \"{}\"", a.get("judge-timeout"));
  for (const bool command : {false, true})
    for (const std::string& name : a.all(command ? "judge-cmd" : "judge")) {
      if (!start) {
        e.known.open = true;
        continue;
      }
      auto judge = command ? ab::start_command_judge(name, timeout) : plugin_judge(name, a, timeout);
      if (!judge) {
        const core::Error& error = judge.errors()[0];
        e.judge_problems.push_back(error.message + (error.notes.empty() ? "" : ": " + error.notes[0]));
        e.known.open = true;
        report(judge.errors(), a);
        continue;
      }
      for (const ab::Metric& metric : (*judge)->info().metrics)
        if (!e.known.add(metric)) return fmt::format("the judge {} gives the measure \"{}\", which is there already", (*judge)->info().name, metric.name);
      e.judges.push_back(*std::move(judge));
    }
  return {};
}

// The folder of --baseline.
core::Outcome read_baseline(const Arguments& a, ab::Experiment& e) {
  const std::string folder = a.get("baseline");
  if (folder.empty()) return core::Nothing{};
  auto result = ab::read_json((fs::path(folder) / "result.json").string());
  if (!result) return std::move(result).errors();
  const auto wrong = [&](std::string what, std::string help) { return core::Error{"E0504", fmt::format("--baseline {}: {}", folder, what), {}, {}, {std::move(help)}}; };
  if (!result->is_object() || result->value("schema", "") != "ab-result/1") return wrong("it is no result of ab run", "a folder with result.json");
  if ((*result)["texts"]["digest"] != e.texts.digest()) return wrong("its texts are others", "the same texts with the same ids");
  std::vector<std::string> seeds;
  for (const uint64_t seed : e.seeds) seeds.push_back(std::to_string(seed));
  if (const Json theirs = (*result)["pairing"].value("seeds", Json::array()); theirs != Json(seeds)) return wrong(fmt::format("its seeds are {}, and here they are {}", theirs.dump(), Json(seeds).dump()), "give --seeds");
  e.baseline = std::make_unique<ab::Recorded>(ab::Recorded{folder, *std::move(result)});
  return core::Nothing{};
}

}  // namespace

int prepare_experiment(const Arguments& a, ab::Experiment& e, bool start) {
  std::string help;
  if (const std::string problem = start_judges(a, e, start); !problem.empty()) return usage(problem);
  if (const std::string problem = read_options(a, e, help); !problem.empty()) return usage(problem, help);
  if (auto outcome = read_texts(a, e.texts); !outcome) {
    report(outcome.errors(), a);
    return kUsage;
  }
  if (e.texts.texts.empty()) return usage("there are no texts", "--texts FILE or --text \"Hello.\"");
  if (auto outcome = read_baseline(a, e); !outcome) {
    report(outcome.errors(), a);
    return kUsage;
  }
  if (e.forced && e.baseline) return usage("--forced needs the baseline to run, and --baseline has it from an earlier result");
  auto arms = arms_of(a, e.baseline.get());
  if (!arms) {
    const int code = report(arms.errors(), a);
    return arms.errors()[0].code == "E0504" ? kUsage : code;
  }
  e.arms = *std::move(arms);
  std::vector<std::string> names;
  for (const ab::Arm& arm : e.arms) names.push_back(arm.name);
  for (const auto& [text, gate] : e.gates)
    if (const core::Errors errors = ab::check_gate_names(gate, names, e.known); !errors.empty()) {
      report(errors, a);
      return kUsage;
    }
  return -1;
}

}  // namespace syrinx::cli
