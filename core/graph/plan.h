// The result of negotiation: everything the run engine needs to create stages and move items. Made by core/graph from a
// PipelineConfig and manifests, before any weight is read; printed by `syrinx plan`; consumed by core/run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/plugin/library.h"
#include "core/plugin/manifest.h"
#include "core/report/error.h"

namespace syrinx::core {

// One end of a wire: a port of a stage. Port numbers are positions in what `describe` wrote.
struct PortRef {
  int stage = -1;  // index in Plan::stages; kHost: the program itself
  uint32_t port = 0;
  static constexpr int kHost = -1;
};

// A port as agreed: type, and every attribute with one value.
struct PortSpec {
  std::string name;  // "audio", "generator.tokens"
  std::string type;  // "audio"
  Json attributes = Json::object();
};

// How a stage works (flow.h). `step` is known only when the stage exists: the engine asks its flow table.
struct Manner {
  bool batch = false;
  bool splits = false;
  bool joins = false;
  bool own_thread = false;  // "threads": "own"
  double latency_ms = 50;
};

// A stage in a slot of another one.
struct PlannedSlot {
  std::string name;    // "sampler"
  int stage = -1;      // index in Plan::stages
  bool table = true;   // called directly; else its ports are wired as "<slot>.<port>"
  std::string tier;    // of samplers: "plain", "stream" or "lowered"
};

struct PlannedStage {
  std::string name;                  // as in the config: "code_sampler"
  const Library* library = nullptr;
  const syx_component* table = nullptr;  // of the library; tests may give one of their own
  std::string plugin, version;       // "basic/sampler", "0.1.0"
  std::string kind;
  std::string device;                // "cpu", "cuda:0"
  Json options;                      // complete
  Json utterance_options;            // the part of them with scope "utterance"
  Json schema;
  std::vector<PortSpec> in, out;
  Manner manner;
  std::vector<PlannedSlot> slots;
  uint32_t threads = 1;
  bool called_directly = false;      // only ever used through tables: has no sessions of its own
  Error::Label place;                // where the config declares it
};

// From an output to an input. Several wires from one output: the host fans out.
struct Wire {
  PortRef from, to;
  PortSpec spec;
  std::string adapter;  // "", "dtype:s16->f32", "copy:cpu->cuda:0"
  bool loop = false;    // to or from a flow slot
};

struct RunOptions {
  int batch = 1;           // utterances per batch, for stages that say so
  bool stream = false;
  bool anchor_voice = false;
  uint64_t seed = 0;
  bool seed_given = false;
  int threads = 0;         // 0: as many as the machine has
  double deadline_s = 0;   // per utterance; 0: none
  uint32_t queue = 16;     // items between two stages
  bool ordered = true;     // results of one utterance after another; else as they come
};

struct Plan {
  std::string name;
  std::vector<PlannedStage> stages;  // in creation order: slots' stages before their users
  std::vector<Wire> wires;           // from kHost: what the program feeds; to kHost: results
  RunOptions run;
  double first_audio_ms = 0;         // sum of declared latencies along the flow
  std::vector<std::string> remarks;  // skipped devices and the like, for `syrinx plan`
};

// As `syrinx plan` prints it.
std::string to_text(const Plan& plan);
Json to_json(const Plan& plan);

}  // namespace syrinx::core
