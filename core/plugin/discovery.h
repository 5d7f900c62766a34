// Which plugins there are: manifests in a list of folders, read without loading anything.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/plugin/manifest.h"

namespace syrinx::core {

struct PluginFolder {
  std::filesystem::path path;
  std::string origin;  // "--plugin-dir", "SYRINX_PLUGIN_PATH", "plugins.path", "user", "installation"
};

// In order of search. The environment is ignored in privileged processes; the working directory is never searched.
std::vector<PluginFolder> plugin_folders(const std::vector<std::string>& plugin_dirs,
                                         const std::vector<std::string>& config_path = {});

// Where this installation keeps things: the folder above bin/ of the program, or of the library.
std::filesystem::path installation();
// Of the user: $XDG_DATA_HOME/syrinx and $XDG_STATE_HOME/syrinx, or their defaults.
std::filesystem::path user_data();
std::filesystem::path user_state();
// Folders with voices: SYRINX_VOICES_DIR, the user's, the installation's.
std::vector<std::filesystem::path> voice_folders();

// Immutable once made.
class PluginIndex {
 public:
  // Reads <folder>/<name>/<name>.yaml of every folder, and <folder>/<name>.yaml when a folder is a plugin's own.
  static PluginIndex scan(std::vector<PluginFolder> folders);

  struct Shadowed {
    Manifest manifest;
    std::filesystem::path by;
  };
  struct Broken {
    std::filesystem::path file;
    Errors errors;
  };

  const Manifest* find(const std::string& short_name) const;
  std::vector<std::string> names() const;

  std::vector<PluginFolder> folders;
  std::vector<Manifest> plugins;    // first id wins
  std::vector<Shadowed> shadowed;
  std::vector<Broken> broken;       // manifests that cannot be read; they hinder nobody else
};

}  // namespace syrinx::core
