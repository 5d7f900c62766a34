// Stages made from a plan, and their threads.
#include <fmt/format.h>

#include <algorithm>

#include "core/plugin/control_call.h"
#include "core/run/impl.h"

namespace syrinx::core {
namespace {

std::string who(const PlannedStage& stage) { return fmt::format("stage {} ({})", stage.name, stage.plugin); }

Json ports_json(const PlannedStage& stage) {
  Json out = {{"in", Json::object()}, {"out", Json::object()}};
  for (const auto& [side, ports] : {std::pair{"in", &stage.in}, std::pair{"out", &stage.out}})
    for (const PortSpec& port : *ports) {
      Json spec = port.attributes;
      spec["type"] = port.type;
      out[side][port.name] = spec;
    }
  return out;
}

// Creates the stage and opens its session; on the stage's own thread if it asks for that.
Errors make(Engine_Impl& engine, Stage& stage) {
  PlannedStage& plan = *stage.plan;
  const std::string options = plan.options.dump(), ports = ports_json(plan).dump();
  std::vector<std::string> texts;
  texts.reserve(plan.slots.size());
  std::vector<syx_slot> slots;
  for (const PlannedSlot& slot : plan.slots) {
    const Stage& used = *engine.stages[static_cast<size_t>(slot.stage)];
    texts.push_back(used.plan->options.dump());
    slots.push_back({sizeof(syx_slot), to_syx(slot.name), to_syx(texts.back()), used.made});
  }
  std::vector<const syx_slot*> pointers;
  for (const syx_slot& slot : slots) pointers.push_back(&slot);
  const syx_create given = {sizeof(syx_create), to_syx(options), to_syx(ports), nullptr, pointers.data(), 0,
                            static_cast<uint32_t>(pointers.size()), plan.threads, 0};
  ControlCall call(who(plan));
  syx_status status = plan.table->create(call.get(), &given, &stage.made);
  if (status >= 0 && !stage.made) status = SYX_E_INTERNAL;
  Errors errors = call.errors(status, stage_code(status, "E0503"), plan.place);
  if (errors.empty() && engine.interpose) stage.made = engine.interpose(plan, stage.made);
  if (!errors.empty() || plan.called_directly) return errors;
  stage.flow = static_cast<const syx_flow_v1*>(stage.made->query(stage.made, SYX_FLOW_V1));
  if (!stage.flow) {
    return {Error{"E0502", fmt::format("{} is wired and has no {}", who(plan), SYX_FLOW_V1), {plan.place}, {}, {}}};
  }
  stage.steps = SYX_REACHES(syx_flow_v1, stage.flow, step) && stage.flow->step;
  stage.batch = plan.manner.batch && !stage.steps;
  stage.shared = stage.steps || stage.batch;
  ControlCall opening(who(plan));
  status = stage.flow->open(opening.get(), stage.made, &stage.session);
  return opening.errors(status, stage_code(status, "E0503"), plan.place);
}

void unmake(Stage& stage) {
  if (stage.session) stage.flow->close(stage.session);
  if (stage.made) stage.made->destroy(stage.made);
  stage.session = nullptr;
  stage.made = nullptr;
}

// How many splits lie between the program and each stage; a stage that joins is back at none.
void find_depths(Engine_Impl& engine) {
  for (size_t pass = 0; pass < engine.stages.size(); ++pass) {
    for (const WireState& state : engine.wires) {
      const Wire& wire = state.wire;
      if (wire.loop || wire.from.stage == PortRef::kHost || wire.to.stage == PortRef::kHost) continue;
      const Stage& from = engine.stage_at(wire.from.stage);
      Stage& to = engine.stage_at(wire.to.stage);
      if (to.plan->manner.joins) continue;
      to.depth = std::max(to.depth, from.depth + (from.plan->manner.splits && wire.from.port == 0 ? 1 : 0));
    }
  }
}

void connect(Engine_Impl& engine) {
  for (const Wire& wire : engine.plan.wires) engine.wires.push_back({wire, 0});
  engine.host.index = PortRef::kHost;
  engine.host.engine = &engine;
  engine.host.joins = true;
  engine.host.shared = true;
  size_t results = 0;
  for (auto& stage : engine.stages) {
    stage->out_wires.resize(stage->plan->out.size());
    stage->in_wire.assign(stage->plan->in.size(), -1);
    stage->slot_wires.resize(stage->plan->in.size());
    for (const PortSpec& port : stage->plan->in) stage->in_slot.push_back(slot_of(*stage->plan, port.name));
    for (const PortSpec& port : stage->plan->out) stage->out_slot.push_back(slot_of(*stage->plan, port.name));
  }
  for (size_t w = 0; w < engine.wires.size(); ++w) {
    Wire& wire = engine.wires[w].wire;
    const auto number = static_cast<int>(w);
    // The host's ports are numbered as they come; a plan may leave gaps.
    if (wire.to.stage == PortRef::kHost) wire.to.port = static_cast<uint32_t>(results++);
    if (wire.from.stage != PortRef::kHost) {
      Stage& from = engine.stage_at(wire.from.stage);
      from.out_wires[wire.from.port].push_back(number);
      from.in_flow |= !wire.loop;
    }
    if (wire.to.stage == PortRef::kHost) {
      engine.host.in_wire.push_back(number);
      engine.host.in_slot.push_back(-1);
      engine.host.slot_wires.emplace_back();
      continue;
    }
    Stage& to = engine.stage_at(wire.to.stage);
    to.in_flow |= !wire.loop;
    if (wire.loop && to.in_slot[wire.to.port] < 0) {
      to.slot_wires[wire.to.port].push_back(number);
      to.is_slot = true;
    } else {
      to.in_wire[wire.to.port] = number;
    }
  }
  find_depths(engine);
}

}  // namespace

Errors Engine_Impl::create_stages() {
  for (size_t i = 0; i < plan.stages.size(); ++i) {
    auto stage = std::make_unique<Stage>();
    stage->engine = this;
    stage->index = static_cast<int>(i);
    stage->plan = &plan.stages[i];
    stage->joins = plan.stages[i].manner.joins;
    stage->memory = new MemoryCount;
    stage->times.stage = plan.stages[i].name;
    stages.push_back(std::move(stage));
  }
  connect(*this);
  for (auto& stage : stages) {
    if (stage->plan->manner.own_thread) continue;
    Errors errors = make(*this, *stage);
    if (!errors.empty()) return errors;
  }
  // A stage that wants all its calls on one thread is made there.
  for (auto& stage : stages) {
    if (!stage->plan->manner.own_thread) continue;
    Errors errors;
    bool made = false;
    Stage* s = stage.get();
    s->thread = std::thread([this, s, &errors, &made] {
      Errors mine = make(*this, *s);
      const bool failed = !mine.empty();
      {
        const std::lock_guard lock(mutex);
        errors = std::move(mine);
        made = true;
        roots_changed.notify_all();
      }
      if (!failed && s->flow) run_stage(*s);
      if (!s->abandoned) unmake(*s);
    });
    std::unique_lock lock(mutex);
    roots_changed.wait(lock, [&] { return made; });
    if (!errors.empty()) return errors;
  }
  return {};
}

void Engine_Impl::start_threads() {
  for (auto& stage : stages)
    if (stage->flow && !stage->thread.joinable()) stage->thread = std::thread([this, s = stage.get()] { run_stage(*s); });
  host.thread = std::thread([this] { run_host(); });
  time_thread = std::thread([this] { watch_time(); });
}

Engine_Impl::~Engine_Impl() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    for (auto& stage : stages) stage->wake.notify_all();
    host.wake.notify_all();
    time_wake.notify_all();
  }
  for (auto& stage : stages)
    if (stage->thread.joinable()) stage->thread.join();
  for (std::thread* thread : {&host.thread, &time_thread})
    if (thread->joinable()) thread->join();
  // Users before what they use.
  for (auto it = stages.rbegin(); it != stages.rend(); ++it) unmake(**it);
  for (auto& stage : stages) drop_owner(stage->memory);
}

}  // namespace syrinx::core
