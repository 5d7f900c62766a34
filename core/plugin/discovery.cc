#include "core/plugin/discovery.h"

#include <dlfcn.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cstdlib>

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

const char* environment(const char* name) {
  if (getauxval(AT_SECURE)) return nullptr;
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

fs::path user_folder(const char* variable, const char* under_home) {
  if (const char* value = environment(variable)) return fs::path(value) / "syrinx";
  const char* home = environment("HOME");
  return fs::path(home ? home : "/nonexistent") / under_home / "syrinx";
}

}  // namespace

fs::path installation() {
  // The object this function lies in: the program, or libsyrinx in another program.
  Dl_info info;
  std::error_code ignored;
  fs::path self;
  if (dladdr(reinterpret_cast<const void*>(&installation), &info) && info.dli_fname) self = fs::canonical(info.dli_fname, ignored);
  if (self.empty()) self = fs::read_symlink("/proc/self/exe", ignored);
  // Tests and tools lie deeper than bin/: go up to the folder that has lib/syrinx.
  for (fs::path at = self.parent_path(); at.has_relative_path(); at = at.parent_path())
    if (fs::is_directory(at / "lib" / "syrinx", ignored)) return at;
  return self.parent_path().parent_path();
}

fs::path user_data() { return user_folder("XDG_DATA_HOME", ".local/share"); }
fs::path user_state() { return user_folder("XDG_STATE_HOME", ".local/state"); }

std::vector<fs::path> voice_folders() {
  std::vector<fs::path> out;
  if (const char* value = environment("SYRINX_VOICES_DIR")) out.emplace_back(value);
  out.push_back(user_data() / "voices");
  out.push_back(installation() / "share" / "syrinx" / "voices");
  return out;
}

std::vector<PluginFolder> plugin_folders(const std::vector<std::string>& plugin_dirs, const std::vector<std::string>& config_path) {
  std::vector<PluginFolder> out;
  for (const std::string& folder : plugin_dirs) out.push_back({folder, "--plugin-dir"});
  if (const char* value = environment("SYRINX_PLUGIN_PATH")) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) out.push_back({std::string(rest.substr(0, colon)), "SYRINX_PLUGIN_PATH"});
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  for (const std::string& folder : config_path) out.push_back({folder, "plugins.path"});
  out.push_back({user_data() / "plugins", "user"});
  out.push_back({installation() / "lib" / "syrinx" / "plugins", "installation"});
  return out;
}

PluginIndex PluginIndex::scan(std::vector<PluginFolder> folders) {
  PluginIndex out;
  out.folders = std::move(folders);
  for (const PluginFolder& folder : out.folders) {
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder.path, ignored)) {
      const std::string name = entry.path().filename().string();
      const fs::path inside = entry.path() / (name + ".yaml");
      if (fs::is_regular_file(inside, ignored)) files.push_back(inside);
      if (entry.path().extension() == ".yaml" && entry.path().stem() == folder.path.filename()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());  // folders list in any order
    for (const fs::path& file : files) {
      auto manifest = read_manifest(file);
      if (!manifest) {
        out.broken.push_back({file, std::move(manifest).errors()});
      } else if (const Manifest* first = out.find(manifest->short_name)) {
        out.shadowed.push_back({*manifest, first->file});
      } else {
        out.plugins.push_back(*std::move(manifest));
      }
    }
  }
  return out;
}

const Manifest* PluginIndex::find(const std::string& short_name) const {
  const auto found = std::find_if(plugins.begin(), plugins.end(), [&](const Manifest& m) { return m.short_name == short_name; });
  return found == plugins.end() ? nullptr : &*found;
}

std::vector<std::string> PluginIndex::names() const {
  std::vector<std::string> out;
  for (const Manifest& manifest : plugins) out.push_back(manifest.short_name);
  return out;
}

}  // namespace syrinx::core
