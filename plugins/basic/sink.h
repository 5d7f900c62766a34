// Where a writer's bytes go: a file that appears under its name when it is whole, or memory.
#pragma once

#include <cstdint>
#include <string>

namespace basic {

// Every function returns an empty string, or what went wrong in words. Not for several threads.
class Sink {
 public:
  ~Sink() { discard(); }
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // "" is memory. Folders on the way are made. Writes to `path`.part until finish; a device or a pipe is written as it is, and never
  // replaced. A link stays a link: what it names is written.
  std::string open(const std::string& path);
  bool is_open() const { return fd_ >= 0 || memory_open_; }
  // At the current position; the first failure is kept.
  int64_t write(const void* data, int64_t size);
  int64_t read(void* data, int64_t size);
  int64_t seek(int64_t offset, int whence);
  int64_t tell() const { return at_; }
  int64_t size() const;
  // Gives the file its name.
  std::string finish();
  // Leaves nothing behind.
  void discard();
  const std::string& failure() const { return failure_; }
  std::string take_memory() { return std::move(memory_); }

 private:
  std::string say(const char* verb) const;
  std::string path_, part_, memory_, failure_;
  int fd_ = -1;
  bool memory_open_ = false, direct_ = false;
  int64_t at_ = 0;
};

}  // namespace basic
