// Ctrl-C and its relatives: the first asks for a clean stop, the second ends the process at once.
#pragma once

#include <functional>

namespace syrinx::cli {

// While it lives, SIGINT, SIGTERM and SIGHUP call `stop` once, on a thread of its own (so `stop` may lock and allocate).
// A second signal ends the process with code 130. SIGPIPE is ignored for good: a closed pipe is an error of writing.
class InterruptGuard {
 public:
  explicit InterruptGuard(std::function<void()> stop);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool interrupted();

 private:
  struct State;
  State* state_;
};

}  // namespace syrinx::cli
