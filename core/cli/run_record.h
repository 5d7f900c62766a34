// What a run was and what each stage gave in it, as JSON: the common part of traces (trace.h) and of run locks (lock.h).
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config/loader.h"
#include "core/graph/plan.h"
#include "core/run/engine.h"

namespace syrinx::cli {

class RunRecord {
 public:
  RunRecord(const core::PipelineConfig& config, const core::Plan& plan);

  void add(const core::Request& request);  // an utterance begins [any]
  // One line of `stages`: utterance, stage, piece, digest, whether it came from a store, and `items`. [any]
  void add(const core::Request& request, const core::StageOutput& output, core::Json items = nullptr);

  size_t place(std::string_view stage) const;  // in the flow; its length for what is not in it
  // {"format": 1, "program", "config", "seed", "seed_given", "flow", "utterances"}
  core::Json head() const;
  // By utterance, place in the flow, stage, and piece, whatever the order in which they came.
  std::vector<core::Json> stages() const;

 private:
  core::Json head_;
  std::vector<std::string> flow_;
  mutable std::mutex mutex_;
  std::map<std::string, core::Json> lines_;
  std::map<uint64_t, core::Json> utterances_;
};

// The utterances of a record, one after another, as synth would read them.
class RecordedRequests {
 public:
  explicit RecordedRequests(core::Json utterances) : utterances_(std::move(utterances)) {}
  core::Result<std::optional<core::Request>> next();

 private:
  core::Json utterances_;
  size_t at_ = 0;
};

// A record from a file; E0504 if there is none, or it is of another version. `made_by`: for the message.
core::Result<core::Json> read_record(const std::string& path, const std::string& made_by);

// What was recorded as a request to load, with its configuration written to `folder`, its seed, and what `changes` says besides. E0505.
core::Result<core::LoadRequest> request_of(const core::Json& record, const std::string& folder, core::LoadRequest changes);

// The names of the stages that utterances pass, in order.
std::vector<std::string> flow_of(const core::PipelineConfig& config);

// The stages of a flow from one on; E0504 if there is none of that name.
core::Result<std::set<std::string>> stages_from(const std::vector<std::string>& flow, const std::string& stage);

}  // namespace syrinx::cli
