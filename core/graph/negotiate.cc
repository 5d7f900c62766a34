#include "core/graph/negotiate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/graph/ports.h"
#include "core/graph/resolve.h"
#include "core/plugin/control_call.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

bool is_loop(const PortSpec& port) { return port.name.find('.') != std::string::npos; }
bool is_optional(const PortSpec& port) { return port.attributes.value("optional", false); }

class Negotiation {
 public:
  Negotiation(const PipelineConfig& config, const PluginIndex& index, std::vector<PlannedStage> stages, Fed fed)
      : config_(config), index_(index), stages_(std::move(stages)), described_(stages_.size()), fed_(fed) {}

  Result<Plan> run() {
    order();
    if (errors_.empty())
      for (int stage : order_) negotiate(stage);
    if (errors_.empty()) loops();
    if (errors_.empty()) results();
    if (!errors_.empty()) return std::move(errors_);
    return finish();
  }

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

  // Slots' stages before their users, sources before what they feed.
  void order() {
    // The way through a flow slot is a loop, and orders nothing.
    looping_.resize(stages_.size());
    for (size_t i = 0; i < stages_.size(); ++i)
      if (!written(static_cast<int>(i)).uses.empty() && describe(static_cast<int>(i), Json::object())) looping_[i] = asked_slots(described(static_cast<int>(i)));
    std::vector<int> state(stages_.size(), 0);
    for (const Named& name : config_.flow) visit(index_of(name.name), state);
    for (size_t i = 0; i < stages_.size(); ++i) visit(static_cast<int>(i), state);
  }

