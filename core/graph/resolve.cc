#include "core/graph/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "core/config/options.h"
#include "core/plugin/cpu.h"
#include "core/plugin/version.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

void append(Errors& to, const Errors& from) { to.insert(to.end(), from.begin(), from.end()); }

Error unknown_plugin(const StageConfig& stage, const std::string& name, const PluginIndex& index) {
  Error error{"E0202", fmt::format("no plugin \"{}\"", name), {stage.plugin.mark.label(did_you_mean(name, index.names()))}, {}, {}};
  for (const auto& broken : index.broken) {
    if (broken.file.stem() != name) continue;
    error.notes.push_back(fmt::format("its manifest cannot be read: {}", broken.file.string()));
  }
  error.notes.push_back(index.plugins.empty() ? "no plugins are installed"
                                              : fmt::format("installed: {}", fmt::join(index.names(), ", ")));
  error.help.push_back("syrinx doctor");
  return error;
}

class StageResolver {
 public:
  StageResolver(const PipelineConfig& config, const PluginIndex& index, std::vector<std::string>* remarks)
      : config_(config), index_(index), remarks_(remarks) {}

  Result<std::vector<PlannedStage>> resolve() {
    check_requirements();
    for (const StageConfig& stage : config_.stages) find(stage);
    if (!errors_.empty()) return std::move(errors_);
    for (size_t i = 0; i < stages_.size(); ++i) options(config_.stages[i], stages_[i]);
    if (!errors_.empty()) return std::move(errors_);
    for (size_t i = 0; i < stages_.size(); ++i) device(config_.stages[i], stages_[i]);
    if (!errors_.empty()) return std::move(errors_);
    for (PlannedStage& stage : stages_) load(stage);
    if (!errors_.empty()) return std::move(errors_);
    return std::move(stages_);
  }

 private:
  void check_requirements() {
    for (const PluginRequirement& requirement : config_.require) {
      const Manifest* manifest = index_.find(requirement.plugin);
      if (!manifest) {
        errors_.push_back(
            {"E0209",
             fmt::format("plugin \"{}\" is required and not installed", requirement.plugin),
             {requirement.mark.label(did_you_mean(requirement.plugin, index_.names()))},
             {fmt::format("installed: {}", fmt::join(index_.names(), ", "))},
             {}});
        continue;
      }
      const auto fits = satisfies(parse_version(manifest->version).value_or(Version{}), requirement.range);
      if (!fits) {
        errors_.push_back({"E0209",
                           fmt::format("\"{}\" is not a range of versions", requirement.range),
                           {requirement.range_mark.label()},
                           {"a range looks like \">=0.3, <0.4\""},
                           {}});
      } else if (!*fits) {
        errors_.push_back(
            {"E0209",
             fmt::format("plugin \"{}\" has the wrong version", requirement.plugin),
             {requirement.range_mark.label()},
             {fmt::format("{} is installed, {} is required", manifest->version, requirement.range)},
             {}});
      }
    }
  }

  void find(const StageConfig& stage) {
    const size_t slash = stage.plugin.name.find('/');
    const std::string plugin = stage.plugin.name.substr(0, slash), name = stage.plugin.name.substr(slash + 1);
    const Manifest* manifest = index_.find(plugin);
    const ComponentManifest* component = manifest ? manifest->component(name) : nullptr;
    if (!manifest) {
      errors_.push_back(unknown_plugin(stage, plugin, index_));
      if (!reported_.insert(plugin).second) return;
      for (const auto& broken : index_.broken)
        if (broken.file.stem() == plugin) append(errors_, broken.errors);
    } else if (!component) {
      std::vector<std::string> names;
      for (const auto& c : manifest->components) names.push_back(c.name);
      errors_.push_back({"E0203", fmt::format("plugin \"{}\" has no component \"{}\"", plugin, name),
                         {stage.plugin.mark.label(did_you_mean(name, names))},
                         {fmt::format("it has: {}", fmt::join(names, ", "))}, {}});
    } else {
      PlannedStage planned;
      planned.name = stage.name;
      planned.plugin = stage.plugin.name;
      planned.version = manifest->version;
      planned.kind = component->kind;
      planned.schema = component->options.is_null() ? Json::object() : component->options;
      planned.place = stage.plugin.mark.label();
      planned.threads = static_cast<uint32_t>(
          config_.run.threads > 0 ? config_.run.threads : static_cast<int>(usable_cpus()));
      stages_.push_back(std::move(planned));
      manifests_.push_back(manifest);
      components_.push_back(component);
    }
  }

  void options(const StageConfig& stage, PlannedStage& planned) {
    auto complete = complete_options(stage.options, planned.schema, stage.plugin.name, resolve_asset);
    if (!complete) {
      for (Error& error : complete.errors())
        if (error.labels.empty()) error.labels.push_back(stage.plugin.mark.label());
      return append(errors_, complete.errors());
    }
    planned.options = *std::move(complete);
    planned.utterance_options = utterance_part(planned.options, planned.schema);
  }

