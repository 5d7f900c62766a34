#include "core/plugin/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/config/options.h"
#include "core/config/parse.h"
#include "core/plugin/cpu.h"
#include "core/plugin/version.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPluginKeys[] = {"manifest", "id", "short", "version", "build", "abi", "library", "variants", "needs", "runtime", "components"};
constexpr const char* kComponentKeys[] = {"name", "kind", "summary", "devices", "streaming", "in", "out", "slots", "options"};

// Reads a manifest whose text is YAML, so that errors have places.
class Reader {
 public:
  Reader(const Node& root, const fs::path& file) : root_(root), file_(file) {}

  Manifest read() {
    Manifest out;
    out.file = file_;
    known(root_, kPluginKeys, "a manifest");
    const std::string format = text(root_, "manifest", true);
    if (!format.empty() && format != "1") fail(root_.find("manifest")->mark, fmt::format("manifest version {} is not known", format), "this program reads version 1");
    out.id = text(root_, "id", true);
    out.short_name = text(root_, "short", true);
    if (out.short_name.find('/') != std::string::npos)
      fail(root_.find("short")->mark, fmt::format("\"{}\" is no short name", out.short_name),
           "pipelines write it before a slash: short/component");
    out.version = text(root_, "version", true);
    if (!out.version.empty() && !parse_version(out.version))
      fail(root_.find("version")->mark, fmt::format("\"{}\" is not a version", out.version), "a version looks like 1.2.0");
    out.abi = text(root_, "abi", false);
    if (!out.abi.empty() && !satisfies({}, out.abi))
      fail(root_.find("abi")->mark, fmt::format("\"{}\" is not a range of versions", out.abi), "a range looks like \">=0.1\"");
    out.library = file_.parent_path() / library();
    if (const Node* needs = map(root_, "needs")) out.needs = texts(*needs);
    runtime(root_, out);
    if (const Node* needs = root_.find("needs")) runtime(*needs, out);
    components(out);
    return out;
  }

  Errors take() { return std::move(errors_); }

