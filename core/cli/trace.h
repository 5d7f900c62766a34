// Traces: what every stage of a run gave, kept in a folder to be looked at and gone on with.
//
//   DIR/trace.json          what ran: configuration, seed, utterances (run_record.h)
//   DIR/stages.jsonl        one line for each stage and piece: digest, whether it came from a store, items with shapes
//   DIR/outputs/0000/       what can be read or heard: 02-text.text.txt, 04-vocoder.audio.wav
//   DIR/store/              the outputs themselves, a stage store (core/run/stage_store.h)
//
// trace.json is written last, so a folder that has one is whole.
#pragma once

#include <memory>

#include "core/cli/run_record.h"
#include "core/run/stage_store.h"

namespace syrinx::cli {

class Trace {
 public:
  // Makes the folder, which must be new or empty (E0505).
  static core::Result<std::unique_ptr<Trace>> create(const std::string& folder, const core::PipelineConfig& config, const core::Plan& plan);

  core::StageStore* store() { return store_.get(); }
  void add(const core::Request& request) { record_.add(request); }           // [any]
  void add(const core::Request& request, const core::StageOutput& output);  // [any]
  // Writes stages.jsonl and trace.json. E0505.
  core::Outcome finish();

 private:
  Trace(std::string folder, const core::PipelineConfig& config, const core::Plan& plan, std::unique_ptr<core::StageStore> store);

  const std::string folder_;
  RunRecord record_;
  std::map<std::string, std::vector<core::PortSpec>, std::less<>> ports_;  // outputs of each stage
  std::unique_ptr<core::StageStore> store_;
  std::mutex mutex_;
  core::Errors errors_;
};

}  // namespace syrinx::cli
