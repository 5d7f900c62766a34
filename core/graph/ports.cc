#include "core/graph/ports.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrinx::core {
namespace {

constexpr size_t kMostPorts = 64;

// Not about what the data are, so not for comparing.
bool is_note(const std::string& attribute) {
  return attribute == "type" || attribute == "optional" || attribute == "connected" || attribute == "strided" ||
         attribute == "description";
}

Error bad(const std::string& who, std::string note) {
  return {"E0304", fmt::format("{} describes itself wrongly", who), {}, {std::move(note)}, {}};
}

bool is_values(const Json& value) {
  if (!value.is_array()) return !value.is_object();
  return !value.empty() && std::none_of(value.begin(), value.end(),
                                        [](const Json& item) { return item.is_structured(); });
}

Result<std::vector<PortSpec>> parse_ports(const Json& json, const char* side, const std::string& who) {
  std::vector<PortSpec> out;
  if (json.is_null()) return out;
  if (!json.is_object()) return bad(who, fmt::format("\"{}\" is not an object", side));
  if (json.size() > kMostPorts) return bad(who, fmt::format("more than {} ports", kMostPorts));
  for (const auto& [name, attributes] : json.items()) {
    if (!attributes.is_object()) return bad(who, fmt::format("port \"{}\" is not an object", name));
    PortSpec port{name, name.substr(name.rfind('.') + 1), attributes};
    if (const auto type = attributes.find("type"); type != attributes.end()) {
      if (!type->is_string()) return bad(who, fmt::format("the type of port \"{}\" is not a text", name));
      port.type = *type;
      port.attributes.erase("type");
    }
    for (const auto& [key, value] : port.attributes.items()) {
      if (!is_values(value))
        return bad(who,
                   fmt::format("attribute \"{}\" of port \"{}\" is not a value or a list of values",
                               key, name));
      if (key == "optional" && !value.is_boolean())
        return bad(who, fmt::format("\"optional\" of port \"{}\" is neither true nor false", name));
    }
    out.push_back(std::move(port));
  }
  return out;
}

Json as_list(const Json& value) { return value.is_array() ? value : Json::array({value}); }

std::string shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> parts;
  for (const Json& item : value) parts.push_back(shown(item));
  return fmt::format("{}", fmt::join(parts, "|"));
}

struct Difference {
  std::string attribute;
  Json offered, taken;
};

// "dtype:s16->f32" and the like, if the one difference can be bridged.
std::string bridge(const std::vector<Difference>& differences) {
  if (differences.size() != 1) return {};
  const Difference& d = differences[0];
  const std::string from = shown(as_list(d.offered)[0]), to = shown(as_list(d.taken)[0]);
  const auto convertible = [](const std::string& dtype) { return dtype == "f32" || dtype == "s16"; };
  if (d.attribute == "dtype" && convertible(from) && convertible(to)) return fmt::format("dtype:{}->{}", from, to);
  return {};
}

}  // namespace

Result<Description> parse_description(const std::string& text, const std::string& who) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return bad(who, "it wrote no JSON object");
  for (const char* flag : {"batch", "splits", "joins"})
    if (json.contains(flag) && !json[flag].is_boolean())
      return bad(who, fmt::format("\"{}\" is neither true nor false", flag));
  try {
    Description out;
    for (const auto& [side, ports] : {std::pair{"in", &out.in}, std::pair{"out", &out.out}}) {
      auto parsed = parse_ports(json.value(side, Json()), side, who);
      if (!parsed) return std::move(parsed).errors();
      *ports = *std::move(parsed);
    }
    out.manner.batch = json.value("batch", false);
    out.manner.splits = json.value("splits", false);
    out.manner.joins = json.value("joins", false);
    out.manner.own_thread = json.value("threads", "any") == "own";
    out.manner.latency_ms = json.value("latency_ms", 50.0);
    return out;
  } catch (const Json::exception& error) {
    return bad(who, error.what());
  }
}

Json fixed(const Json& attributes) {
  Json out = Json::object();
  for (const auto& [name, value] : attributes.items()) out[name] = value.is_array() ? value[0] : value;
  return out;
}

std::string to_text(const PortSpec& port) {
  std::string out;
  for (const auto& [name, value] : port.attributes.items()) {
    if (is_note(name)) continue;
    out += out.empty() ? "{" : ", ";
    std::string text = shown(value);
    if (text.size() > 24) text = text.substr(0, 12) + "...";  // digests
    out += fmt::format("{}: {}", name, text);
  }
  return port.type + (out.empty() ? "" : out + "}");
}

Result<Agreement> agree(const PortEnd& producer, const PortEnd& consumer) {
  const PortSpec &from = *producer.port, &to = *consumer.port;
  Agreement out{{to.name, to.type, Json::object()}, {}};
  std::vector<Difference> differences;
  for (const auto& [name, offered] : from.attributes.items()) {
    if (is_note(name)) {
      out.spec.attributes[name] = offered;
      continue;
    }
    const auto taken = to.attributes.find(name);
    if (taken == to.attributes.end()) {
      out.spec.attributes[name] = as_list(offered)[0];
      continue;
    }
    const Json accepted = as_list(*taken);
    bool found = false;
    for (const Json& value : as_list(offered)) {  // in the producer's order: its preference wins
      if (std::find(accepted.begin(), accepted.end(), value) == accepted.end()) continue;
      out.spec.attributes[name] = value;
      found = true;
      break;
    }
    if (!found) differences.push_back({name, offered, *taken});
  }
  for (const auto& [name, taken] : to.attributes.items())
    if (!out.spec.attributes.contains(name) && !is_note(name) &&
        std::none_of(differences.begin(), differences.end(), [&, &n = name](const Difference& d) { return d.attribute == n; }))
      out.spec.attributes[name] = as_list(taken)[0];

  if (from.type == to.type) {
    out.adapter = bridge(differences);
    if (!out.adapter.empty()) out.spec.attributes[differences[0].attribute] = as_list(differences[0].taken)[0];
    if (differences.empty() || !out.adapter.empty()) return out;
  }
  Error error{"E0301", fmt::format("{} cannot take what {} makes", consumer.stage, producer.stage), {consumer.place, producer.place}, {}, {}};
  error.labels[0].caption = fmt::format("takes {}", to_text(to));
  error.labels[1].caption = fmt::format("makes {}", to_text(from));
  if (from.type != to.type) {
    error.notes.push_back(fmt::format("differs in type ({}, not {})", from.type, to.type));
  } else {
    std::vector<std::string> parts;
    for (const Difference& d : differences) parts.push_back(fmt::format("{} ({}, not {})", d.attribute, shown(d.offered), shown(d.taken)));
    std::string text;
    for (size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    error.notes.push_back("differs in " + text);
  }
  return error;
}

}  // namespace syrinx::core
