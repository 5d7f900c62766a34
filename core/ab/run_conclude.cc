// The end of a comparison: statistics, gates, verdict and exit code.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ab/conclusions.h"
#include "core/ab/factorial.h"
#include "core/ab/run_state.h"

namespace syrinx::ab {
namespace {

constexpr int kRunFailed = 1, kGateTrue = 7, kUndecided = 8, kItemsFailed = 9, kInvalid = 10, kInterrupted = 130;

}  // namespace

void conclude_result(RunState& state) {
  const Experiment& e = state.e;
  Json& result = state.result;
  std::vector<std::string> candidates;
  for (size_t i = 1; i < e.arms.size(); ++i) candidates.push_back(e.arms[i].name);
  Judgement how;
  how.resampling = {e.seed, static_cast<size_t>(e.boots), 1 - e.alpha};
  how.margins = e.margins;
  how.primary = e.primary.empty() ? primary_metrics(state.preview.changed_kind, e.known) : e.primary;
  how.chosen = e.metrics;
  how.known = &e.known;
  const Json& control = result["pairing"]["control"];
  if (control.contains("noise_floor")) how.noise_floor = control["noise_floor"].get<std::map<std::string, double>>();
  for (const auto& [name, floor] : state.judge_floor) how.noise_floor[name] = floor;
  result["metrics"] = conclude(result["items"], e.arms[0].name, candidates, how);
  if (Json factorial = factorial_of(result, how.resampling); !factorial.is_null()) result["factorial"] = std::move(factorial);
  const size_t texts = e.texts.texts.size();
  if (texts == 1) state.warn("one_text", "one text: no intervals and no tests");
  else if (texts < 10) state.warn("few_texts", fmt::format("few texts ({}): intervals are wide", texts));
  if (const double least = std::ldexp(1.0, 1 - static_cast<int>(std::min<size_t>(texts, 60))); least > e.alpha && texts > 1) state.warn("lowest_p", fmt::format("with {} texts no p can be below {:.4g}", texts, least));
  int64_t failed = 0, made = 0;
  std::map<std::string, Json> failures;
  for (const Json& item : result["items"])
    for (const auto& [arm, status] : item["status"].items()) {
      if (status["ok"] == true) {
        ++made;
        continue;
      }
      ++failed;
      failures[arm].push_back(item["id"]);
    }
  for (auto& [arm, ids] : failures) state.warn("items_failed", fmt::format("{} of {} texts failed in {}", ids.size(), texts, arm), ids);
  bool gate_true = false, gate_unknown = false;
  for (const auto& [text, gate] : e.gates) {
    const auto decided = decide_gate(gate, result);
    Json entry = Json::object({{"expr", text}, {"result", decided ? Json(*decided) : Json(nullptr)}});
    const auto lookup = gate_values(result, candidates.empty() ? "" : candidates[0]);
    entry["values"] = Json::object();
    for (const std::string& name : gate.names()) {
      const auto value = lookup(name);
      entry["values"][name] = value ? Json(*value) : Json(nullptr);
    }
    result["gates"].push_back(std::move(entry));
    gate_true = gate_true || decided == true;
    gate_unknown = gate_unknown || !decided;
  }
  const bool invalid = control["ran"] == true && control["identical"] == false && !e.allow_nondeterminism;
  int code = 0;
  if (state.stopped()) code = kInterrupted;
  else if (!state.preview.same && made == 0) code = kRunFailed;
  else if (invalid) code = kInvalid;
  else if (gate_true) code = kGateTrue;
  else if (failed > e.allow_failures) code = kItemsFailed;
  else if (gate_unknown && e.inconclusive == "fail") code = kUndecided;
  result["exit_code"] = code;
  result["verdict"] = invalid ? "invalid" : gate_true ? "fail" : code == kInterrupted || code == kRunFailed || failed > 0 ? "incomplete" : gate_unknown && e.inconclusive != "pass" ? "inconclusive" : "pass";
}

}  // namespace syrinx::ab
