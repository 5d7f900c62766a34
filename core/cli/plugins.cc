// syrinx plugins list, info, new; voices, doctor.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/cli/commands.h"
#include "core/cli/process.h"
#include "core/cli/session.h"
#include "core/plugin/quarantine.h"
#include "core/report/suggest.h"
#include "core/report/version.h"

namespace syrinx::cli {
namespace {

namespace fs = std::filesystem;
using core::Json;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

// "griffin_lim" or "griffin-lim" to "GriffinLim"
std::string class_name(const std::string& name) {
  std::string out;
  bool upper = true;
  for (char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

// Copies the files of a folder, not those of its folders, with every mark replaced; names the file that cannot be written.
std::string copy_template(const fs::path& from, const fs::path& to, const std::vector<std::pair<std::string, std::string>>& marks) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(from, failed)) {
    if (!entry.is_regular_file()) continue;
    std::string text = read_file(entry.path());
    for (const auto& [mark, value] : marks) replace_all(text, mark, value);
    const fs::path path = to / entry.path().filename();
    std::ofstream out(path);
    out << text;
    if (!out.flush()) return path.string();
  }
  return "";
}

void print_component(const std::string& plugin, const core::ComponentManifest& component) {
  fmt::print("{}/{}  ({})\n", plugin, component.name, component.kind);
  if (!component.summary.empty()) fmt::print("  {}\n", component.summary);
  for (const auto& [side, ports] : {std::pair{"takes", &component.in}, std::pair{"makes", &component.out}})
    if (ports->is_object() && !ports->empty()) fmt::print("  {}: {}\n", side, ports->dump());
  const Json properties = component.options.is_object() ? component.options.value("properties", Json::object()) : Json::object();
  if (!properties.empty()) fmt::print("  options:\n");
  for (const auto& [name, property] : properties.items()) {
    std::string facts = property.contains("type") ? (property["type"].is_string() ? property["type"].get<std::string>() : property["type"].dump()) : "any";
    if (property.contains("default")) facts += ", default " + property["default"].dump();
    if (property.contains("minimum")) facts += fmt::format(", {} to {}", property["minimum"].dump(), property.contains("maximum") ? property["maximum"].dump() : "any");
    if (property.contains("enum")) facts += ", one of " + property["enum"].dump();
    if (property.value("scope", "") == "utterance") facts += ", per utterance";
    fmt::print("    {:<20} {}\n    {:<20} {}\n", name, property.value("description", ""), "", facts);
  }
}

struct Voice {
  const char *name, *language, *licence, *about;
};
constexpr Voice kVoices[] = {{"hibari", "en-US, 24 kHz", "Apache-2.0, copyright 2026 Maureese Williams",
                              "attributions: Kokoro-82M by hexgrad (Apache-2.0, the teacher), misaki by hexgrad (Apache-2.0, the lexicons), "
                              "spaCy by ExplosionAI GmbH (MIT, tokenizer rules)"}};

fs::path find_voice(const std::string& name) {
  std::error_code ignored;
  for (const fs::path& folder : core::voice_folders())
    if (fs::exists(folder / name / ".complete", ignored)) return folder / name;
  return {};
}

int install_voice(const std::string& name) {
  std::vector<std::string> names;
  for (const Voice& voice : kVoices) names.emplace_back(voice.name);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    fmt::print(stderr, "error[E0402]: no voice \"{}\"\n  = note: there are: {}\n", name, fmt::join(names, ", "));
    return kAssetMissing;
  }
  const fs::path helpers = core::installation() / "libexec" / "syrinx";
  const fs::path folder = core::voice_folders().front() / name;
  const int fetched = run_program({(helpers / ("fetch-voice-" + name)).string(), folder.string()}).code;
  if (fetched != 0) return kAssetMissing;
  const int compiled = run_program({(helpers / (name + "-compile")).string(), folder.string()}).code;
  if (compiled == 0) fmt::print("{}\n", folder.string());
  return compiled == 0 ? kOk : kAssetMissing;
}

}  // namespace

