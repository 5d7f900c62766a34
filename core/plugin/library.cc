#include "core/plugin/library.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <map>
#include <mutex>

#include "core/plugin/control_call.h"
#include "core/plugin/elf.h"
#include "core/plugin/quarantine.h"
#include "core/plugin/version.h"
#include "core/report/version.h"

namespace syrinx::core {
namespace {

namespace dll = boost::dll;

Error library_error(const char* code, const Manifest& manifest, std::string message, std::vector<std::string> notes = {}) {
  return {code,
          std::move(message),
          {{{manifest.file.string(), 0, 0, 1, {}}, ""}},
          std::move(notes),
          {}};
}

const syx_host& host() {
  static const syx_host kHost = {sizeof(syx_host), "syrinx", kVersion, [](const syx_host*, const char*) -> const void* { return nullptr; }};
  return kHost;
}

// What the system's loader said, out of what Boost says of it.
std::string loader_words(const std::string& text) {
  constexpr std::string_view kBefore = "dlerror system message: ";
  const size_t begin = text.find(kBefore), end = text.rfind(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return text;
  return text.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

// The highest entry we speak, or which one the library has instead.
Result<const syx_plugin*> enter(const dll::shared_library& library, const Manifest& manifest) {
  if (!library.has(SYX_ENTRY_NAME)) {
    for (int major = 1; major < 10; ++major) {
      const std::string other = fmt::format("syx_plugin_v{}", major);
      if (!library.has(other)) continue;
      return library_error("E0206", manifest, fmt::format("plugin {} speaks ABI major {}, this host {}", manifest.short_name, major, SYX_ABI_MAJOR),
                           {fmt::format("it exports {}, not {}", other, SYX_ENTRY_NAME), "a newer host is needed"});
    }
    return library_error("E0206", manifest, fmt::format("{} is not a plugin", manifest.library.filename().string()),
                         {fmt::format("it does not export {}", SYX_ENTRY_NAME)});
  }
  const auto entry = library.get<const syx_plugin*()>(SYX_ENTRY_NAME);
  const syx_plugin* plugin = entry();
  if (!plugin) return library_error("E0206", manifest, fmt::format("the entry of plugin {} returned nothing", manifest.short_name));
  return plugin;
}

// Before any other struct is read.
Errors check_abi(const syx_plugin& plugin, const Manifest& manifest) {
  const auto refuse = [&](std::string who) -> Errors {
    return {library_error("E0206", manifest, fmt::format("plugin {} and this host speak different versions of the border", manifest.short_name),
                          {fmt::format("plugin: minor {}, works with {} and later", plugin.abi_minor, plugin.abi_oldest),
                           fmt::format("host: minor {}, works with {} and later", SYX_ABI_MINOR, SYX_ABI_OLDEST), std::move(who)})};
  };
  if (plugin.abi_minor < SYX_ABI_OLDEST) return refuse("the plugin is too old: build it again with today's SDK");
  if (SYX_ABI_MINOR < plugin.abi_oldest) return refuse("the host is too old: update syrinx");
  const auto required = manifest.abi.empty() ? std::optional(true) : satisfies({{SYX_ABI_MAJOR, SYX_ABI_MINOR, 0}}, manifest.abi);
  if (!required.value_or(false))
    return refuse(fmt::format("its manifest requires {}, this host has {}.{}", manifest.abi,
                              SYX_ABI_MAJOR, SYX_ABI_MINOR));
  if (!SYX_REACHES(syx_plugin, &plugin, query) || (plugin.component_count > 0 && !plugin.components))
    return {library_error("E0206", manifest, fmt::format("plugin {} describes itself with too little", manifest.short_name),
                          {fmt::format("struct_size is {}, not {}", plugin.struct_size, sizeof(syx_plugin))})};
  return {};
}

Errors compare(const syx_plugin& plugin, const Manifest& manifest) {
  const auto differs = [&](std::string note) -> Errors {
    return {library_error("E0207", manifest, fmt::format("plugin {} is not what its manifest says", manifest.short_name), {std::move(note)})};
  };
  if (!plugin.id || manifest.id != plugin.id) return differs(fmt::format("id: \"{}\" in the library, \"{}\" in the manifest", plugin.id ? plugin.id : "", manifest.id));
  if (!plugin.version || manifest.version != plugin.version)
    return differs(fmt::format("version: {} in the library, {} in the manifest", plugin.version ? plugin.version : "", manifest.version));
  for (const ComponentManifest& wanted : manifest.components) {
    const syx_component* found = nullptr;
    for (uint32_t i = 0; i < plugin.component_count; ++i)
      if (plugin.components[i] && plugin.components[i]->name && wanted.name == plugin.components[i]->name) found = plugin.components[i];
    if (!found) return differs(fmt::format("component \"{}\" is in the manifest only", wanted.name));
    if (!found->kind || wanted.kind != found->kind)
      return differs(fmt::format("component \"{}\": kind {} in the library, {} in the manifest", wanted.name, found->kind ? found->kind : "", wanted.kind));
    if (!SYX_REACHES(syx_component, found, create) || !found->describe || !found->create || !found->schema)
      return differs(fmt::format("component \"{}\" has no describe, create or schema", wanted.name));
    if (Json::parse(found->schema, nullptr, false) != (wanted.options.is_null() ? Json::object() : wanted.options))
      return differs(fmt::format("component \"{}\": another schema in the library", wanted.name));
  }
  return {};
}

Errors check_needs(const Manifest& manifest) {
  if (!manifest.needs.is_object() || !manifest.needs.contains("glibc")) return {};
  const std::string wanted = manifest.needs["glibc"].is_string() ? manifest.needs["glibc"].get<std::string>() : manifest.needs["glibc"].dump();
  const auto here = parse_version(gnu_get_libc_version()), there = parse_version(wanted);
  if (!there || !here || *here >= *there) return {};
  return {library_error("E0212", manifest, fmt::format("plugin {} needs glibc {}", manifest.short_name, wanted),
                        {fmt::format("this system has {}", gnu_get_libc_version())})};
}

}  // namespace

const syx_component* Library::component(const std::string& name) const {
  for (uint32_t i = 0; i < plugin_->component_count; ++i)
    if (name == plugin_->components[i]->name) return plugin_->components[i];
  return nullptr;
}

struct LibraryRegistry::State {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<Library>> loaded;  // by path
  std::vector<Library*> order;
  std::vector<std::unique_ptr<dll::shared_library>> handles;  // kept until the process ends: plugins are never unloaded
  std::map<std::string, std::pair<std::string, std::string>> runtimes;  // family -> version, plugin
};

LibraryRegistry::State& LibraryRegistry::state() {
  // Never destroyed: deleters of tensors may run when static objects are gone.
  static State* const kState = new State;
  return *kState;
}

LibraryRegistry& LibraryRegistry::instance() {
  static LibraryRegistry* const kRegistry = new LibraryRegistry;
  return *kRegistry;
}

Result<const Library*> LibraryRegistry::load(const Manifest& manifest) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const std::string path = manifest.library.string();
  if (const auto found = s.loaded.find(path); found != s.loaded.end()) return found->second.get();

  Errors errors = check_needs(manifest);
  if (!errors.empty()) return errors;
  if (manifest.runtime.is_object()) {
    const std::string family = manifest.runtime.value("name", ""), version = manifest.runtime.value("version", "");
    const auto [there, added] = s.runtimes.try_emplace(family, version, manifest.short_name);
    if (!added && there->second.first != version) {
      Error error = library_error("E0211", manifest, fmt::format("two versions of {} in one process", family),
                                  {fmt::format("{} needs {}, {} needs {}", manifest.short_name, version, there->second.second, there->second.first)});
      error.help.push_back("isolation: process");
      return error;
    }
  }
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) return library_error("E0204", manifest, fmt::format("the library of plugin {} is missing", manifest.short_name), {path});
  if (const std::string damage = elf_damage(manifest.library); !damage.empty())
    return library_error(
        "E0204", manifest,
        fmt::format("the library of plugin {} cannot be loaded", manifest.short_name),
        {path, damage});
  errors = try_in_child(manifest);
  if (!errors.empty()) return errors;

