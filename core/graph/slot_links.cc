#include "core/graph/negotiation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/report/suggest.h"

namespace syrinx::core {

bool Negotiation::in_flow_slot(int i) const {
  for (size_t k = 0; k < stages_.size(); ++k)
    for (const SlotLink& use : written(static_cast<int>(k)).uses)
      if (looping_[k].count(use.slot) && use.stage.name == stages_[static_cast<size_t>(i)].name) return true;
  return false;
}

std::set<std::string> Negotiation::asked_slots(const Description& description) {
  std::set<std::string> out;
  for (const auto* ports : {&description.in, &description.out})
    for (const PortSpec& port : *ports)
      if (is_loop(port)) out.insert(port.name.substr(0, port.name.find('.')));
  return out;
}

void Negotiation::slots(int i) {
  PlannedStage& s = stage(i);
  const std::set<std::string> asked = asked_slots(described(i));
  const std::set<std::string> needed = check_slots(i, asked);
  for (const SlotLink& use : written(i).uses) {
    const std::string& sampling = written(i).sampling;
    s.slots.push_back({use.slot, index_of(use.stage.name), !asked.count(use.slot), sampling.empty() ? "plain" : sampling});
  }
  for (const std::string& slot : needed) {
    const auto filled = std::any_of(s.slots.begin(), s.slots.end(), [&](const PlannedSlot& p) { return p.name == slot; });
    if (filled) continue;
    errors_.push_back({"E0305", fmt::format("\"{}\" ({}) needs a stage in its slot \"{}\"", s.name, s.plugin, slot), {s.place}, {},
                       {fmt::format("uses: {{ {}: STAGE }}", slot)}});
  }
}

std::set<std::string> Negotiation::check_slots(int i, const std::set<std::string>& asked) {
  std::set<std::string> needed = asked;
  const ComponentManifest* component = manifest_of(i);
  const Json declared =
      component && component->slots.is_object() ? component->slots : Json::object();
  std::vector<std::string> names(asked.begin(), asked.end());
  for (const auto& [name, slot] : declared.items()) {
    if (!asked.count(name)) names.push_back(name);
    if (!slot.is_object() || slot.value("optional", Json(false)) != Json(true))
      needed.insert(name);
  }
  for (const SlotLink& use : written(i).uses) {
    if (std::find(names.begin(), names.end(), use.slot) == names.end()) {
      errors_.push_back({"E0305",
                         fmt::format("\"{}\" ({}) has no slot \"{}\"", stage(i).name,
                                     stage(i).plugin, use.slot),
                         {use.mark.label(did_you_mean(use.slot, names))},
                         {names.empty() ? "it has no slots"
                                        : fmt::format("it has: {}", fmt::join(names, ", "))},
                         {}});
      continue;
    }
    const Json kind = declared.contains(use.slot) && declared[use.slot].is_object()
                          ? declared[use.slot].value("kind", Json())
                          : Json();
    const PlannedStage& used = stage(index_of(use.stage.name));
    if (!kind.is_string() || used.kind.empty() || kind == Json(used.kind)) continue;
    errors_.push_back({"E0305",
                       fmt::format("the slot \"{}\" of \"{}\" takes another kind of stage",
                                   use.slot, stage(i).name),
                       {use.stage.mark.label(), used.place},
                       {fmt::format("\"{}\" ({}) is a {}, not a {}", used.name, used.plugin,
                                    used.kind, kind.get<std::string>())},
                       {}});
  }
  return needed;
}

const ComponentManifest* Negotiation::manifest_of(int i) const {
  const std::string& plugin = stages_[static_cast<size_t>(i)].plugin;
  const Manifest* manifest = index_.find(plugin.substr(0, plugin.find('/')));
  return manifest ? manifest->component(plugin.substr(plugin.find('/') + 1)) : nullptr;
}

void Negotiation::loops() {
  for (int i : order_) {
    for (const PlannedSlot& slot : stage(i).slots) {
      if (slot.table) continue;
      loop_ports(i, slot, stage(i).out, stage(slot.stage).in, true);
      loop_ports(i, slot, stage(i).in, stage(slot.stage).out, false);
    }
  }
}

void Negotiation::loop_ports(int i, const PlannedSlot& slot, const std::vector<PortSpec>& mine, const std::vector<PortSpec>& theirs, bool outward) {
  for (uint32_t p = 0; p < mine.size(); ++p) {
    if (!mine[p].name.starts_with(slot.name + ".")) continue;
    const std::string name = mine[p].name.substr(slot.name.size() + 1);
    const auto found = std::find_if(theirs.begin(), theirs.end(), [&](const PortSpec& t) { return t.name == name; });
    if (found == theirs.end()) {
      if (!is_optional(mine[p])) no_port(slot.stage, written(i).mark, name, theirs, outward ? "input" : "output");
      continue;
    }
    const PortRef here{i, p}, there{slot.stage, static_cast<uint32_t>(found - theirs.begin())};
    const PortEnd a = end(i, mine[p]), b = end(slot.stage, *found);
    auto agreed = outward ? agree(a, b) : agree(b, a);
    if (!agreed) {
      errors_.insert(errors_.end(), agreed.errors().begin(), agreed.errors().end());
      continue;
    }
    wires_.push_back({outward ? here : there, outward ? there : here, agreed->spec, agreed->adapter, true});
    const PortRef& taker = wires_.back().to;
    stage(taker.stage).in[taker.port].attributes["connected"] = true;
  }
}

}  // namespace syrinx::core
