// A plan as text and as JSON.
#include <fmt/format.h>

#include "core/graph/plan.h"
#include "core/graph/ports.h"

namespace syrinx::core {
namespace {

std::string end_name(const Plan& plan, const PortRef& ref, bool out) {
  if (ref.stage == PortRef::kHost) return "the program";
  const PlannedStage& stage = plan.stages[static_cast<size_t>(ref.stage)];
  return fmt::format("{}.{}", stage.name, (out ? stage.out : stage.in)[ref.port].name);
}

std::string manner_text(const PlannedStage& stage) {
  std::string out = stage.called_directly ? "called directly" : stage.manner.batch ? "batches" : "plain or steps";
  if (stage.manner.splits) out += ", splits";
  if (stage.manner.joins) out += ", joins";
  return out;
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string out = fmt::format("pipeline {}\n\nstages:\n", plan.name.empty() ? "(unnamed)" : plan.name);
  size_t width = 5, plugin_width = 6;
  for (const PlannedStage& stage : plan.stages) {
    width = std::max(width, stage.name.size());
    plugin_width = std::max(plugin_width, stage.plugin.size());
  }
  for (const PlannedStage& stage : plan.stages) {
    out += fmt::format("  {:<{}}  {:<{}}  {:<8} {:<8} {}\n", stage.name, width, stage.plugin, plugin_width, stage.version, stage.device, manner_text(stage));
    for (const PlannedSlot& slot : stage.slots)
      out += fmt::format("  {:<{}}    {}: {}{}\n", "", width, slot.name, plan.stages[static_cast<size_t>(slot.stage)].name,
                         slot.table ? fmt::format(" ({})", slot.tier) : " (loop)");
  }
  out += "\nlinks:\n";
  for (const Wire& wire : plan.wires) {
    out += fmt::format("  {} -> {}  {}", end_name(plan, wire.from, true), end_name(plan, wire.to, false), to_text(wire.spec));
    out += wire.adapter.empty() ? "\n" : fmt::format("  [{}]\n", wire.adapter);
  }
  out += fmt::format("\nexpected delay to first audio: {:.0f} ms (declared by the stages)\n", plan.first_audio_ms);
  for (const std::string& remark : plan.remarks) out += fmt::format("remark: {}\n", remark);
  return out;
}

Json to_json(const Plan& plan) {
  Json stages = Json::array(), links = Json::array();
  for (const PlannedStage& stage : plan.stages) {
    Json slots = Json::object();
    for (const PlannedSlot& slot : stage.slots)
      slots[slot.name] = {{"stage", plan.stages[static_cast<size_t>(slot.stage)].name}, {"direct", slot.table}, {"tier", slot.tier}};
    stages.push_back({{"name", stage.name}, {"plugin", stage.plugin}, {"version", stage.version}, {"kind", stage.kind},
                      {"device", stage.device}, {"options", stage.options}, {"slots", slots}});
  }
  for (const Wire& wire : plan.wires)
    links.push_back({{"from", end_name(plan, wire.from, true)}, {"to", end_name(plan, wire.to, false)}, {"type", wire.spec.type},
                     {"attributes", wire.spec.attributes}, {"adapter", wire.adapter}});
  return {{"name", plan.name}, {"stages", stages}, {"links", links}, {"first_audio_ms", plan.first_audio_ms}, {"remarks", plan.remarks}};
}

}  // namespace syrinx::core
