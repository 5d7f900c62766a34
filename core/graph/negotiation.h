// The forward pass of make_plan, in three files: negotiation.cc takes the stages one after another, wiring.cc finds who feeds
// their inputs, slot_links.cc what is in their slots.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config/pipeline_config.h"
#include "core/graph/negotiate.h"
#include "core/graph/plan.h"
#include "core/graph/ports.h"
#include "core/plugin/discovery.h"

namespace syrinx::core {

inline bool is_loop(const PortSpec& port) { return port.name.find('.') != std::string::npos; }
inline bool is_optional(const PortSpec& port) { return port.attributes.value("optional", false); }

// Stages are numbered as in the configuration until finish().
class Negotiation {
 public:
  // Both outlive it. `stages`: resolved, in the order of the configuration.
  Negotiation(const PipelineConfig& config, const PluginIndex& index, std::vector<PlannedStage> stages, Fed fed)
      : config_(config), index_(index), stages_(std::move(stages)), described_(stages_.size()), fed_(fed) {}

  Result<Plan> run();

 private:
  int index_of(const std::string& name) const {
    for (size_t i = 0; i < stages_.size(); ++i)
      if (stages_[i].name == name) return static_cast<int>(i);
    return -1;
  }
  PlannedStage& stage(int i) { return stages_[static_cast<size_t>(i)]; }
  const StageConfig& written(int i) const { return config_.stages[static_cast<size_t>(i)]; }
  int before_in_flow(int i) const {
    for (size_t k = 1; k < config_.flow.size(); ++k)
      if (config_.flow[k].name == stages_[static_cast<size_t>(i)].name) return index_of(config_.flow[k - 1].name);
    return -1;
  }
  bool is_first(int i) const { return !config_.flow.empty() && config_.flow[0].name == stages_[static_cast<size_t>(i)].name; }
  Description& described(int i) { return described_[static_cast<size_t>(i)]; }
  PortEnd end(int i, const PortSpec& port) const {
    return {&port, stages_[static_cast<size_t>(i)].name, stages_[static_cast<size_t>(i)].place};
  }

  // negotiation.cc
  // Slots' stages before their users, sources before what they feed.
  void order();
  void visit(int i, std::vector<int>& state);
  bool describe(int i, const Json& inputs);
  // Describes once to learn the ports, finds who feeds them, and once more with what they will get.
  void negotiate(int i);
  // Stages of slots before their users, also where the way through the slot is a loop: `create` is given them.
  void create_after_slots(int i, std::vector<bool>& seen, std::vector<int>& out);
  // Stages in creation order, everything renumbered.
  Plan finish();

  // wiring.cc
  std::vector<Wire> sources(int i);
  std::optional<uint32_t> named_output(int from, const PortLink& link, const std::string& type);
  void no_port(int i, const Mark& mark, const std::string& name, const std::vector<PortSpec>& ports, const char* side);
  // Neighbours in flow connect by type when exactly one pairing exists; the first stage takes what the program feeds.
  void flow_sources(int i, std::set<uint32_t>& fed, std::vector<Wire>& out);
  void unfed(int i, uint32_t p);
  void agree_all(int i, std::vector<Wire> wires);
  void report_link(int to, int from, const PortSpec& made, Errors errors);
  // What the last stage makes and nobody takes goes to the program.
  void results();

  // slot_links.cc
  // Slots that a stage has ports for.
  static std::set<std::string> asked_slots(const Description& description);
  // Whether some stage reaches it by ports of a slot.
  bool in_flow_slot(int i) const;
  // A slot whose ports the stage described is a loop in the wiring; any other is called directly.
  void slots(int i);
  // `uses` against the slots that the manifest and the described ports name.
  // Returns those that must be filled.
  std::set<std::string> check_slots(int i, const std::set<std::string>& asked);
  // What the index says of a stage's component; null in tests that give tables of their own.
  const ComponentManifest* manifest_of(int i) const;
  // The ports of flow slots, when everything else is fixed.
  void loops();
  void loop_ports(int i, const PlannedSlot& slot, const std::vector<PortSpec>& mine, const std::vector<PortSpec>& theirs, bool outward);

  const PipelineConfig& config_;
  const PluginIndex& index_;
  std::vector<PlannedStage> stages_;
  std::vector<Description> described_;
  const Fed fed_;
  std::vector<std::set<std::string>> looping_;  // per stage: slots that are loops
  std::vector<int> order_;
  std::vector<int> way_;  // to the stage that is being visited
  std::vector<Wire> wires_;
  Errors errors_;
};

}  // namespace syrinx::core
