#include "core/cli/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

extern char** environ;

namespace syrinx::cli {

Finished run_program(const std::vector<std::string>& words, bool capture) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int ends[2] = {-1, -1};
  if (capture && pipe2(ends, O_CLOEXEC) != 0) return {127, true, ""};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (capture) posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (capture) close(ends[1]);
  Finished out;
  if (failed != 0) out = {127, failed != ENOENT, ""};
  if (capture) {
    char buffer[4096];
    for (ssize_t n = 1; failed == 0 && n != 0;) {
      n = ::read(ends[0], buffer, sizeof(buffer));
      if (n < 0 && errno != EINTR) break;
      if (n > 0) out.output.append(buffer, static_cast<size_t>(n));
    }
    close(ends[0]);
  }
  if (failed != 0) return out;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return {127, true, out.output};
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return out;
}

}  // namespace syrinx::cli
