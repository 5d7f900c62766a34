#include "core/run/stage_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/report/log.h"
#include "core/report/sha256.h"
#include "syrinx/abi.h"

namespace syrinx::core {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kHead = "syrinx-stage/1\n";
constexpr size_t kDigest = 64;

struct StoredFile {
  fs::path path;
  uint64_t size = 0;
  fs::file_time_type used;
};

// All files, and those that somebody writes or left unfinished.
std::vector<StoredFile> entries_of(const fs::path& folder, std::vector<StoredFile>* unfinished) {
  std::vector<StoredFile> out;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // another process may remove it meanwhile
    if (!at->is_regular_file(gone) || gone) continue;
    StoredFile entry{at->path(), at->file_size(gone), {}};
    entry.used = at->last_write_time(gone);
    if (gone) continue;
    if (entry.path.extension() == ".part") {
      if (unfinished) unfinished->push_back(std::move(entry));
    } else {
      out.push_back(std::move(entry));
    }
  }
  return out;
}

}  // namespace

fs::path StageStore::default_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = cache && *cache ? fs::path(cache) : fs::path(home && *home ? home : "/tmp") / ".cache";
  return base / "syrinx" / "stages";
}

Result<std::unique_ptr<StageStore>> StageStore::open(fs::path folder, uint64_t limit) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{"E0505", fmt::format("cannot make the folder of stage outputs {}", folder.string()), {}, {error.message()}, {"--cache DIR names another folder, --cache off does without"}};
  auto store = std::unique_ptr<StageStore>(new StageStore(std::move(folder), limit));
  store->counted_ = store->statistics().bytes;
  return store;
}

std::optional<std::string> StageStore::get(const std::string& digest) {
  const fs::path path = file_of(digest);
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t head = kHead.size() + kDigest + 1;
  if (text.size() < head || text.compare(0, kHead.size(), kHead) != 0 || sha256(std::string_view(text).substr(head)) != text.substr(kHead.size(), kDigest)) {
    log(SYX_LOG_WARNING, {}, fmt::format("a stored stage output is damaged and will be made again: {}", path.string()));
    std::error_code ignored;
    fs::remove(path, ignored);
    return std::nullopt;
  }
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // used now
  return text.substr(head);
}

void StageStore::put(const std::string& digest, std::string_view content) {
  static std::atomic<uint64_t> number{0};
  const fs::path path = file_of(digest);
  const fs::path part = path.parent_path() / fmt::format("{}.{}.{}.part", digest.substr(0, 16), getpid(), number++);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream file(part, std::ios::binary);
  file << kHead << sha256(content) << '\n' << content;
  file.close();
  if (file) fs::rename(part, path, error);
  if (!file || error) {
    if (!complained_.exchange(true)) log(SYX_LOG_WARNING, {}, fmt::format("stage outputs cannot be kept in {}: {}", folder_.string(), error ? error.message() : std::strerror(errno)));
    fs::remove(part, error);
    return;
  }
  written_ += content.size();
  if (counted_ + written_ > limit_) collect(limit_ / 10 * 9);
}

StageStore::Statistics StageStore::statistics() const {
  Statistics out;
  for (const StoredFile& entry : entries_of(folder_, nullptr)) {
    ++out.entries;
    out.bytes += entry.size;
  }
  return out;
}

uint64_t StageStore::collect(uint64_t limit) {
  const std::lock_guard lock(collecting_);
  std::vector<StoredFile> unfinished, entries = entries_of(folder_, &unfinished);
  std::sort(entries.begin(), entries.end(), [](const StoredFile& a, const StoredFile& b) { return a.used < b.used; });
  uint64_t bytes = 0, removed = 0;
  for (const StoredFile& entry : entries) bytes += entry.size;
  std::error_code ignored;
  // What is written right now is younger than this.
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (const StoredFile& entry : unfinished)
    if ((entry.used < old || limit == 0) && fs::remove(entry.path, ignored)) removed += entry.size;
  for (const StoredFile& entry : entries) {
    if (bytes <= limit) break;
    fs::remove(entry.path, ignored);
    bytes -= entry.size;
    removed += entry.size;
  }
  counted_ = bytes;
  written_ = 0;
  return removed;
}

}  // namespace syrinx::core
