// Ctrl-C while texts are spoken.
#include <chrono>

#include "core/ab/run_state.h"

namespace syrinx::ab {

Cancelling::Cancelling(const std::atomic<bool>* stop) {
  if (!stop) return;
  thread_ = std::thread([this, stop] {
    for (; !over_; std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
      if (!*stop) continue;
      // Again and again: a text may be handed in between two looks.
      const std::lock_guard lock(mutex_);
      for (const auto& [number, cancel] : watched_) cancel();
    }
  });
}

Cancelling::~Cancelling() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<void> Cancelling::watch(std::function<void()> cancel) {
  const std::lock_guard lock(mutex_);
  const int number = next_++;
  watched_[number] = std::move(cancel);
  return {nullptr, [this, number](void*) {
            const std::lock_guard unlock(mutex_);
            watched_.erase(number);
          }};
}

core::Result<std::shared_ptr<Speaker>> RunState::speaker(core::Plan plan, core::Keeping keeping) const {
  auto made = Speaker::create(std::move(plan), std::move(keeping));
  if (!made) return std::move(made).errors();
  Speaker* raw = made->release();
  auto watched = cancelling.watch([raw] { raw->cancel(); });
  return std::shared_ptr<Speaker>(raw, [watched = std::move(watched)](Speaker* speaker) mutable {
    watched.reset();
    delete speaker;
  });
}

}  // namespace syrinx::ab
