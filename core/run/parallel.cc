// "syrinx.parallel/1": the host's threads for loops inside a stage.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/plugin/cpu.h"
#include "core/run/impl.h"

namespace syrinx::core {
namespace {

// Helpers that wait for work; made at the first use, kept until the process ends.
class Helpers {
 public:
  static Helpers& instance() {
    static Helpers* const kHelpers = new Helpers;
    return *kHelpers;
  }

  void run(uint64_t count, void (*body)(void*, uint64_t), void* data) {
    auto loop = std::make_shared<Loop>();
    loop->count = count;
    loop->body = body;
    loop->data = data;
    {
      const std::lock_guard lock(mutex_);
      for (uint64_t i = 1; i < std::min<uint64_t>(count, size_ + 1); ++i) waiting_.push_back(loop);
      pending_ = waiting_.size();
    }
    wake_.notify_all();
    loop->work();
    look_for([&] { return loop->done == count; });
    std::unique_lock lock(loop->mutex);
    loop->all_done.wait(lock, [&] { return loop->done == count; });
  }

 private:
  struct Loop {
    std::atomic<uint64_t> next{0};
    uint64_t count = 0;
    std::atomic<uint64_t> done{0};
    void (*body)(void*, uint64_t) = nullptr;
    void* data = nullptr;
    std::mutex mutex;
    std::condition_variable all_done;

    void work() {
      uint64_t mine = 0;
      for (uint64_t i; (i = next.fetch_add(1)) < count; ++mine) body(data, i);
      const std::lock_guard lock(mutex);
      done += mine;
      if (done == count) all_done.notify_all();
    }
  };

  Helpers() : size_(usable_cpus() - 1) {
    for (uint64_t i = 0; i < size_; ++i) std::thread([this] { help(); }).detach();
  }

  // Loops of one stage follow each other closely; falling asleep between them would cost more than they take.
  template <class Condition>
  static void look_for(Condition&& met) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
    while (!met() && std::chrono::steady_clock::now() < end) {
#if defined(__x86_64__)
      for (int i = 0; i < 16; ++i) __builtin_ia32_pause();
#endif
    }
  }

  [[noreturn]] void help() {
    while (true) {
      std::shared_ptr<Loop> loop;
      look_for([&] { return pending_ > 0; });
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return !waiting_.empty(); });
        loop = std::move(waiting_.front());
        waiting_.pop_front();
        pending_ = waiting_.size();
      }
      loop->work();
    }
  }

  const uint64_t size_;
  std::atomic<size_t> pending_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Loop>> waiting_;
};

}  // namespace

const syx_parallel_v1* parallel_service() {
  static const syx_parallel_v1 kTable = {sizeof(syx_parallel_v1), [](syx_call*, uint64_t count, void (*body)(void*, uint64_t), void* data) {
                                           Helpers::instance().run(count, body, data);
                                         }};
  return &kTable;
}

}  // namespace syrinx::core
