// syrinx-conform: checks a plugin against the rules of the border, and writes its manifest.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "manifest.h"
#include "rules.h"

namespace {

namespace fs = std::filesystem;

constexpr char kUsage[] =
    "usage: syrinx-conform [OPTIONS] LIBRARY\n\n"
    "Checks a plugin: each rule in a process and an empty folder of its own, with a time limit.\n\n"
    "  --rule ID          only this rule, e.g. C-004\n"
    "  --in-process       in this process and folder, for a debugger\n"
    "  --component NAME   only this component\n"
    "  --options JSON     options for its stages instead of the defaults\n"
    "  --seed N           seed of the inputs that are made (default 1)\n"
    "  --json             results as JSON lines\n"
    "  --list             the rules; with --markdown as a page\n"
    "  --manifest         write the plugin's manifest\n"
    "    --short NAME     what configurations call it (default: the library's name)\n"
    "    --output FILE    where to (default: standard output)\n\n"
    "Exit code 0: every rule holds; 1: one does not; 2: usage.\n";

int write_manifest(const std::string& library, std::string short_name, const std::string& output) {
  const fs::path path = fs::absolute(library);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    std::fprintf(stderr, "error: %s\n", dlerror());
    return 1;
  }
  const auto entry = reinterpret_cast<syx_plugin_entry>(dlsym(handle, SYX_ENTRY_NAME));
  const syx_plugin* plugin = entry ? entry() : nullptr;
  if (!plugin) {
    std::fprintf(stderr, "error: %s exports no %s, or it returned nothing\n", path.c_str(), SYX_ENTRY_NAME);
    return 1;
  }
  if (short_name.empty()) short_name = path.stem().string();
  const std::string text = syrinx::conform::make_manifest(*plugin, path.filename().string(), short_name).dump(1) + "\n";
  if (output.empty()) {
    std::fputs(text.c_str(), stdout);
    return 0;
  }
  const fs::path part = output + ".part";
  std::ofstream(part) << text;
  std::error_code failed;
  fs::rename(part, output, failed);
  if (failed) std::fprintf(stderr, "error: cannot write %s: %s\n", output.c_str(), failed.message().c_str());
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  syrinx::conform::Request request;
  std::string short_name, output;
  bool manifest = false, list = false, markdown = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    if (word == "--help" || word == "-h") return std::fputs(kUsage, stdout), 0;
    else if (word == "--rule") request.rule = value();
    else if (word == "--in-process") request.in_process = true;
    else if (word == "--component") request.component = value();
    else if (word == "--options") request.options = value();
    else if (word == "--seed") request.seed = std::strtoull(value().c_str(), nullptr, 10);
    else if (word == "--json") request.json = true;
    else if (word == "--list") list = true;
    else if (word == "--markdown") markdown = true;
    else if (word == "--manifest") manifest = true;
    else if (word == "--short") short_name = value();
    else if (word == "--output") output = value();
    else if (word.rfind("--", 0) == 0) return std::fprintf(stderr, "error: unknown option %s\n\n%s", word.c_str(), kUsage), 2;
    else request.library = fs::absolute(word).string();
  }
  if (list) return std::fputs(syrinx::conform::list_rules(markdown).c_str(), stdout), 0;
  if (request.library.empty()) return std::fputs(kUsage, stderr), 2;
  if (manifest) return write_manifest(request.library, short_name, output);
  return syrinx::conform::check(request);
}
