// A pipeline as its file says it: checked in itself, with places, before any plugin is asked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/config/node.h"

namespace syrinx::core {

// A name somewhere in the configuration.
struct Named {
  std::string name;
  Mark mark;
};

struct PortLink {
  std::string port;  // of this stage
  Mark mark;
  std::string stage, from_port;  // "tokenizer.tokens"; from_port may be empty: the only one that fits
  Mark from_mark;
};

struct SlotLink {
  std::string slot;
  Mark mark;
  Named stage;
};

struct StageConfig {
  std::string name;
  Mark mark;          // of the name
  Named plugin;       // "basic/wav"
  Named device;       // empty: cpu
  std::vector<PortLink> in;
  std::vector<SlotLink> uses;
  Node options;       // a map, maybe empty
  std::string sampling, isolation;
};

struct DeviceConfig {
  std::string name;
  Mark mark;
  std::vector<Named> first_of;
  int threads = 0;  // 0: auto
};

struct PluginRequirement {
  std::string plugin, range;
  Mark mark;  // of the plugin's name
  Mark range_mark;
};

struct RunConfig {
  int batch = 1;
  bool stream = false;
  bool anchor_voice = false;
  uint64_t seed = 0;
  bool seed_given = false;
  int threads = 0;  // 0: auto
  double deadline_s = 0;
  uint32_t queue = 16;
};

struct PipelineConfig {
  std::string name;
  std::string file;  // as messages call it
  std::vector<StageConfig> stages;
  std::vector<Named> flow;
  std::vector<DeviceConfig> devices;
  std::vector<PluginRequirement> require;
  std::vector<Named> plugin_path;
  RunConfig run;
  Node root;  // the effective tree, variables filled in

  const StageConfig* stage(std::string_view name) const;
  const DeviceConfig* device(std::string_view name) const;
};

// From a tree that has passed check_shape. Names that do not exist, stages that nobody uses, wrong numbers: E0113, E0114,
// E0117, E0118.
Result<PipelineConfig> read_pipeline(Node root, const std::string& file);

}  // namespace syrinx::core