int plugins_list(const Arguments& arguments) {
  core::PluginIndex index = plugin_index(arguments);
  if (const std::string id = arguments.get("retry"); !id.empty()) {
    const core::Manifest* manifest = index.find(id);
    for (const core::Manifest& other : index.plugins)
      if (other.id == id) manifest = &other;
    if (!manifest) {
      fmt::print(stderr, "error[E0202]: no plugin \"{}\"{}\n", id, core::did_you_mean(id, index.names()));
      return kPluginMissing;
    }
    core::lift_quarantine(*manifest);
    auto loaded = core::LibraryRegistry::instance().load(*manifest);
    if (!loaded) return report(loaded.errors(), arguments);
  }
  const std::string kind = arguments.get("kind");
  if (arguments.has("json")) {
    Json out = Json::array();
    for (const core::Manifest& m : index.plugins)
      for (const core::ComponentManifest& c : m.components)
        if (kind.empty() || kind == c.kind)
          out.push_back({{"plugin", m.short_name + "/" + c.name}, {"kind", c.kind}, {"version", m.version}, {"id", m.id}, {"summary", c.summary}, {"file", m.file.string()}});
    fmt::print("{}\n", out.dump(1));
    return kOk;
  }
  for (const core::Manifest& m : index.plugins) {
    const std::string reason = core::quarantine_reason(m);
    if (!reason.empty()) fmt::print("{} {}: quarantined: {}\n", m.short_name, m.version, reason);
    for (const core::ComponentManifest& c : m.components)
      if (kind.empty() || kind == c.kind) fmt::print("{:<28} {:<12} {:<8} {}\n", m.short_name + "/" + c.name, c.kind, m.version, c.summary);
  }
  if (arguments.has("verbose"))
    for (const auto& shadowed : index.shadowed) fmt::print("{} is hidden by {}\n", shadowed.manifest.file.string(), shadowed.by.string());
  for (const auto& broken : index.broken) fmt::print(stderr, "{}", core::to_text(broken.errors, use_colour(arguments)));
  return kOk;
}

int plugins_info(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    fmt::print(stderr, "error: plugins info needs a name\n  = help: syrinx plugins info basic/sampler\n");
    return kUsage;
  }
  const core::PluginIndex index = plugin_index(arguments);
  const std::string& name = arguments.positional[0];
  const size_t slash = std::min(name.find('/'), name.size());
  const core::Manifest* manifest = index.find(name.substr(0, slash));
  if (!manifest) {
    fmt::print(stderr, "error[E0202]: no plugin \"{}\" {}\n", name.substr(0, slash), core::did_you_mean(name.substr(0, slash), index.names()));
    return kPluginMissing;
  }
  const std::string component = slash < name.size() ? name.substr(slash + 1) : "";
  if (!component.empty() && !manifest->component(component)) {
    std::vector<std::string> names;
    for (const auto& known : manifest->components) names.push_back(known.name);
    core::Error error{"E0203", fmt::format("plugin \"{}\" has no component \"{}\"", manifest->short_name, component), {}, {fmt::format("it has: {}", fmt::join(names, ", "))}, {}};
    if (const std::string near = core::did_you_mean(component, names); !near.empty()) error.help.push_back(near);
    report({error}, arguments);
    return kPluginMissing;
  }
  fmt::print("{} {}  {}\n  manifest {}\n  library  {}\n\n", manifest->short_name, manifest->version, manifest->id, manifest->file.string(), manifest->library.string());
  for (const core::ComponentManifest& c : manifest->components)
    if (component.empty() || c.name == component) print_component(manifest->short_name, c);
  return kOk;
}

int plugins_new(const Arguments& arguments) {
  if (arguments.positional.size() != 2) {
    fmt::print(stderr, "error: plugins new needs a kind and a name\n  = help: syrinx plugins new vocoder griffin\n");
    return kUsage;
  }
  const std::string kind = arguments.positional[0], name = arguments.positional[1];
  const bool word = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
                    name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
  if (!word) {
    fmt::print(stderr, "error: \"{}\" is no name for a plugin: lower-case letters, digits, - and _, a letter first\n", name);
    return kUsage;
  }
  // Names of CMake's own targets, and of plugins that would hide the new one or be hidden by it.
  static constexpr std::string_view kReserved[] = {"all", "clean", "depend", "edit_cache", "help", "install", "list_install_components", "package", "package_source", "rebuild_cache", "test"};
  if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
    fmt::print(stderr, "error: \"{}\" is a name of CMake's; choose another\n", name);
    return kUsage;
  }
  const core::PluginIndex index = plugin_index(arguments);
  if (const core::Manifest* there = index.find(name)) {
    fmt::print(stderr, "error: a plugin \"{}\" is installed already: {}\n  = help: choose another name\n", name, there->file.string());
    return kUsage;
  }
  const fs::path from = fs::path(shared_folder("template")) / arguments.get("language", "cpp");
  std::error_code failed;
  std::vector<std::string> kinds;
  for (const auto& entry : fs::directory_iterator(from, failed))
    if (entry.is_directory()) kinds.push_back(entry.path().filename().string());
  std::sort(kinds.begin(), kinds.end());
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    fmt::print(stderr, "error: no template for a {} in {}\n  = note: there are: {}\n", kind, from.string(), kinds.empty() ? "none; is the SDK installed?" : fmt::to_string(fmt::join(kinds, ", ")));
    return kUsage;
  }
  const fs::path to = arguments.get("directory", name);
  if (fs::exists(to, failed) && !fs::is_empty(to, failed)) {
    fmt::print(stderr, "error: {} exists and is not empty\n  = help: -d DIR\n", to.string());
    return kRunFailed;
  }
  fs::create_directories(to, failed);
  if (failed) {
    fmt::print(stderr, "error: cannot make {}: {}\n", to.string(), failed.message());
    return kRunFailed;
  }
  const std::vector<std::pair<std::string, std::string>> marks = {
      {"@NAME@", name}, {"@CLASS@", class_name(name)}, {"@KIND@", kind}, {"@ID@", arguments.get("id", "org.example." + name)}};
  // What the language's templates share, then what the kind has of its own.
  for (const fs::path& folder : {from, from / kind})
    if (const std::string problem = copy_template(folder, to, marks); !problem.empty()) {
      fmt::print(stderr, "error: cannot write {}\n", problem);
      return kRunFailed;
    }
  fmt::print("{0} is made. Next:\n  cmake -S {0} -B {0}/build -DCMAKE_PREFIX_PATH={1}\n  cmake --build {0}/build && ctest --test-dir {0}/build\n"
             "  syrinx synth -c {0}/pipeline.yaml --plugin-dir {0}/build/plugins \"Hello, world.\"\n",
             to.string(), core::installation().string());
  return kOk;
}

