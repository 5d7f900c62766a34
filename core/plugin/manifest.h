// What a plugin says of itself without being loaded: the manifest beside its library.
//
// Values; immutable once read. Listing, help, completion, the editor's schema and most config errors need nothing
// more. Format: architecture, section 9.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/report/error.h"

namespace syrinx::core {

using Json = nlohmann::ordered_json;  // ordered: the order of ports is their numbering

struct ComponentManifest {
  std::string name;     // "vocoder"
  std::string kind;     // "vocoder"
  std::string summary;  // one sentence
  std::vector<std::string> devices;  // "cpu", "cuda", ...; empty: cpu
  std::string streaming;             // "none", "exact" or "approximate"
  Json in, out;                      // port -> attributes
  Json slots;                        // slot -> {kind, table or ports, optional}
  Json options;                      // JSON Schema
};

struct Manifest {
  std::string id;       // "org.example.griffin"
  std::string short_name;  // "griffin"
  std::string version;
  std::string abi;      // requirement on the host, ">=0.1"
  std::filesystem::path file;     // the manifest itself
  std::filesystem::path library;  // absolute; the variant this CPU gets
  Json runtime;         // {name, version, build} or null
  Json needs;
  std::vector<ComponentManifest> components;

  const ComponentManifest* component(const std::string& name) const;
};

// Reads and checks one manifest; the library it names need not exist yet. E02xx with positions.
Result<Manifest> read_manifest(const std::filesystem::path& file);

}  // namespace syrinx::core
