// Loaded plugins. A library is loaded once per process and never unloaded; this registry is the only singleton.
#pragma once

#include <memory>
#include <string>

#include "core/plugin/manifest.h"
#include "core/report/error.h"
#include "syrinx/abi.h"

namespace syrinx::core {

// A library that is mapped, spoken to (`start` has run) and compared with its manifest. Lives until the process ends.
class Library {
 public:
  const Manifest& manifest() const { return manifest_; }
  const syx_plugin& plugin() const { return *plugin_; }
  // The component of that name, or null.
  const syx_component* component(const std::string& name) const;

 private:
  friend class LibraryRegistry;
  Manifest manifest_;
  const syx_plugin* plugin_ = nullptr;
};

class LibraryRegistry {
 public:
  static LibraryRegistry& instance();

  // Loads the library of a manifest, or returns the one loaded before. Calls are serialised inside. [any]
  // E0204 missing, truncated or without immediate binding; E0206 wrong ABI; E0207 not what its manifest says; E0208
  // crashed or hung when it was tried; E0210 its start failed; E0211 a second runtime of one family; E0212 needs unmet.
  Result<const Library*> load(const Manifest& manifest);

  // Calls every plugin's `stop`, last started first; at the end of the process, after the last stage is destroyed.
  void stop_all();

 private:
  LibraryRegistry() = default;
  struct State;
  State& state();
};

}  // namespace syrinx::core
