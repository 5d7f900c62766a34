#include "core/graph/negotiation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/report/suggest.h"

namespace syrinx::core {

std::vector<Wire> Negotiation::sources(int i) {
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

std::optional<uint32_t> Negotiation::named_output(int from, const PortLink& link, const std::string& type) {
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

void Negotiation::no_port(int i, const Mark& mark, const std::string& name, const std::vector<PortSpec>& ports, const char* side) {
  std::vector<std::string> names;
  for (const PortSpec& port : ports) names.push_back(port.name);
  errors_.push_back({"E0306", fmt::format("\"{}\" ({}) has no {} \"{}\"", stage(i).name, stage(i).plugin, side, name),
                     {mark.label(did_you_mean(name, names))},
                     {names.empty() ? fmt::format("it has no {}s", side) : fmt::format("it has: {}", fmt::join(names, ", "))}, {}});
}

void Negotiation::flow_sources(int i, std::set<uint32_t>& fed, std::vector<Wire>& out) {
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

void Negotiation::unfed(int i, uint32_t p) {
  const PortSpec& port = described(i).in[p];
  Error error{"E0302", fmt::format("nothing feeds the input \"{}\" of \"{}\"", port.name, stage(i).name), {stage(i).place}, {}, {}};
  error.notes.push_back(fmt::format("{} takes {}", stage(i).plugin, to_text(port)));
  for (size_t k = 0; k < stages_.size(); ++k)
    for (const PortSpec& from : stages_[k].out)
      if (from.type == port.type && static_cast<int>(k) != i && error.help.empty())
        error.help.push_back(fmt::format("in: {{ {}: {}.{} }}", port.name, stages_[k].name, from.name));
  errors_.push_back(std::move(error));
}

void Negotiation::agree_all(int i, std::vector<Wire> wires) {
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

void Negotiation::report_link(int to, int from, const PortSpec& made, Errors errors) {
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

void Negotiation::results() {
  const int last = index_of(config_.flow.back().name);
  const auto& out = stage(last).out;
  for (uint32_t p = 0; p < out.size(); ++p) {
    const bool taken = std::any_of(wires_.begin(), wires_.end(), [&](const Wire& w) { return w.from.stage == last && w.from.port == p; });
    if (!taken && !is_loop(out[p])) wires_.push_back({{last, p}, {PortRef::kHost, p}, out[p], {}, false});
  }
}

}  // namespace syrinx::core