  void visit(int i, std::vector<int>& state) {
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

  bool is_first(int i) const { return !config_.flow.empty() && config_.flow[0].name == stages_[static_cast<size_t>(i)].name; }
  // Whether some stage reaches it by ports of a slot.
  bool in_flow_slot(int i) const {
    for (size_t k = 0; k < stages_.size(); ++k)
      for (const SlotLink& use : written(static_cast<int>(k)).uses)
        if (looping_[k].count(use.slot) && use.stage.name == stages_[static_cast<size_t>(i)].name) return true;
    return false;
  }

  // Slots that a stage has ports for.
  static std::set<std::string> asked_slots(const Description& description) {
    std::set<std::string> out;
    for (const auto* ports : {&description.in, &description.out})
      for (const PortSpec& port : *ports)
        if (is_loop(port)) out.insert(port.name.substr(0, port.name.find('.')));
    return out;
  }

  bool describe(int i, const Json& inputs) {
    PlannedStage& s = stage(i);
    const std::string options = s.options.dump(), fixed_inputs = inputs.dump();
    ControlCall call(fmt::format("stage {} ({})", s.name, s.plugin));
    std::string text;
    const syx_status status = s.table->describe(call.get(), to_syx(options), to_syx(fixed_inputs), append_to_string, &text);
    Errors failed = call.errors(status, "E0304", s.place);
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

  // Describes once to learn the ports, finds who feeds them, and once more with what they will get.
  void negotiate(int i) {
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

  Description& described(int i) { return described_[static_cast<size_t>(i)]; }

  std::vector<Wire> sources(int i) {
    std::vector<Wire> out;
    std::set<uint32_t> fed;
    const auto& in = described(i).in;
    for (const PortLink& link : written(i).in) {
      const auto to = std::find_if(in.begin(), in.end(), [&](const PortSpec& p) { return p.name == link.port; });
      if (to == in.end()) {
        no_port(i, link.mark, link.port, in, "input");
        continue;
      }
      const int from = index_of(link.stage);
      const auto port = named_output(from, link, to->type);
      if (!port) continue;
      const PortSpec& made = stage(from).out[*port];
      if (made.type != to->type) {
        report_link(
            i, from, made,
            agree(end(from, made), {&*to, stage(i).name, link.from_mark.label()}).errors());
        continue;
      }
      const auto number = static_cast<uint32_t>(to - in.begin());
      out.push_back({{from, *port}, {i, number}, {}, {}, false});
      fed.insert(number);
    }
    if (!errors_.empty()) return out;
    flow_sources(i, fed, out);
    // Outside the flow, what a stage takes comes from those that have it in a slot.
    if (fed.empty() && before_in_flow(i) < 0 && !is_first(i) && in_flow_slot(i)) return out;
    for (uint32_t p = 0; p < in.size(); ++p)
      if (!fed.count(p) && !is_optional(in[p]) && !is_loop(in[p]) && errors_.empty()) unfed(i, p);
    return out;
  }

  std::optional<uint32_t> named_output(int from, const PortLink& link, const std::string& type) {
    const auto& out = stage(from).out;
    std::vector<uint32_t> fits;
    for (uint32_t p = 0; p < out.size(); ++p) {
      if (is_loop(out[p])) continue;
      if (link.from_port.empty() ? out[p].type == type : out[p].name == link.from_port) fits.push_back(p);
    }
    if (fits.size() == 1) return fits[0];
    no_port(from, link.from_mark, link.from_port.empty() ? type : link.from_port, out, "output");
    return std::nullopt;
  }

  void no_port(int i, const Mark& mark, const std::string& name, const std::vector<PortSpec>& ports, const char* side) {
    std::vector<std::string> names;
    for (const PortSpec& port : ports) names.push_back(port.name);
    errors_.push_back({"E0306", fmt::format("\"{}\" ({}) has no {} \"{}\"", stage(i).name, stage(i).plugin, side, name),
                       {mark.label(did_you_mean(name, names))},
                       {names.empty() ? fmt::format("it has no {}s", side) : fmt::format("it has: {}", fmt::join(names, ", "))}, {}});
  }

  // Neighbours in flow connect by type when exactly one pairing exists; the first stage takes what the program feeds.
  void flow_sources(int i, std::set<uint32_t>& fed, std::vector<Wire>& out) {
    const auto& in = described(i).in;
    std::vector<uint32_t> open;
    for (uint32_t p = 0; p < in.size(); ++p)
      if (!fed.count(p) && !is_loop(in[p])) open.push_back(p);
    if (is_first(i)) {
      for (const char* type : {"text", "audio"}) {
        const auto p = std::find_if(open.begin(), open.end(), [&](uint32_t port) { return in[port].type == type; });
        if (p == open.end() || (in[*p].type == "audio" && fed_ == Fed::kText)) continue;
        out.push_back({{PortRef::kHost, 0}, {i, *p}, {}, {}, false});
        fed.insert(*p);
      }
      return;
    }
    const int before = before_in_flow(i);
    if (before < 0) return;
    const auto& made = stage(before).out;
    // An output type that occurs once on each side is a pairing.
    std::map<std::string, std::vector<uint32_t>> makers, takers;
    for (uint32_t p = 0; p < made.size(); ++p)
      if (!is_loop(made[p])) makers[made[p].type].push_back(p);
    for (uint32_t p : open) takers[in[p].type].push_back(p);
    for (const auto& [type, ports] : takers) {
      const auto from = makers.find(type);
      if (from == makers.end()) continue;
      if (ports.size() == 1 && from->second.size() == 1) {
        out.push_back({{before, from->second[0]}, {i, ports[0]}, {}, {}, false});
        fed.insert(ports[0]);
        continue;
      }
      Error error{"E0302", fmt::format("more than one way to connect \"{}\" and \"{}\"", stage(before).name, stage(i).name),
                  {stage(i).place, stage(before).place}, {}, {}};
      error.notes.push_back(fmt::format("outputs of type {}: {}, inputs: {}", type,
                                        from->second.size(), ports.size()));
      error.help.push_back(fmt::format("in: {{ {}: {}.{} }}", in[ports[0]].name, stage(before).name, made[from->second[0]].name));
      errors_.push_back(std::move(error));
    }
    const bool joined = std::any_of(out.begin(), out.end(), [&](const Wire& w) { return w.from.stage == before; });
    if (!joined && errors_.empty() && !made.empty() && !open.empty()) {
      auto mismatch = agree(end(before, made[0]), {&in[open[0]], stage(i).name, stage(i).place});
      if (!mismatch) report_link(i, before, made[0], std::move(mismatch).errors());
    } else if (!joined && errors_.empty()) {
      Error error{
          "E0302",
          fmt::format("nothing of \"{}\" goes into \"{}\"", stage(before).name, stage(i).name),
          {stage(i).place, stage(before).place},
          {},
          {}};
      error.labels[0].caption = in.empty()     ? "takes nothing"
                                : open.empty() ? "all its inputs come from elsewhere"
                                               : "takes " + to_text(in[open[0]]);
      error.labels[1].caption = made.empty() ? "makes nothing" : "makes " + to_text(made[0]);
      errors_.push_back(std::move(error));
    }
  }

  void unfed(int i, uint32_t p) {
    const PortSpec& port = described(i).in[p];
    Error error{"E0302", fmt::format("nothing feeds the input \"{}\" of \"{}\"", port.name, stage(i).name), {stage(i).place}, {}, {}};
    error.notes.push_back(fmt::format("{} takes {}", stage(i).plugin, to_text(port)));
    for (size_t k = 0; k < stages_.size(); ++k)
      for (const PortSpec& from : stages_[k].out)
        if (from.type == port.type && static_cast<int>(k) != i && error.help.empty())
          error.help.push_back(fmt::format("in: {{ {}: {}.{} }}", port.name, stages_[k].name, from.name));
    errors_.push_back(std::move(error));
  }

  PortEnd end(int i, const PortSpec& port) const {
    return {&port, stages_[static_cast<size_t>(i)].name, stages_[static_cast<size_t>(i)].place};
  }

  void agree_all(int i, std::vector<Wire> wires) {
    for (Wire& wire : wires) {
      const PortSpec& to = described(i).in[wire.to.port];
      if (wire.from.stage == PortRef::kHost) {
        wire.spec = {to.name, to.type, fixed(to.attributes)};
        if (wire.spec.attributes.value("dtype", "") == "s16") wire.adapter = "dtype:f32->s16";
      } else {
        const PortSpec& from = stage(wire.from.stage).out[wire.from.port];
        auto agreed = agree(end(wire.from.stage, from), end(i, to));
        if (!agreed) {
          report_link(i, wire.from.stage, from, std::move(agreed).errors());
          continue;
        }
        wire.spec = agreed->spec;
        wire.adapter = agreed->adapter;
      }
      described(i).in[wire.to.port].attributes = wire.spec.attributes;
      described(i).in[wire.to.port].attributes["connected"] = true;
      wires_.push_back(std::move(wire));
    }
  }

  void report_link(int to, int from, const PortSpec& made, Errors errors) {
    std::vector<std::string> fits;
    for (const Manifest& manifest : index_.plugins) {
      for (const ComponentManifest& component : manifest.components) {
        const std::string name = manifest.short_name + "/" + component.name;
        if (component.kind != stage(to).kind || name == stage(to).plugin || fits.size() >= 5) continue;
        const auto ports = parse_description(Json{{"in", component.in}}.dump(), name);
        if (!ports) continue;
        for (const PortSpec& port : ports->in)
          if (agree(end(from, made), {&port, name, {}})) {
            fits.push_back(name);
            break;
          }
      }
    }
    for (Error& error : errors) {
      if (!fits.empty()) error.help.push_back(fmt::format("installed {}s that fit: {}", stage(to).kind, fmt::join(fits, ", ")));
      errors_.push_back(std::move(error));
    }
  }

  // A slot whose ports the stage described is a loop in the wiring; any other is called directly.
  void slots(int i) {
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

  // `uses` against the slots that the manifest and the described ports name.
  // Returns those that must be filled.
  std::set<std::string> check_slots(int i, const std::set<std::string>& asked) {
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

  // What the index says of a stage's component; null in tests that give tables of their own.
  const ComponentManifest* manifest_of(int i) const {
    const std::string& plugin = stages_[static_cast<size_t>(i)].plugin;
    const Manifest* manifest = index_.find(plugin.substr(0, plugin.find('/')));
    return manifest ? manifest->component(plugin.substr(plugin.find('/') + 1)) : nullptr;
  }

  // The ports of flow slots, when everything else is fixed.
  void loops() {
    for (int i : order_) {
      for (const PlannedSlot& slot : stage(i).slots) {
        if (slot.table) continue;
        loop_ports(i, slot, stage(i).out, stage(slot.stage).in, true);
        loop_ports(i, slot, stage(i).in, stage(slot.stage).out, false);
      }
    }
  }

  void loop_ports(int i, const PlannedSlot& slot, const std::vector<PortSpec>& mine, const std::vector<PortSpec>& theirs, bool outward) {
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

  // What the last stage makes and nobody takes goes to the program.
  void results() {
    const int last = index_of(config_.flow.back().name);
    const auto& out = stage(last).out;
    for (uint32_t p = 0; p < out.size(); ++p) {
      const bool taken = std::any_of(wires_.begin(), wires_.end(), [&](const Wire& w) { return w.from.stage == last && w.from.port == p; });
      if (!taken && !is_loop(out[p])) wires_.push_back({{last, p}, {PortRef::kHost, p}, out[p], {}, false});
    }
  }

  // Stages of slots before their users, also where the way through the slot is a loop: `create` is given them.
  void create_after_slots(int i, std::vector<bool>& seen, std::vector<int>& out) {
    if (seen[static_cast<size_t>(i)]) return;
    seen[static_cast<size_t>(i)] = true;
    for (const PlannedSlot& slot : stage(i).slots) create_after_slots(slot.stage, seen, out);
    out.push_back(i);
  }

  // Stages in creation order, everything renumbered.
  Plan finish() {
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

}  // namespace

Result<Plan> make_plan(const PipelineConfig& config, const PluginIndex& index, Fed fed) {
  std::vector<std::string> remarks;
  auto stages = resolve_stages(config, index, &remarks);
  if (!stages) return std::move(stages).errors();
  auto plan = Negotiation(config, index, *std::move(stages), fed).run();
  if (plan) plan->remarks = std::move(remarks);
  return plan;
}

}  // namespace syrinx::core
