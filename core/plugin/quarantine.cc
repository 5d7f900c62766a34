#include "core/plugin/quarantine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/plugin/discovery.h"

extern char** environ;

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

constexpr int kMostMilliseconds = 10000;

fs::path record_file() { return user_state() / "plugins.json"; }

// Changes when the library does.
std::string identity(const fs::path& library) {
  struct stat info;
  if (stat(library.c_str(), &info) != 0) return {};
  return fmt::format("{}.{:09}/{}", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size);
}

Json read_record() {
  std::ifstream in(record_file());
  Json record = in ? Json::parse(in, nullptr, false) : Json::object();
  return record.is_object() ? record : Json::object();
}

// Whole or not at all; a state folder that cannot be written only costs time.
void write_record(const Json& record) {
  std::error_code ignored;
  fs::create_directories(user_state(), ignored);
  const fs::path part = record_file().string() + fmt::format(".{}", getpid());
  {
    std::ofstream out(part);
    out << record.dump(1);
    if (!out.flush()) {
      fs::remove(part, ignored);
      return;
    }
  }
  fs::rename(part, record_file(), ignored);
}

// How the child ended: empty if well.
std::string outcome(pid_t child) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kMostMilliseconds);
  int status = 0;
  for (int wait_us = 200; waitpid(child, &status, WNOHANG) == 0; wait_us = std::min(wait_us * 2, 5000)) {
    if (std::chrono::steady_clock::now() > deadline) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return fmt::format("it did not finish loading within {} s", kMostMilliseconds / 1000);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(wait_us));
  }
  if (WIFSIGNALED(status)) return fmt::format("it crashed while loading: {}", strsignal(WTERMSIG(status)));
  return {};  // errors that are not crashes are reported better by loading it here
}

}  // namespace

Errors try_in_child(const Manifest& manifest) {
  const fs::path prober = installation() / "libexec" / "syrinx" / "syrinx-probe";
  if (access(prober.c_str(), X_OK) != 0) return {};
  const std::string now = identity(manifest.library);
  Json record = read_record();
  const std::string key = manifest.library.string();
  std::string reason;
  if (record.contains(key) && record[key].value("identity", "") == now) {
    reason = record[key].value("reason", "");
  } else {
    const char* arguments[] = {prober.c_str(), key.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int fd = 0; fd < 3; ++fd) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    pid_t child = 0;
    const int failed = posix_spawn(&child, prober.c_str(), &actions, nullptr, const_cast<char**>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) return {};
    reason = outcome(child);
    record[key] = {{"identity", now}, {"reason", reason}};
    write_record(record);
  }
  if (reason.empty()) return {};
  Error error{"E0208",
              fmt::format("plugin {} {} is quarantined", manifest.short_name, manifest.version),
              {},
              {reason, key},
              {}};
  error.help.push_back(fmt::format("syrinx plugins list --retry {}", manifest.short_name));
  return {error};
}

void lift_quarantine(const Manifest& manifest) {
  Json record = read_record();
  if (record.erase(manifest.library.string()) > 0) write_record(record);
}

std::string quarantine_reason(const Manifest& manifest) {
  const Json record = read_record();
  const auto found = record.find(manifest.library.string());
  if (found == record.end() || found->value("identity", "") != identity(manifest.library)) return {};
  return found->value("reason", "");
}

}  // namespace syrinx::core
