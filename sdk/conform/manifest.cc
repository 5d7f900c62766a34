#include "manifest.h"

#include "host.h"
#include "syrinx/ext/manifest.h"

namespace syrinx::conform {
namespace {

// Options that a schema can complete by itself: its defaults. False if one is required.
bool default_options(const Json& schema, Json* out) {
  *out = Json::object();
  if (schema.contains("required") && !schema["required"].empty()) return false;
  if (!schema.contains("properties")) return true;
  for (const auto& [name, property] : schema["properties"].items())
    if (property.contains("default")) (*out)[name] = property["default"];
  return true;
}

// The ports that `describe` writes for default options, where that is possible.
Json described_ports(const syx_component& component, const Json& schema) {
  Json options;
  if (!default_options(schema, &options)) return Json::object();
  RecordingCall call;
  const std::string text = options.dump();
  std::string out;
  const syx_status status = component.describe(call.get(), {text.data(), text.size()}, {"{}", 2}, RecordingCall::append, &out);
  const Json parsed = status == SYX_OK ? Json::parse(out, nullptr, false) : Json();
  return parsed.is_object() ? parsed : Json::object();
}

}  // namespace

Json make_manifest(const syx_plugin& plugin, const std::string& library, const std::string& short_name) {
  Json facts = Json::object();
  if (plugin.query)
    if (const void* text = plugin.query(SYX_MANIFEST_V1)) facts = Json::parse(static_cast<const char*>(text), nullptr, false);
  if (!facts.is_object()) facts = Json::object();
  const Json known = facts.value("components", Json::object());
  Json components = Json::array();
  for (uint32_t i = 0; i < plugin.component_count; ++i) {
    const syx_component& c = *plugin.components[i];
    const Json extra = known.value(c.name, Json::object());
    const Json schema = Json::parse(c.schema, nullptr, false);
    const Json ports = described_ports(c, schema);
    Json out = {{"name", c.name}, {"kind", c.kind}};
    for (const char* key : {"summary", "devices", "streaming", "slots"})
      if (extra.contains(key)) out[key] = extra[key];
    for (const char* side : {"in", "out"}) {
      if (extra.contains(side)) out[side] = extra[side];
      else if (ports.contains(side) && !ports[side].empty()) out[side] = ports[side];
    }
    out["options"] = schema;
    components.push_back(std::move(out));
  }
  Json out = {{"manifest", 1},
              {"id", plugin.id},
              {"short", short_name},
              {"version", plugin.version},
              {"abi", ">=" + std::to_string(SYX_ABI_MAJOR) + "." + std::to_string(plugin.abi_oldest)},
              {"library", library}};
  if (facts.contains("runtime")) out["runtime"] = facts["runtime"];
  out["components"] = components;
  return out;
}

}  // namespace syrinx::conform
