#include "core/config/print.h"

#include <fmt/format.h>

#include <map>

#include "core/config/shape.h"

namespace syrinx::core {
namespace {

// A scalar that reads back as the same text: plain where YAML leaves it alone, else JSON's quotes.
std::string scalar_text(const Node& node) {
  const std::string& text = node.scalar;
  const bool plain = !node.quoted && !text.empty() && text.find_first_of(":#{}[],&*!|>'\"%@`\n\t") == std::string::npos &&
                     text.front() != ' ' && text.back() != ' ' && text.front() != '-' && text.front() != '?' && text != "~" && text != "null";
  const bool number = !node.quoted && !text.empty() && (text.front() == '-' && text.find_first_not_of("-0123456789.eE") == std::string::npos);
  return plain || number ? text : Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string key_text(const std::string& key, const Mark& mark) { return scalar_text(Node::of_scalar(key, mark)); }

std::string origin(const Mark& mark) {
  const Place place = mark.place();
  return place.line > 0 ? fmt::format("  # {}:{}", place.file, place.line) : "";
}

void write(const Node& node, int indent, bool origins, std::string& out) {
  const std::string margin(static_cast<size_t>(indent), ' ');
  const auto child = [&](const Node& value) {
    const std::string from = origins ? origin(value.mark) : "";
    if (value.is_scalar()) out += " " + scalar_text(value) + from + "\n";
    else if (value.is_null()) out += " ~" + from + "\n";
    else if (value.is_map() && value.entries.empty()) out += " {}" + from + "\n";
    else if (value.is_sequence() && value.items.empty()) out += " []" + from + "\n";
    else {
      out += "\n";
      write(value, indent + 2, origins, out);
    }
  };
  for (const Entry& entry : node.entries) {
    out += margin + key_text(entry.key, entry.mark) + ":";
    child(entry.value);
  }
  for (const Node& item : node.items) {
    out += margin + "-";
    child(item);
  }
}

void flatten(const Node& node, const std::string& path, std::map<std::string, std::string>& out) {
  if (node.is_map() && !node.entries.empty()) {
    for (const Entry& entry : node.entries) flatten(entry.value, path.empty() ? entry.key : path + "." + entry.key, out);
  } else {
    out[path] = plain_json(node).dump();
  }
}

Json schema_of(const Field& field) {
  static constexpr const char* kTypes[] = {"string", "integer", "number", "boolean", "object", "array", "", "array", ""};
  Json out = Json::object();
  const char* type = kTypes[static_cast<int>(field.shape)];
  if (*type) out["type"] = type;
  if (field.shape == Shape::kTexts) out["items"] = {{"type", "string"}};
  if (field.shape == Shape::kScalar) out["type"] = {"string", "number", "boolean"};
  out["description"] = field.help;
  return out;
}

// The schema of the map at `path`, from all fields under it.
Json schema_under(const std::string& path) {
  Json out = {{"type", "object"}, {"properties", Json::object()}, {"patternProperties", {{"^x-", Json::object()}}}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const Field& field : pipeline_fields()) {
    const size_t dot = field.path.rfind('.');
    const std::string above(dot == std::string_view::npos ? "" : field.path.substr(0, dot));
    if (above != path) continue;
    const std::string name(field.path.substr(dot == std::string_view::npos ? 0 : dot + 1));
    Json schema = field.shape == Shape::kMap ? schema_under(std::string(field.path)) : schema_of(field);
    schema["description"] = field.help;
    if (name == "*") out["additionalProperties"] = schema;
    else out["properties"][name] = schema;
    if (field.required) required.push_back(name);
  }
  if (!required.empty()) out["required"] = required;
  return out;
}

}  // namespace

std::string to_yaml(const Node& root, bool origins) {
  if (root.is_map() && root.entries.empty()) return "{}\n";
  std::string out;
  write(root, 0, origins, out);
  return out;
}

std::vector<std::string> difference(const Node& a, const Node& b) {
  std::map<std::string, std::string> left, right;
  flatten(a, "", left);
  flatten(b, "", right);
  std::vector<std::string> out;
  for (const auto& [path, value] : left) {
    const auto other = right.find(path);
    if (other == right.end()) out.push_back(fmt::format("{}: {} -> (absent)", path, value));
    else if (other->second != value) out.push_back(fmt::format("{}: {} -> {}", path, value, other->second));
  }
  for (const auto& [path, value] : right)
    if (!left.count(path)) out.push_back(fmt::format("{}: (absent) -> {}", path, value));
  return out;
}

Json json_schema(const PluginIndex& index) {
  Json out = schema_under("");
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "Syrinx pipeline, version 1";
  Json names = Json::array(), choices = Json::array();
  for (const Manifest& manifest : index.plugins) {
    for (const ComponentManifest& component : manifest.components) {
      const std::string name = manifest.short_name + "/" + component.name;
      names.push_back(name);
      Json options = component.options.is_object() ? component.options : Json::object();
      options.erase("required");  // an overlay may leave it to the file it changes
      options["additionalProperties"] = false;
      choices.push_back({{"if", {{"properties", {{"plugin", {{"const", name}}}}}, {"required", {"plugin"}}}},
                         {"then", {{"properties", {{"options", options}}}}}});
    }
  }
  Json& stage = out["properties"]["stages"]["additionalProperties"];
  if (!names.empty()) {
    stage["properties"]["plugin"]["examples"] = names;
    stage["allOf"] = choices;
  }
  return out;
}

}  // namespace syrinx::core
