#include "core/graph/negotiation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/plugin/control_call.h"

namespace syrinx::core {

Result<Plan> Negotiation::run() {
  order();
  if (errors_.empty())
    for (int stage : order_) negotiate(stage);
  if (errors_.empty()) loops();
  if (errors_.empty()) results();
  if (!errors_.empty()) return std::move(errors_);
  return finish();
}

void Negotiation::order() {
  // The way through a flow slot is a loop, and orders nothing.
  looping_.resize(stages_.size());
  for (size_t i = 0; i < stages_.size(); ++i)
    if (!written(static_cast<int>(i)).uses.empty() && describe(static_cast<int>(i), Json::object())) looping_[i] = asked_slots(described(static_cast<int>(i)));
  std::vector<int> state(stages_.size(), 0);
  for (const Named& name : config_.flow) visit(index_of(name.name), state);
  for (size_t i = 0; i < stages_.size(); ++i) visit(static_cast<int>(i), state);
}

void Negotiation::visit(int i, std::vector<int>& state) {
  auto& mine = state[static_cast<size_t>(i)];
  if (mine == 2 || !errors_.empty()) return;
  if (mine == 1) {
    std::string way;
    for (auto at = std::find(way_.begin(), way_.end(), i); at != way_.end(); ++at)
      way = fmt::format(" -> \"{}\"{}", stage(*at).name, way);
    errors_.push_back(
        {"E0303",
         fmt::format("the wiring of \"{}\" goes round in a circle", stage(i).name),
         {stage(i).place},
         {fmt::format("\"{}\"{}", stage(i).name, way), "only the ports of a slot may lead back"},
         {}});
    return;
  }
  mine = 1;
  way_.push_back(i);
  for (const SlotLink& use : written(i).uses)
    if (!looping_[static_cast<size_t>(i)].count(use.slot)) visit(index_of(use.stage.name), state);
  for (const PortLink& link : written(i).in) visit(index_of(link.stage), state);
  if (const int before = before_in_flow(i); before >= 0) visit(before, state);
  mine = 2;
  way_.pop_back();
  order_.push_back(i);
}

bool Negotiation::describe(int i, const Json& inputs) {
  PlannedStage& s = stage(i);
  const std::string options = s.options.dump(), fixed_inputs = inputs.dump();
  ControlCall call(fmt::format("stage {} ({})", s.name, s.plugin));
  std::string text;
  const syx_status status = s.table->describe(call.get(), to_syx(options), to_syx(fixed_inputs), append_to_string, &text);
  Errors failed = call.errors(status, stage_code(status, "E0304"), s.place);
  if (failed.empty()) {
    auto description = parse_description(text, fmt::format("stage {} ({})", s.name, s.plugin));
    if (description) {
      described_[static_cast<size_t>(i)] = *std::move(description);
      return true;
    }
    failed = description.errors();
    for (Error& error : failed) error.labels.push_back(s.place);
  }
  errors_.insert(errors_.end(), failed.begin(), failed.end());
  return false;
}

void Negotiation::negotiate(int i) {
  if (!describe(i, Json::object())) return;
  std::vector<Wire> wires = sources(i);
  if (!errors_.empty()) return;
  Json inputs = Json::object();
  for (const Wire& wire : wires) {
    if (wire.from.stage == PortRef::kHost) continue;
    const PortSpec& from = stage(wire.from.stage).out[wire.from.port];
    Json spec = from.attributes;
    spec["type"] = from.type;
    inputs[described(i).in[wire.to.port].name] = spec;
  }
  if (!inputs.empty() && !describe(i, inputs)) return;
  agree_all(i, std::move(wires));
  PlannedStage& s = stage(i);
  s.manner = described(i).manner;
  s.in = described(i).in;
  s.out = described(i).out;
  for (PortSpec& port : s.out) port.attributes = fixed(port.attributes);
  slots(i);
}

void Negotiation::create_after_slots(int i, std::vector<bool>& seen, std::vector<int>& out) {
  if (seen[static_cast<size_t>(i)]) return;
  seen[static_cast<size_t>(i)] = true;
  for (const PlannedSlot& slot : stage(i).slots) create_after_slots(slot.stage, seen, out);
  out.push_back(i);
}

Plan Negotiation::finish() {
  Plan plan;
  plan.name = config_.name;
  plan.run = {config_.run.batch, config_.run.stream, config_.run.anchor_voice, config_.run.seed, config_.run.seed_given,
              config_.run.threads, config_.run.deadline_s, config_.run.queue};
  std::vector<int> created, place(stages_.size());
  std::vector<bool> seen(stages_.size());
  for (int i : order_) create_after_slots(i, seen, created);
  for (size_t k = 0; k < created.size(); ++k) place[static_cast<size_t>(created[k])] = static_cast<int>(k);
  const auto moved = [&](int i) { return i < 0 ? i : place[static_cast<size_t>(i)]; };
  for (Wire& wire : wires_) {
    wire.from.stage = moved(wire.from.stage);
    wire.to.stage = moved(wire.to.stage);
  }
  plan.wires = std::move(wires_);
  for (int i : created) {
    plan.stages.push_back(std::move(stage(i)));
    for (PlannedSlot& slot : plan.stages.back().slots) slot.stage = moved(slot.stage);
  }
  for (size_t k = 0; k < plan.stages.size(); ++k) {
    PlannedStage& s = plan.stages[k];
    const auto at = [&](const PortRef& ref) { return ref.stage == static_cast<int>(k); };
    s.called_directly = std::none_of(plan.wires.begin(), plan.wires.end(), [&](const Wire& w) { return at(w.from) || at(w.to); });
  }
  for (const Named& name : config_.flow)
    for (const PlannedStage& s : plan.stages)
      if (s.name == name.name) plan.first_audio_ms += s.manner.latency_ms;
  return plan;
}

}  // namespace syrinx::core
