#include "core/cli/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/cli/session.h"
#include "core/config/parse.h"

namespace syrinx::cli {
namespace {

namespace fs = std::filesystem;
using core::Node;

// Relative, and within the folder whatever it is appended to.
bool is_inner_path(const std::string& path) {
  const fs::path parsed(path);
  return !path.empty() && parsed.is_relative() && path.find('\\') == std::string::npos &&
         std::none_of(parsed.begin(), parsed.end(), [](const fs::path& part) { return part.empty() || part == "." || part == ".."; });
}

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Fills `out`; what is wrong, or "".
std::string read(const Node& root, Catalogue& out) {
  if (!root.is_map()) return "a catalogue must be a map, not " + core::describe(root);
  const auto text = [](const Node& map, const char* key, std::string& to) -> std::string {
    const Node* node = map.find(key);
    if (!node || !node->is_scalar() || node->scalar.empty()) return fmt::format("\"{}\" must be a text", key);
    to = node->scalar;
    return "";
  };
  std::string version;
  for (const auto& [key, to] : {std::pair("catalogue", &version), std::pair("summary", &out.summary), std::pair("licence", &out.licence),
                                std::pair("terms", &out.terms), std::pair("source", &out.source)})
    if (std::string problem = text(root, key, *to); !problem.empty()) return problem;
  if (version != "1") return fmt::format("catalogue version {} is not known; this program reads version 1", version);
  const Node* files = root.find("files");
  if (!files || !files->is_sequence() || files->items.empty()) return "\"files\" must be a list of at least one";
  for (const Node& item : files->items) {
    CatalogueFile file;
    if (!item.is_map()) return "a file must be a map, not " + core::describe(item);
    if (std::string problem = text(item, "path", file.path); !problem.empty()) return problem;
    if (!is_inner_path(file.path)) return fmt::format("the path \"{}\" leads out of the folder", file.path);
    if (std::string problem = text(item, "sha256", file.sha256); !problem.empty()) return problem;
    if (!is_digest(file.sha256)) return fmt::format("the sha256 of {} must be 64 small hexadecimal digits", file.path);
    out.files.push_back(std::move(file));
  }
  return "";
}

}  // namespace

std::optional<Catalogue> read_catalogue(const std::string& name, std::string& problem) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".yaml");
  const fs::path path = is_path ? fs::path(name) : fs::path(shared_folder("models")) / (name + ".yaml");
  std::error_code none;
  if (!fs::is_regular_file(path, none)) {
    problem = fmt::format("error: no catalogue \"{}\"\n  = note: looked for {}\n", name, path.string());
    if (const auto names = installed_catalogues(); !names.empty()) problem += fmt::format("  = note: there are: {}\n", fmt::join(names, ", "));
    return std::nullopt;
  }
  const auto source = core::read_source(path.string(), path.string());
  if (!source) return problem = core::to_text(source.errors()), std::nullopt;
  const auto root = core::parse_yaml(*source);
  if (!root) return problem = core::to_text(root.errors()), std::nullopt;
  Catalogue out;
  out.name = path.stem().string();
  if (const std::string wrong = read(*root, out); !wrong.empty()) {
    problem = fmt::format("error: {}: {}\n", path.string(), wrong);
    return std::nullopt;
  }
  while (out.source.ends_with('/')) out.source.pop_back();
  return out;
}

std::vector<std::string> installed_catalogues() {
  std::vector<std::string> out;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(shared_folder("models"), none))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace syrinx::cli
