#include "core/config/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/shape.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

std::string shown(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::vector<std::string> type_names(const Json& schema) {
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  if (type->is_string()) return {type->get<std::string>()};
  return type->get<std::vector<std::string>>();
}

std::string article(const std::string& type) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"string", "a text"},          {"integer", "an integer"}, {"number", "a number"},
      {"boolean", "true or false"}, {"array", "a list"},       {"object", "a map"}, {"null", "nothing"}};
  for (const auto& [name, text] : kNames)
    if (type == name) return std::string(text);
  return type;
}

class Completion {
 public:
  Completion(const std::string& owner, const AssetResolver& resolve) : owner_(owner), resolve_(resolve) {}

  Json object(const Node& node, const Json& schema, const std::string& what) {
    Json out = Json::object();
    const Json properties = schema.value("properties", Json::object());
    for (const Entry& entry : node.entries) {
      if (entry.key.starts_with("x-")) continue;
      const std::string name = canonical(entry.key, properties);
      const auto property = properties.find(name);
      if (property == properties.end()) {
        extra(entry, schema, properties, what, out);
        continue;
      }
      if (out.contains(name)) {
        fail("E0113", fmt::format("\"{}\" is another name of \"{}\", which is given too", entry.key, name), entry.mark);
        continue;
      }
      if (entry.value.is_null() && property->contains("default")) continue;
      out[name] = value(entry.value, *property, entry.key, entry.mark);
    }
    for (const auto& [name, property] : properties.items())
      if (!out.contains(name) && property.contains("default")) out[name] = with_default(property, node.mark);
    for (const Json& name : schema.value("required", Json::array())) {
      if (out.contains(name.get<std::string>())) continue;
      const Json property = properties.value(name.get<std::string>(), Json::object());
      fail("E0115", fmt::format("{} needs the option \"{}\"", what, shown(name)), node.mark,
           property.value("description", std::string()));
    }
    return out;
  }

  Errors take() { return std::move(errors_); }

 private:
  // The property's own name for one of its `aliases`.
  static std::string canonical(const std::string& key, const Json& properties) {
    if (properties.contains(key)) return key;
    for (const auto& [name, property] : properties.items()) {
      const Json aliases = property.value("aliases", Json::array());
      if (std::find(aliases.begin(), aliases.end(), key) != aliases.end()) return name;
    }
    return key;
  }

  void extra(const Entry& entry, const Json& schema, const Json& properties, const std::string& what, Json& out) {
    const auto additional = schema.find("additionalProperties");
    if (additional != schema.end() && (additional->is_object() || *additional == true)) {
      out[entry.key] = value(entry.value, additional->is_object() ? *additional : Json::object(), entry.key, entry.mark);
      return;
    }
    std::vector<std::string> names;
    for (const auto& [name, property] : properties.items()) names.push_back(name);
    Error error{"E0112", fmt::format("unknown option \"{}\" of {}", entry.key, what),
                {entry.mark.label(did_you_mean(entry.key, names))}, {}, {}};
    error.notes.push_back(names.empty() ? "it has no options" : fmt::format("it has: {}", fmt::join(names, ", ")));
    errors_.push_back(std::move(error));
  }

  Json with_default(const Json& property, const Mark& mark) {
    const Json& value = property["default"];
    if (property.value("format", "") == "asset" && value.is_string() && !value.get<std::string>().empty())
      return resolved(value.get<std::string>(), mark);
    return value;
  }

  Json resolved(const std::string& text, const Mark& mark) {
    auto path = resolve_(text, mark);
    if (path) return *path;
    for (Error& error : path.errors()) errors_.push_back(std::move(error));
    return text;
  }

  Json value(const Node& node, const Json& schema, const std::string& key, const Mark& key_mark) {
    const Mark& mark = node.mark.line ? node.mark : key_mark;
    const auto types = type_names(schema);
    Json out;
    bool fits = types.empty() && convert(node, "any", schema, key, &out);
    for (const std::string& type : types) {
      if (fits) break;
      fits = convert(node, type, schema, key, &out);
    }
    if (!fits) {
      std::vector<std::string> wanted;
      for (const std::string& type : types) wanted.push_back(article(type));
      fail("E0113", fmt::format("\"{}\" must be {}, not {}", key, fmt::join(wanted, " or "), core::describe(node)), mark);
      return nullptr;
    }
    check_limits(out, schema, key, mark);
    if (schema.value("format", "") == "asset" && out.is_string() && !out.get<std::string>().empty())
      return resolved(out.get<std::string>(), mark);
    return out;
  }

  bool convert(const Node& node, const std::string& type, const Json& schema, const std::string& key, Json* out) {
    if (type == "null") return node.is_null() && (*out = nullptr, true);
    if (type == "array") return node.is_sequence() && list(node, schema, key, out);
    if (type == "object") {
      if (!node.is_map()) return false;
      Json open = schema;
      if (!schema.contains("properties") && !schema.contains("additionalProperties")) open["additionalProperties"] = true;
      *out = object(node, open, fmt::format("\"{}\" of {}", key, owner_));
      return true;
    }
    if (type == "any") return any(node, schema, key, out);
    if (!node.is_scalar()) return false;
    if (type == "string") return *out = node.scalar, true;
    if (node.quoted) return false;
    int64_t integer;
    double number;
    bool boolean;
    if (type == "boolean") return parse_boolean(node.scalar, &boolean) && (*out = boolean, true);
    if (type == "integer") {
      if (!parse_integer(node.scalar, &integer)) return false;
      // Beyond 63 bits the sign is not one.
      if (integer < 0 && node.scalar[0] != '-')
        *out = static_cast<uint64_t>(integer);
      else
        *out = integer;
      return true;
    }
    if (type == "number") return parse_number(node.scalar, &number) && (*out = number, true);
    return false;
  }

