#include "core/config/pipeline_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config/shape.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

class Reader {
 public:
  explicit Reader(PipelineConfig& out) : out_(out) {}

  void read() {
    const Node& root = out_.root;
    if (const Node* name = root.find("name")) out_.name = name->scalar;
    if (const Node* stages = root.find("stages"))
      for (const Entry& entry : stages->entries) out_.stages.push_back(stage(entry));
    out_.flow = names(root.find("flow"));
    if (const Node* devices = root.find("devices"))
      for (const Entry& entry : devices->entries) out_.devices.push_back(device(entry));
    if (const Node* plugins = root.find("plugins")) {
      if (const Node* require = plugins->find("require"))
        for (const Entry& entry : require->entries)
          out_.require.push_back({entry.key, entry.value.scalar, entry.mark, entry.value.mark});
      out_.plugin_path = names(plugins->find("path"));
    }
    if (const Node* run = root.find("run")) read_run(*run);
    check_names();
    if (errors_.empty()) check_used();  // a name that is wrong leaves its stage unused
  }

  Errors take() { return std::move(errors_); }

 private:
  static std::vector<Named> names(const Node* list) {
    std::vector<Named> out;
    if (list)
      for (const Node& item : list->items) out.push_back({item.scalar, item.mark});
    return out;
  }

  StageConfig stage(const Entry& entry) {
    StageConfig out;
    out.name = entry.key;
    out.mark = entry.mark;
    const auto named = [&](const char* key) {
      const Node* node = entry.value.find(key);
      return node ? Named{node->scalar, node->mark} : Named{"", entry.mark};
    };
    out.plugin = named("plugin");
    out.device = named("device");
    out.sampling = named("sampling").name;
    out.isolation = named("isolation").name;
    if (const Node* in = entry.value.find("in"))
      for (const Entry& link : in->entries) {
        const size_t dot = link.value.scalar.find('.');
        out.in.push_back({link.key, link.mark, link.value.scalar.substr(0, dot),
                          dot == std::string::npos ? "" : link.value.scalar.substr(dot + 1), link.value.mark});
      }
    if (const Node* uses = entry.value.find("uses"))
      for (const Entry& use : uses->entries)
        out.uses.push_back({use.key, use.mark, {use.value.scalar, use.value.mark}});
    if (const Node* options = entry.value.find("options")) out.options = *options;
    if (!out.options.is_map()) {
      out.options = Node{};
      out.options.kind = Node::Kind::kMap;
      out.options.mark = out.plugin.mark;
    }
    return out;
  }

  DeviceConfig device(const Entry& entry) {
    DeviceConfig out;
    out.name = entry.key;
    out.mark = entry.mark;
    out.first_of = names(entry.value.find("first_of"));
    if (const Node* threads = entry.value.find("threads")) out.threads = thread_count(*threads);
    return out;
  }

  int thread_count(const Node& node) {
    int64_t value = 0;
    if (node.scalar == "auto") return 0;
    if (parse_integer(node.scalar, &value) && value >= 1 && value <= 1024) return static_cast<int>(value);
    errors_.push_back({"E0114",
                       fmt::format("threads cannot be {}", core::describe(node)),
                       {node.mark.label()},
                       {"it is auto or a number from 1 to 1024"},
                       {}});
    return 0;
  }

  int64_t integer(const Node& run, const char* key, int64_t otherwise, int64_t least, int64_t most) {
    const Node* node = run.find(key);
    int64_t value = otherwise;
    if (!node || node->is_null() || !parse_integer(node->scalar, &value)) return otherwise;
    if (value >= least && value <= most && (value >= 0 || node->scalar[0] == '-')) return value;
    errors_.push_back({"E0114",
                       fmt::format("\"{}\" is out of range", key),
                       {node->mark.label()},
                       {fmt::format("{} is not between {} and {}", node->scalar, least, most)},
                       {}});
    return otherwise;
  }