  // The first device that the component supports and that is present.
  void device(const StageConfig& stage, PlannedStage& planned) {
    const size_t at = static_cast<size_t>(&planned - stages_.data());
    std::vector<std::string> supported = components_[at]->devices;
    if (supported.empty()) supported = {"cpu"};
    std::vector<std::string> wanted;
    const DeviceConfig* named = config_.device(stage.device.name);
    if (const char* forced = std::getenv("SYRINX_DEVICE"); forced && *forced) {
      wanted = {forced};
    } else if (named) {
      for (const Named& name : named->first_of) wanted.push_back(name.name);
      if (named->first_of.empty()) wanted.push_back(named->name);
      if (named->threads > 0) planned.threads = static_cast<uint32_t>(named->threads);
    } else {
      wanted = {stage.device.name.empty() ? "cpu" : stage.device.name};
    }
    std::vector<std::string> reasons;
    for (const std::string& device : wanted) {
      const std::string backend = device.substr(0, device.find(':'));
      if (std::find(supported.begin(), supported.end(), backend) == supported.end()) {
        reasons.push_back(fmt::format("{}: {} does not support it", device, stage.plugin.name));
      } else if (backend != "cpu" && !index_.find("device_" + backend)) {
        reasons.push_back(fmt::format("{}: plugin device_{} not installed", device, backend));
      } else {
        planned.device = device;
        break;
      }
    }
    for (const std::string& reason : reasons)
      if (std::find(remarks_->begin(), remarks_->end(), reason) == remarks_->end()) remarks_->push_back(reason);
    if (!planned.device.empty()) return;
    std::vector<std::string> known = supported;
    for (const DeviceConfig& declared : config_.devices) known.push_back(declared.name);
    Error error{"E0701",
                fmt::format("no device for the stage \"{}\"", stage.name),
                {stage.device.mark.label(named ? "" : did_you_mean(stage.device.name, known))},
                reasons,
                {}};
    error.help.push_back(fmt::format("device: {}", supported.front()));
    errors_.push_back(std::move(error));
  }

  void load(PlannedStage& planned) {
    const size_t at = static_cast<size_t>(&planned - stages_.data());
    auto library = LibraryRegistry::instance().load(*manifests_[at]);
    if (library) {
      planned.library = *library;
      planned.table = (*library)->component(components_[at]->name);
      return;
    }
    // Several stages of one plugin: its error once, at the first of them.
    for (size_t i = 0; i < at; ++i)
      if (manifests_[i] == manifests_[at]) return;
    for (Error error : library.errors()) {
      error.labels.insert(error.labels.begin(), config_.stages[at].plugin.mark.label());
      errors_.push_back(std::move(error));
    }
  }

  const PipelineConfig& config_;
  const PluginIndex& index_;
  std::vector<std::string>* remarks_;
  std::vector<PlannedStage> stages_;
  std::vector<const Manifest*> manifests_;
  std::vector<const ComponentManifest*> components_;
  std::set<std::string> reported_;  // plugins whose broken manifest has been shown
  Errors errors_;
};

}  // namespace

Result<std::vector<PlannedStage>> resolve_stages(const PipelineConfig& config, const PluginIndex& index,
                                                 std::vector<std::string>* remarks) {
  return StageResolver(config, index, remarks).resolve();
}

Result<std::string> resolve_asset(const std::string& text, const Mark& mark) {
  if (text.starts_with("voice:")) {
    const std::string rest = text.substr(6), voice = rest.substr(0, rest.find('/'));
    Error error{"E0402", fmt::format("the voice \"{}\" is not installed", voice), {mark.label()}, {}, {}};
    for (const fs::path& folder : voice_folders()) {
      std::error_code ignored;
      if (fs::exists(folder / rest, ignored)) return fs::absolute(folder / rest).string();
      if (fs::is_directory(folder / voice, ignored) && rest.size() > voice.size() + 1) {
        error.code = "E0401";
        error.message = fmt::format("the voice \"{}\" has no file \"{}\"", voice,
                                    rest.substr(voice.size() + 1));
      }
      error.notes.push_back(fmt::format("not in {}", folder.string()));
    }
    error.help.push_back(fmt::format("syrinx voices install {}", voice));
    return error;
  }
  const fs::path base = mark.source && !mark.source->path().empty() ? fs::path(mark.source->path()).parent_path() : fs::path();
  const fs::path path = fs::absolute(base / text).lexically_normal();
  std::error_code ignored;
  if (fs::exists(path, ignored)) return path.string();
  return Error{"E0401", fmt::format("no file \"{}\"", text), {mark.label()}, {fmt::format("looked for {}", path.string())}, {}};
}

}  // namespace syrinx::core
