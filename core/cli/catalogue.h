// Catalogues of models that can be fetched: share/syrinx/models/NAME.yaml, installed by the plugins that use them. A catalogue names
// files with their digests, where they come from, and the licence.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace syrinx::cli {

struct CatalogueFile {
  std::string path;    // relative, with slashes, within the folder
  std::string sha256;  // 64 small hexadecimal digits
};

struct Catalogue {
  std::string name;     // of the file
  std::string summary;
  std::string licence;  // SPDX name
  std::string terms;    // what the licence means, for whoever is asked to accept it
  std::string source;   // URL to which paths are appended
  std::vector<CatalogueFile> files;
};

// `name`: an installed catalogue, or the path of one (with a slash, or ending in .yaml). Without one that is in order, nothing, and
// lines for standard error in `problem`.
std::optional<Catalogue> read_catalogue(const std::string& name, std::string& problem);

// The names of those installed, sorted.
std::vector<std::string> installed_catalogues();

}  // namespace syrinx::cli
