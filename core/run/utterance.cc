// What differs between utterances: options and keys.
#include <fmt/format.h>

#include <algorithm>

#include "core/config/options.h"
#include "core/config/parse.h"
#include "core/report/suggest.h"
#include "core/run/impl.h"

namespace syrinx::core {
namespace {

// Fills {index}, {index:04}, {id} and {seed} in.
std::string expand(const std::string& text, const Request& request, uint64_t seed) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t open = text.find('{', i);
    const size_t close = open == std::string::npos ? open : text.find('}', open);
    out.append(text, i, close == std::string::npos ? std::string::npos : open - i);
    if (close == std::string::npos) break;
    const std::string name = text.substr(open + 1, close - open - 1);
    if (name == "index") out += fmt::format("{}", request.index);
    else if (name.size() == 8 && name.starts_with("index:0") && name[7] >= '1' && name[7] <= '9')
      out += fmt::format("{:0{}}", request.index, name[7] - '0');
    else if (name == "id") out += request.id;
    else if (name == "seed") out += fmt::format("{}", seed);
    else out.append(text, open, close - open + 1);
    i = close + 1;
  }
  return out;
}

// What a request may call an option: its name and its aliases.
std::vector<std::string> names_of(const PlannedStage& stage, const std::string& name) {
  std::vector<std::string> out{name};
  const Json none = Json::object();
  const Json schema = stage.schema.is_object() ? stage.schema.value("properties", none).value(name, none) : none;
  for (const Json& alias : schema.value("aliases", Json::array())) out.push_back(alias.get<std::string>());
  return out;
}

// The value `overrides` has for an option of a stage: "stage.name" before "name".
const Json* override_of(const Json& overrides, const PlannedStage& stage, const std::string& name) {
  const std::vector<std::string> names = names_of(stage, name);
  for (const std::string& prefix : {stage.name + ".", std::string()})
    for (const std::string& known : names)
      if (const auto found = overrides.find(prefix + known); found != overrides.end()) return &*found;
  return nullptr;
}

}  // namespace

void override_options(Json& options, const Json& over) {
  if (!over.is_object()) return;
  if (!options.is_object()) options = Json::object();
  for (const auto& [name, value] : over.items()) {
    for (auto at = options.begin(); at != options.end();)
      at = name.find('.') == std::string::npos && at.key().ends_with("." + name) ? options.erase(at) : std::next(at);
    options[name] = value;
  }
}

std::string with_item_options(const std::string& options, const StoredItem& item) {
  const Json meta = item.meta.empty() ? Json() : Json::parse(item.meta, nullptr, false);
  if (!meta.is_object() || !meta.contains("options")) return options;
  Json out = options.empty() ? Json::object() : Json::parse(options, nullptr, false);
  override_options(out, meta["options"]);
  return out.dump();
}

std::string utterance_options(const PlannedStage& stage, const Json& overrides, const Request& request, uint64_t seed) {
  Json out = stage.utterance_options.is_object() ? stage.utterance_options : Json::object();
  const Json properties = stage.schema.is_object() ? stage.schema.value("properties", Json::object()) : Json::object();
  for (auto& [name, value] : out.items()) {
    if (const Json* other = overrides.empty() ? nullptr : override_of(overrides, stage, name)) value = *other;
    if (value.is_string() && properties.contains(name) && properties[name].value("format", "") == "output")
      value = expand(value.get<std::string>(), request, seed);
  }
  return out.dump();
}

StoredItem fed_item(const Request& request, const std::string& type) {
  StoredItem out;
  out.flags = SYX_ITEM_LAST;
  if (type != "audio") {
    out.text = request.text;
    return out;
  }
  int64_t shape[] = {1, static_cast<int64_t>(request.samples.size())};
  DLTensor like = {};
  like.ndim = 2;
  like.dtype = {kDLFloat, 32, 1};
  like.shape = shape;
  syx_tensor tensor = {};
  if (request.samples.empty() || !pooled_tensor(like, nullptr, &tensor)) return out;
  std::copy(request.samples.begin(), request.samples.end(), static_cast<float*>(tensor.dl->dl_tensor.data));
  out.tensors.push_back(tensor);
  return out;
}

bool has_output_option(const PlannedStage& stage) {
  const Json properties = stage.schema.is_object() ? stage.schema.value("properties", Json::object()) : Json::object();
  return std::any_of(properties.begin(), properties.end(), [](const Json& schema) { return schema.value("format", "") == "output"; });
}

Errors check_overrides(const Plan& plan, const Json& overrides) {
  Errors errors;
  for (const auto& [key, value] : overrides.items()) {
    std::vector<std::string> known;
    bool found = false;
    const auto source = std::make_shared<const Source>("request", value.dump());
    for (const PlannedStage& stage : plan.stages) {
      if (!stage.utterance_options.is_object()) continue;
      for (const auto& [name, ignored] : stage.utterance_options.items()) {
        known.push_back(name);
        const std::vector<std::string> names = names_of(stage, name);
        if (std::none_of(names.begin(), names.end(), [&, &key = key](const std::string& n) { return key == n || key == stage.name + "." + n; })) continue;
        found = true;
        auto node = parse_yaml(source);
        if (!node) {
          errors.insert(errors.end(), node.errors().begin(), node.errors().end());
          continue;
        }
        Node map;
        map.kind = Node::Kind::kMap;
        map.entries.push_back({name, node->mark, *node});
        Json schema = {{"properties", {{name, stage.schema["properties"][name]}}}};
        auto checked = complete_options(map, schema, stage.plugin, [](const std::string& text, const Mark&) -> Result<std::string> { return text; });
        if (!checked) errors.insert(errors.end(), checked.errors().begin(), checked.errors().end());
      }
    }
    if (found) continue;
    Error error{"E0112", fmt::format("no stage has an option \"{}\" for an utterance", key), {}, {}, {}};
    error.notes.push_back(known.empty() ? "there are none in this pipeline" : fmt::format("there are: {}", fmt::join(known, ", ")));
    if (const std::string near = did_you_mean(key, known); !near.empty()) error.help.push_back(near);
    errors.push_back(std::move(error));
  }
  return errors;
}

uint64_t utterance_key(uint64_t seed, const std::string& id) { return syx_key(seed, ("text " + id).c_str(), 0); }

uint64_t stage_key(uint64_t unit_key, const std::string& stage) { return syx_key(unit_key, ("stage " + stage).c_str(), 0); }

}  // namespace syrinx::core
