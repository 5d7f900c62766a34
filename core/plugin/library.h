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
  void* handle_ = nullptr;
};

class LibraryRegistry {
 public:
  static LibraryRegistry& instance();
  // Loads the library of a manifest, or returns the one loaded before. [control]: calls are serialised inside.
  // E02xx: missing or truncated library, missing symbol, wrong ABI, crash at load (tried in a child first), mismatch
  // with the manifest, a second runtime of one family.
  Result<const Library*> load(const Manifest& manifest);
  // Calls every plugin's `stop`; at the end of the process, after the last stage is destroyed.
  void stop_all();
};

}  // namespace syrinx::core