 private:
  template <size_t N>
  void known(const Node& map, const char* const (&keys)[N], const char* what) {
    const std::vector<std::string> names(keys, keys + N);
    for (const Entry& entry : map.entries) {
      if (entry.key.starts_with("x-") || std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
      errors_.push_back({"E0201", fmt::format("unknown key \"{}\" in {}", entry.key, what),
                         {entry.mark.label(did_you_mean(entry.key, names))},
                         {fmt::format("it has: {}", fmt::join(names, ", "))}, {}});
    }
  }

  void fail(const Mark& mark, std::string message, std::string note = {}) {
    Error error{"E0201", std::move(message), {mark.label()}, {}, {}};
    if (!note.empty()) error.notes.push_back(std::move(note));
    errors_.push_back(std::move(error));
  }

  std::string text(const Node& map, const char* key, bool required) {
    const Node* node = map.find(key);
    if (!node || node->is_null()) {
      if (required) fail(map.mark, fmt::format("\"{}\" is missing", key));
      return {};
    }
    if (!node->is_scalar()) {
      fail(node->mark, fmt::format("\"{}\" must be a text, not {}", key, core::describe(*node)));
      return {};
    }
    return node->scalar;
  }

  // The member of that name if it is a map.
  const Node* map(const Node& parent, const char* key) {
    const Node* node = parent.find(key);
    if (!node || node->is_null()) return nullptr;
    if (node->is_map()) return node;
    fail(node->mark, fmt::format("\"{}\" must be a map, not {}", key, core::describe(*node)));
    return nullptr;
  }

  void runtime(const Node& parent, Manifest& out) {
    const Node* node = map(parent, "runtime");
    if (!node) return;
    for (const Entry& entry : node->entries)
      if (!entry.value.is_scalar())
        return fail(entry.mark, fmt::format("\"{}\" of a runtime must be a text, not {}", entry.key,
                                            core::describe(entry.value)));
    out.runtime = texts(*node);
  }

  // The members of a list that are as they should be: maps, or texts.
  std::vector<const Node*> list(const Node& parent, const char* key, bool maps) {
    const Node* node = parent.find(key);
    std::vector<const Node*> out;
    if (!node || node->is_null()) return out;
    if (!node->is_sequence()) {
      fail(node->mark, fmt::format("\"{}\" must be a list, not {}", key, core::describe(*node)));
      return out;
    }
    for (const Node& item : node->items) {
      if (maps ? item.is_map() : item.is_scalar())
        out.push_back(&item);
      else
        fail(item.mark.line ? item.mark : node->mark,
             fmt::format("\"{}\" must be a list of {}, not of {}", key, maps ? "maps" : "texts",
                         core::describe(item)));
    }
    return out;
  }

  // Scalars as they are written: 2.40 is a version and no number.
  static Json texts(const Node& node) {
    if (node.is_scalar()) return node.scalar;
    if (!node.is_map()) return plain_json(node);
    Json out = Json::object();
    for (const Entry& entry : node.entries) out[entry.key] = texts(entry.value);
    return out;
  }

  // The best variant this CPU has the features for; they are listed best first.
  std::string library() {
    std::string base = text(root_, "library", true);
    std::string best;
    for (const Node* variant : list(root_, "variants", true)) {
      const Node* needs = map(*variant, "needs");
      const auto features = needs ? list(*needs, "cpu", false) : std::vector<const Node*>{};
      const std::string file = text(*variant, "library", true);
      const bool runs = std::all_of(features.begin(), features.end(),
                                    [](const Node* feature) { return cpu_has(feature->scalar); });
      if (runs && best.empty()) best = file;
    }
    return best.empty() ? base : best;
  }

  void components(Manifest& out) {
    const Node* all = root_.find("components");
    if (!all || !all->is_sequence() || all->items.empty()) {
      fail(all ? all->mark : root_.mark, "\"components\" must be a list of at least one");
      return;
    }
    for (const Node& item : all->items) {
      if (!item.is_map()) {
        fail(item.mark, fmt::format("a component must be a map, not {}", core::describe(item)));
        continue;
      }
      known(item, kComponentKeys, "a component");
      ComponentManifest component;
      component.name = text(item, "name", true);
      component.kind = text(item, "kind", true);
      component.summary = text(item, "summary", false);
      component.streaming = text(item, "streaming", false);
      for (const Node* device : list(item, "devices", false))
        component.devices.push_back(device->scalar);
      component.in = ports(item, "in");
      component.out = ports(item, "out");
      if (const Node* slots = map(item, "slots")) component.slots = plain_json(*slots);
      component.options = schema(item);
      if (out.component(component.name)) fail(item.mark, fmt::format("the component \"{}\" is given twice", component.name));
      out.components.push_back(std::move(component));
    }
  }

  Json ports(const Node& item, const char* key) {
    const Node* node = item.find(key);
    if (!node || node->is_null()) return Json::object();
    if (!node->is_map()) {
      fail(node->mark, fmt::format("\"{}\" must be a map of ports, not {}", key, core::describe(*node)));
      return Json::object();
    }
    for (const Entry& port : node->entries)
      if (!port.value.is_map())
        fail(port.value.mark.line ? port.value.mark : port.mark,
             fmt::format("the port \"{}\" must be a map, not {}", port.key,
                         core::describe(port.value)));
    return plain_json(*node);
  }

  // Inline, or the path of a JSON file beside the manifest.
  Json schema(const Node& item) {
    const Node* node = item.find("options");
    if (!node || node->is_null()) return Json::object();
    if (node->is_map()) return plain_json(*node);
    if (!node->is_scalar()) {
      fail(node->mark, fmt::format("\"options\" must be a schema or a file, not {}", core::describe(*node)));
      return Json::object();
    }
    std::ifstream in(file_.parent_path() / node->scalar);
    Json out = in ? Json::parse(in, nullptr, false) : Json();
    if (!out.is_object()) {
      fail(node->mark, in ? "the schema is not a JSON object" : "the schema cannot be read", (file_.parent_path() / node->scalar).string());
      return Json::object();
    }
    return out;
  }

  const Node& root_;
  fs::path file_;
  Errors errors_;
};

}  // namespace

const ComponentManifest* Manifest::component(const std::string& name) const {
  const auto found = std::find_if(components.begin(), components.end(), [&](const auto& c) { return c.name == name; });
  return found == components.end() ? nullptr : &*found;
}

Result<Manifest> read_manifest(const fs::path& file) {
  auto source = read_source(file.string(), file.string());
  if (!source) return std::move(source).errors();
  auto root = parse_yaml(*source);
  if (!root) return std::move(root).errors();
  if (!root->is_map()) {
    const Error::Label where =
        root->mark.line ? root->mark.label() : Error::Label{(*source)->whole(), ""};
    return Error{"E0201",
                 fmt::format("a manifest must be a map, not {}", core::describe(*root)),
                 {where},
                 {},
                 {}};
  }
  Reader reader(*root, file);
  Manifest out = reader.read();
  Errors errors = reader.take();
  if (!errors.empty()) return errors;
  return out;
}

}  // namespace syrinx::core