int voices(const Arguments& arguments) {
  if (!arguments.positional.empty()) {
    if (arguments.positional.size() == 2 && arguments.positional[0] == "install") return install_voice(arguments.positional[1]);
    fmt::print(stderr, "error: voices takes `install NAME` or nothing\n");
    return kUsage;
  }
  Json out = Json::array();
  for (const Voice& voice : kVoices) {
    const fs::path where = find_voice(voice.name);
    out.push_back({{"name", voice.name}, {"language", voice.language}, {"licence", voice.licence}, {"installed", !where.empty()}, {"folder", where.string()}});
    if (arguments.has("json")) continue;
    fmt::print("{:<10} {}  {}\n  licence: {}\n  {}\n", voice.name, voice.language, where.empty() ? fmt::format("not installed (syrinx voices install {})", voice.name) : where.string(),
               voice.licence, voice.about);
  }
  if (arguments.has("json")) fmt::print("{}\n", out.dump(1));
  return kOk;
}

// A run of a pipeline that takes a recording's path for its text.
int voices_encode(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    fmt::print(stderr, "error: voices encode takes one recording\n  = help: syrinx voices encode ref.wav --text \"what is said in it\"\n");
    return kUsage;
  }
  if (arguments.get("text").empty()) {
    fmt::print(stderr, "error: the transcript is missing\n  = help: --text \"what is said in {}\"\n", arguments.positional[0]);
    return kUsage;
  }
  Arguments run = arguments;
  if (!run.has("config")) run.values_["config"] = {"encode-voice"};
  run.values_["option"].push_back("transcript=" + arguments.get("text"));
  run.values_.erase("text");
  if (!run.has("output")) run.values_["output"] = {fs::path(arguments.positional[0]).replace_extension(".json").string()};
  return synth(run);
}

int doctor(const Arguments& arguments) {
  fmt::print("syrinx {}, ABI {}.{} (works with {}.{} and later)\ninstallation {}\n", core::kVersion, SYX_ABI_MAJOR, SYX_ABI_MINOR, SYX_ABI_MAJOR, SYX_ABI_OLDEST,
             core::installation().string());
  const core::PluginIndex index = plugin_index(arguments);
  fmt::print("\nplugins are looked for in:\n");
  for (const core::PluginFolder& folder : index.folders) {
    std::error_code ignored;
    fmt::print("  {:<20} {}{}\n", folder.origin, folder.path.string(), fs::is_directory(folder.path, ignored) ? "" : "  (no such folder)");
  }
  fmt::print("\nfound:\n");
  int problems = 0;
  for (const core::Manifest& m : index.plugins) {
    const std::string reason = core::quarantine_reason(m);
    auto loaded = core::LibraryRegistry::instance().load(m);
    fmt::print("  {:<16} {:<8} {}\n", m.short_name, m.version, loaded ? "loads" : loaded.errors().front().message);
    if (loaded) continue;
    ++problems;
    for (const std::string& note : loaded.errors().front().notes) fmt::print("  {:<16} {:<8}   {}\n", "", "", note);
  }
  for (const auto& shadowed : index.shadowed) fmt::print("  {} is hidden by {}\n", shadowed.manifest.file.string(), shadowed.by.string());
  for (const auto& broken : index.broken) {
    ++problems;
    fmt::print("  {}: {}\n", broken.file.string(), broken.errors.front().message);
  }
  fmt::print("\nvoices are looked for in:\n");
  for (const fs::path& folder : core::voice_folders()) fmt::print("  {}\n", folder.string());
  for (const Voice& voice : kVoices) fmt::print("  {:<16} {}\n", voice.name, find_voice(voice.name).empty() ? "not installed" : find_voice(voice.name).string());
  return problems ? kPluginMissing : kOk;
}

}  // namespace syrinx::cli