  bool list(const Node& node, const Json& schema, const std::string& key, Json* out) {
    *out = Json::array();
    const Json items = schema.value("items", Json::object());
    for (const Node& item : node.items) out->push_back(value(item, items, key, item.mark));
    return true;
  }

  // Without a type, plain YAML decides.
  bool any(const Node& node, const Json& schema, const std::string& key, Json* out) {
    if (node.is_sequence()) return list(node, schema, key, out);
    if (node.is_map()) return convert(node, "object", schema, key, out);
    for (const char* type : {"null", "integer", "number", "boolean", "string"})
      if (convert(node, type, schema, key, out)) return true;
    return false;
  }

  void check_limits(const Json& out, const Json& schema, const std::string& key, const Mark& mark) {
    if (const auto choices = schema.find("enum"); choices != schema.end()) {
      if (std::find(choices->begin(), choices->end(), out) != choices->end()) return;
      std::vector<std::string> names;
      for (const Json& choice : *choices) names.push_back(shown(choice));
      errors_.push_back({"E0114", fmt::format("\"{}\" cannot be \"{}\"", key, shown(out)),
                         {mark.label(did_you_mean(shown(out), names))},
                         {fmt::format("it is one of: {}", fmt::join(names, ", "))}, {}});
      return;
    }
    const auto refuse = [&](const std::string& note) { fail("E0114", fmt::format("\"{}\" is out of range", key), mark, "", note); };
    if (out.is_number()) {
      const double number = out.get<double>();
      if (schema.contains("minimum") && number < schema["minimum"].get<double>())
        refuse(fmt::format("{} is less than {}", shown(out), shown(schema["minimum"])));
      if (schema.contains("maximum") && number > schema["maximum"].get<double>())
        refuse(fmt::format("{} is more than {}", shown(out), shown(schema["maximum"])));
      if (schema.contains("exclusiveMinimum") && number <= schema["exclusiveMinimum"].get<double>())
        refuse(fmt::format("{} is not more than {}", shown(out), shown(schema["exclusiveMinimum"])));
      if (schema.contains("exclusiveMaximum") && number >= schema["exclusiveMaximum"].get<double>())
        refuse(fmt::format("{} is not less than {}", shown(out), shown(schema["exclusiveMaximum"])));
    }
    if (out.is_array()) {
      if (schema.contains("minItems") && out.size() < schema["minItems"].get<size_t>())
        refuse(fmt::format("{} items are less than {}", out.size(), shown(schema["minItems"])));
      if (schema.contains("maxItems") && out.size() > schema["maxItems"].get<size_t>())
        refuse(fmt::format("{} items are more than {}", out.size(), shown(schema["maxItems"])));
    }
  }

  void fail(const char* code, std::string message, const Mark& mark, std::string caption = {}, std::string note = {}) {
    Error error{code, std::move(message), {mark.label(std::move(caption))}, {}, {}};
    if (!note.empty()) error.notes.push_back(std::move(note));
    errors_.push_back(std::move(error));
  }

  const std::string& owner_;
  const AssetResolver& resolve_;
  Errors errors_;
};

}  // namespace

Result<Json> complete_options(const Node& options, const Json& schema, const std::string& owner,
                              const AssetResolver& resolve) {
  try {
    Completion completion(owner, resolve);
    Json out = completion.object(options, schema, owner);
    Errors errors = completion.take();
    if (!errors.empty()) return errors;
    return out;
  } catch (const Json::exception& error) {
    return Error{"E0205",
                 fmt::format("the option schema of {} is not understood", owner),
                 {},
                 {error.what(), "this is a defect of the plugin"},
                 {}};
  }
}

Json plain_json(const Node& node) {
  if (node.is_sequence()) {
    Json out = Json::array();
    for (const Node& item : node.items) out.push_back(plain_json(item));
    return out;
  }
  if (node.is_map()) {
    Json out = Json::object();
    for (const Entry& entry : node.entries) out[entry.key] = plain_json(entry.value);
    return out;
  }
  int64_t integer;
  double number;
  if (node.is_null()) return nullptr;
  if (node.quoted) return node.scalar;
  if (parse_integer(node.scalar, &integer)) return integer;
  if (parse_number(node.scalar, &number)) return number;
  // JSON's booleans only: `no` in a list of choices is a word.
  if (node.scalar == "true" || node.scalar == "false") return node.scalar == "true";
  return node.scalar;
}

Json utterance_part(const Json& options, const Json& schema) {
  Json out = Json::object();
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return out;
  for (const auto& [name, property] : properties->items())
    if (property.value("scope", "") == "utterance" && options.contains(name)) out[name] = options[name];
  return out;
}

}  // namespace syrinx::core
