#include "core/cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace syrinx::cli {
namespace {

std::atomic<int> g_signals{0};
int g_pipe[2] = {-1, -1};

void on_signal(int) {
  // Only calls that are safe in a handler.
  if (g_signals.fetch_add(1) >= 1) _exit(130);
  const char byte = 1;
  [[maybe_unused]] const auto written = write(g_pipe[1], &byte, 1);
}

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

}  // namespace

struct InterruptGuard::State {
  std::function<void()> stop;
  std::thread watcher;
  struct sigaction before[3];
};

InterruptGuard::InterruptGuard(std::function<void()> stop) : state_(new State) {
  state_->stop = std::move(stop);
  g_signals = 0;
  signal(SIGPIPE, SIG_IGN);
  if (pipe(g_pipe) != 0) return;
  state_->watcher = std::thread([this] {
    char byte = 0;
    if (::read(g_pipe[0], &byte, 1) == 1 && byte == 1) state_->stop();
  });
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < 3; ++i) sigaction(kSignals[i], &action, &state_->before[i]);
}

InterruptGuard::~InterruptGuard() {
  if (state_->watcher.joinable()) {
    for (int i = 0; i < 3; ++i) sigaction(kSignals[i], &state_->before[i], nullptr);
    const char byte = 0;  // ends the watcher without a stop
    [[maybe_unused]] const auto written = write(g_pipe[1], &byte, 1);
    state_->watcher.join();
    close(g_pipe[0]);
    close(g_pipe[1]);
  }
  delete state_;
}

bool InterruptGuard::interrupted() { return g_signals.load() > 0; }

}  // namespace syrinx::cli
