#include "sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <algorithm>
#include <filesystem>

namespace basic {

std::string Sink::say(const char* verb) const { return "cannot " + std::string(verb) + " " + path_ + ": " + std::strerror(errno); }

std::string Sink::open(const std::string& path) {
  discard();
  path_ = path;
  failure_.clear();
  memory_.clear();
  at_ = 0;
  if (path.empty()) {
    memory_open_ = true;
    return {};
  }
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return say("write");
  }
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    // What cannot be written at a position gets everything at once, when it is whole.
    memory_open_ = direct_ = fd_ >= 0;
    return fd_ >= 0 ? std::string() : say("write");
  }
  std::error_code error;
  std::filesystem::path real = path;
  for (int hops = 0; hops < 40 && std::filesystem::is_symlink(real, error); ++hops) {
    const auto target = std::filesystem::read_symlink(real, error);
    real = target.is_absolute() ? target : real.parent_path() / target;
  }
  path_ = real.string();
  const auto parent = real.parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  part_ = path_ + ".part";
  fd_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ >= 0) return {};
  part_.clear();
  if (error) errno = error.value();
  return say("write");
}

int64_t Sink::write(const void* data, int64_t size) {
  if (memory_open_) {
    if (static_cast<int64_t>(memory_.size()) < at_ + size) memory_.resize(static_cast<size_t>(at_ + size));
    std::memcpy(memory_.data() + at_, data, static_cast<size_t>(size));
    at_ += size;
    return size;
  }
  int64_t done = 0;
  while (done < size) {
    const ssize_t n = pwrite(fd_, static_cast<const char*>(data) + done, static_cast<size_t>(size - done), at_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      if (failure_.empty()) failure_ = say("write");
      break;
    }
    done += n;
    at_ += n;
  }
  return done;
}

int64_t Sink::read(void* data, int64_t size) {
  const int64_t n = memory_open_ ? std::max<int64_t>(0, std::min(size, this->size() - at_)) : pread(fd_, data, static_cast<size_t>(size), at_);
  if (memory_open_) std::memcpy(data, memory_.data() + at_, static_cast<size_t>(n));
  if (n > 0) at_ += n;
  return std::max<int64_t>(0, n);
}

int64_t Sink::seek(int64_t offset, int whence) {
  at_ = whence == SEEK_SET ? offset : whence == SEEK_CUR ? at_ + offset : size() + offset;
  return at_;
}

int64_t Sink::size() const {
  if (memory_open_) return static_cast<int64_t>(memory_.size());
  struct stat info;
  return fd_ >= 0 && fstat(fd_, &info) == 0 ? info.st_size : 0;
}

std::string Sink::finish() {
  if (direct_) {
    for (size_t done = 0; done < memory_.size() && failure_.empty();) {
      const ssize_t n = ::write(fd_, memory_.data() + done, memory_.size() - done);
      if (n > 0) done += static_cast<size_t>(n);
      else if (errno != EINTR) failure_ = say("write");
    }
    ::close(fd_);
    fd_ = -1;
    memory_open_ = direct_ = false;
    memory_.clear();
    return failure_;
  }
  if (memory_open_) {
    memory_open_ = false;
    return failure_;
  }
  if (failure_.empty() && ::close(fd_) != 0) failure_ = say("write");
  else if (!failure_.empty()) ::close(fd_);
  fd_ = -1;
  if (failure_.empty() && std::rename(part_.c_str(), path_.c_str()) != 0) failure_ = say("write");
  if (!failure_.empty()) unlink(part_.c_str());
  part_.clear();
  return failure_;
}

void Sink::discard() {
  if (fd_ >= 0) ::close(fd_);
  if (!part_.empty()) unlink(part_.c_str());
  fd_ = -1;
  part_.clear();
  memory_open_ = direct_ = false;
}

}  // namespace basic