  s.handles.push_back(std::make_unique<dll::shared_library>());
  dll::shared_library* const library = s.handles.back().get();
  std::string why;
  try {
    library->load(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    why = loader_words(error.what());
  }
  if (!library->is_loaded()) return library_error("E0204", manifest, fmt::format("the library of plugin {} cannot be loaded", manifest.short_name), {path, why});
  auto plugin = enter(*library, manifest);
  if (!plugin) return std::move(plugin).errors();
  errors = check_abi(**plugin, manifest);
  if (errors.empty()) errors = compare(**plugin, manifest);
  if (!errors.empty()) return errors;
  if ((*plugin)->start) {
    ControlCall call(fmt::format("plugin {}", manifest.short_name));
    errors = call.errors((*plugin)->start(call.get(), &host()), "E0210", {});
    if (!errors.empty()) return errors;
  }
  auto out = std::make_unique<Library>();
  out->manifest_ = manifest;
  out->plugin_ = *plugin;
  s.order.push_back(out.get());
  return s.loaded.emplace(path, std::move(out)).first->second.get();
}

void LibraryRegistry::stop_all() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  for (auto it = s.order.rbegin(); it != s.order.rend(); ++it)
    if ((*it)->plugin_->stop) (*it)->plugin_->stop();
  s.order.clear();
}

}  // namespace syrinx::core