  void read_run(const Node& run) {
    const auto boolean = [&](const char* key) {
      bool value = false;
      const Node* node = run.find(key);
      return node && parse_boolean(node->scalar, &value) && value;
    };
    out_.run.batch = static_cast<int>(integer(run, "batch", 1, 1, 4096));
    out_.run.queue = static_cast<uint32_t>(integer(run, "queue", 16, 1, 65536));
    out_.run.stream = boolean("stream");
    out_.run.anchor_voice = boolean("anchor_voice");
    int64_t seed = 0;
    const Node* node = run.find("seed");
    out_.run.seed_given = node && node->is_scalar() && parse_integer(node->scalar, &seed);
    out_.run.seed = static_cast<uint64_t>(seed);
    if (const Node* threads = run.find("threads"); threads && threads->is_scalar()) out_.run.threads = thread_count(*threads);
    if (const Node* deadline = run.find("deadline"); deadline && parse_number(deadline->scalar, &out_.run.deadline_s) &&
                                                     out_.run.deadline_s < 0) {
      errors_.push_back({"E0114", "\"deadline\" is out of range", {deadline->mark.label()},
                         {fmt::format("{} is less than 0", deadline->scalar)}, {}});
    }
  }

  void no_stage(const Named& name, const std::string& where) {
    std::vector<std::string> known;
    for (const StageConfig& stage : out_.stages) known.push_back(stage.name);
    errors_.push_back({"E0117",
                       fmt::format("{} names no stage \"{}\"", where, name.name),
                       {name.mark.label(did_you_mean(name.name, known))},
                       {fmt::format("the stages are: {}", fmt::join(known, ", "))},
                       {}});
  }

  void check_names() {
    std::set<std::string> seen;
    for (const Named& name : out_.flow) {
      if (!out_.stage(name.name)) no_stage(name, "flow");
      if (!seen.insert(name.name).second)
        errors_.push_back({"E0117", fmt::format("flow passes through \"{}\" twice", name.name), {name.mark.label()}, {}, {}});
    }
    if (out_.flow.empty()) {
      const Entry* flow = out_.root.entry("flow");
      errors_.push_back({"E0117", "flow is empty", {(flow ? flow->mark : out_.root.mark).label()}, {}, {}});
    }
    for (const StageConfig& stage : out_.stages) {
      for (const PortLink& link : stage.in)
        if (link.stage.empty()) {
          errors_.push_back({"E0113",
                             fmt::format("\"{}.{}\" is not stage.port", link.stage, link.from_port),
                             {link.from_mark.label()},
                             {},
                             {}});
        } else if (!out_.stage(link.stage))
          no_stage({link.stage, link.from_mark}, fmt::format("in of \"{}\"", stage.name));
      for (const SlotLink& use : stage.uses)
        if (!out_.stage(use.stage.name)) no_stage(use.stage, fmt::format("uses of \"{}\"", stage.name));
      if (stage.plugin.name.find('/') == std::string::npos || stage.plugin.name.ends_with('/') ||
          stage.plugin.name.starts_with('/')) {
        errors_.push_back({"E0113",
                           fmt::format("\"{}\" is not plugin/component", stage.plugin.name),
                           {stage.plugin.mark.label()},
                           {},
                           {"plugin: basic/wav"}});
      }
    }
  }

  void check_used() {
    std::set<std::string> used;
    for (const Named& name : out_.flow) used.insert(name.name);
    // What a used stage takes from or calls is used too.
    for (bool grown = true; grown;) {
      grown = false;
      for (const StageConfig& stage : out_.stages) {
        if (!used.count(stage.name)) continue;
        for (const PortLink& link : stage.in) grown |= used.insert(link.stage).second;
        for (const SlotLink& use : stage.uses) grown |= used.insert(use.stage.name).second;
      }
    }
    for (const StageConfig& stage : out_.stages) {
      if (used.count(stage.name)) continue;
      errors_.push_back({"E0118",
                         fmt::format("nothing uses the stage \"{}\"", stage.name),
                         {stage.mark.label()},
                         {"it is neither in flow nor in the `in` or `uses` of a stage that is"},
                         {fmt::format("add it to flow, or remove it: {}: ~", stage.name)}});
    }
  }

  PipelineConfig& out_;
  Errors errors_;
};

}  // namespace

const StageConfig* PipelineConfig::stage(std::string_view name) const {
  const auto found = std::find_if(stages.begin(), stages.end(), [&](const StageConfig& s) { return s.name == name; });
  return found == stages.end() ? nullptr : &*found;
}

const DeviceConfig* PipelineConfig::device(std::string_view name) const {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const DeviceConfig& d) { return d.name == name; });
  return found == devices.end() ? nullptr : &*found;
}

Result<PipelineConfig> read_pipeline(Node root, const std::string& file) {
  PipelineConfig out;
  out.file = file;
  out.root = std::move(root);
  Reader reader(out);
  reader.read();
  Errors errors = reader.take();
  if (!errors.empty()) return errors;
  return out;
}

}  // namespace syrinx::core
