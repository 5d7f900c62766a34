#include "rule_checks.h"

#include <signal.h>

#include <clocale>
#include <cstring>
#include <filesystem>

#include "elf.h"

namespace syrinx::conform {

namespace {

size_t count_entries(const char* folder) {
  size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
  return n;
}

}  // namespace

void exports_only_the_entry(const Request& request) {
  std::string error;
  const auto symbols = dynamic_symbols(request.library, &error);
  require(error.empty(), error);
  std::string found;
  for (const Symbol& s : symbols)
    if (s.defined && s.exported && s.name.rfind("syx_plugin_v", 0) != 0 && s.name != "_init" && s.name != "_fini")
      found += " " + s.name;
  require(found.empty(), "it exports also:" + found.substr(0, 400));
}

void no_unique_symbols(const Request& request) {
  std::string error;
  const auto symbols = dynamic_symbols(request.library, &error);
  require(error.empty(), error);
  for (const Symbol& s : symbols)
    require(!(s.unique && s.defined), "unique symbol " + s.name + "; compile with -fno-gnu-unique");
}

void loads(const Request& request) { load(request.library); }

void loading_leaves_traces(const Request& request) {
  const auto threads = count_entries("/proc/self/task"), files = count_entries("/proc/self/fd");
  const auto folder = std::filesystem::current_path();
  struct sigaction before[32], after;
  for (int s = 1; s < 32; ++s) sigaction(s, nullptr, &before[s]);
  const std::string locale = setlocale(LC_ALL, nullptr);
  load(request.library);
  require(count_entries("/proc/self/task") == threads, "loading starts a thread");
  require(count_entries("/proc/self/fd") == files, "loading leaves a file open");
  require(std::filesystem::current_path() == folder, "loading changes the working directory");
  require(locale == setlocale(LC_ALL, nullptr), "loading changes the locale");
  for (int s = 1; s < 32; ++s) {
    sigaction(s, nullptr, &after);
    require(before[s].sa_handler == after.sa_handler, std::string("loading takes the signal ") + strsignal(s));
  }
}

}  // namespace syrinx::conform
