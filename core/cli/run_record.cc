#include "core/cli/run_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/ab/files.h"
#include "core/report/version.h"

namespace syrinx::cli {

using core::Json;

namespace {

// The configuration with every option of every stage as the plan has it, paths made absolute: it loads to the same plan from anywhere.
Json settled_config(const core::PipelineConfig& config, const core::Plan& plan) {
  Json out = core::plain_json(config.root);
  for (const core::PlannedStage& stage : plan.stages) out["stages"][stage.name]["options"] = stage.options;
  return out;
}

}  // namespace

RunRecord::RunRecord(const core::PipelineConfig& config, const core::Plan& plan)
    : head_{{"format", 1},
            {"program", fmt::format("syrinx {}", core::kVersion)},
            {"config", settled_config(config, plan)},
            {"seed", plan.run.seed},
            {"seed_given", plan.run.seed_given},
            {"flow", flow_of(config)}},
      flow_(flow_of(config)) {}

void RunRecord::add(const core::Request& request) {
  Json utterance = {{"index", request.index}, {"id", request.id}, {"text", request.text}, {"options", request.options}};
  if (request.seed_given) utterance["seed"] = request.seed;
  const std::lock_guard lock(mutex_);
  utterances_[request.index] = std::move(utterance);
}

void RunRecord::add(const core::Request& request, const core::StageOutput& output, Json items) {
  Json line = {{"index", request.index}, {"stage", output.stage}, {"piece", output.piece}, {"taken", output.taken}, {"digest", output.digest}};
  if (!items.is_null()) line["items"] = std::move(items);
  // Numbers of pieces in one width, so that 10 comes behind 9.
  std::string piece, digits;
  for (const char c : output.piece + "/") {
    if (c != '/') {
      digits += c;
      continue;
    }
    piece += fmt::format("{:>8}/", digits);
    digits.clear();
  }
  const std::lock_guard lock(mutex_);
  lines_[fmt::format("{:020} {:04} {} {}", request.index, place(output.stage), output.stage, piece)] = std::move(line);
}

size_t RunRecord::place(std::string_view stage) const { return static_cast<size_t>(std::find(flow_.begin(), flow_.end(), stage) - flow_.begin()); }

Json RunRecord::head() const {
  const std::lock_guard lock(mutex_);
  Json out = head_;
  out["utterances"] = Json::array();
  for (const auto& [index, utterance] : utterances_) out["utterances"].push_back(utterance);
  return out;
}

std::vector<Json> RunRecord::stages() const {
  const std::lock_guard lock(mutex_);
  std::vector<Json> out;
  for (const auto& [key, line] : lines_) out.push_back(line);
  return out;
}

core::Result<std::optional<core::Request>> RecordedRequests::next() {
  if (at_ == utterances_.size()) return std::optional<core::Request>();
  const Json& utterance = utterances_[at_++];
  core::Request one;
  one.index = utterance.value("index", uint64_t{0});
  one.id = utterance.value("id", "");
  one.text = utterance.value("text", "");
  one.options = utterance.value("options", Json::object());
  one.seed_given = utterance.contains("seed");
  if (one.seed_given) one.seed = utterance.value("seed", uint64_t{0});
  return std::optional(std::move(one));
}

core::Result<Json> read_record(const std::string& path, const std::string& made_by) {
  auto record = ab::read_json(path);
  if (!record) return record;
  const bool fits = record->is_object() && record->value("format", Json()) == 1 && record->contains("config") && (*record)["config"].is_object() &&
                    record->contains("utterances") && (*record)["utterances"].is_array() &&
                    std::all_of((*record)["utterances"].begin(), (*record)["utterances"].end(), [](const Json& u) { return u.is_object(); });
  if (!fits) return core::Error{"E0504", fmt::format("{} is no record of a run that this version reads", path), {}, {}, {made_by + " makes one"}};
  return record;
}

core::Result<core::LoadRequest> request_of(const Json& record, const std::string& folder, core::LoadRequest changes) {
  // A configuration is loaded from a file.
  changes.file = folder + "/config.yaml";
  if (auto written = ab::write_whole(changes.file, record["config"].dump(1) + "\n"); !written) return std::move(written).errors();
  if (record.value("seed_given", false)) changes.sets.insert(changes.sets.begin(), fmt::format("run.seed={}", record.value("seed", uint64_t{0})));
  return changes;
}

std::vector<std::string> flow_of(const core::PipelineConfig& config) {
  std::vector<std::string> out;
  for (const core::Named& stage : config.flow) out.push_back(stage.name);
  return out;
}

core::Result<std::set<std::string>> stages_from(const std::vector<std::string>& flow, const std::string& stage) {
  const auto from = std::find(flow.begin(), flow.end(), stage);
  if (from == flow.end()) return core::Error{"E0504", fmt::format("--from: no stage \"{}\" in the flow", stage), {}, {fmt::format("the flow is: {}", fmt::join(flow, ", "))}, {}};
  return std::set<std::string>(from, flow.end());
}

}  // namespace syrinx::cli
