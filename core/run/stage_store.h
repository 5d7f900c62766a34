// Outputs of stages, kept on disk under the digest of everything they depend on.
//
// One file an entry, written under another name and renamed: two processes may share a folder, and a reader sees all of an
// entry or nothing. Each has the digest of its content; an entry that does not fit it is removed, reported, and made again.
// All functions: [any].
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/report/error.h"

namespace syrinx::core {

class StageStore {
 public:
  static constexpr uint64_t kDefaultLimit = uint64_t{4} << 30;  // bytes

  // $XDG_CACHE_HOME/syrinx/stages, or ~/.cache/syrinx/stages.
  static std::filesystem::path default_folder();
  // Makes the folder. E0505.
  static Result<std::unique_ptr<StageStore>> open(std::filesystem::path folder, uint64_t limit = kDefaultLimit);

  std::optional<std::string> get(const std::string& digest);
  // A store that cannot be written to, a full disk for instance, is warned about once and does without.
  void put(const std::string& digest, std::string_view content);

  struct Statistics {
    uint64_t entries = 0, bytes = 0;
  };
  Statistics statistics() const;
  // Removes what was not used for longest until at most `limit` bytes are left; unfinished files of processes that ended
  // too. Returns how many bytes went.
  uint64_t collect(uint64_t limit);

 private:
  StageStore(std::filesystem::path folder, uint64_t limit) : folder_(std::move(folder)), limit_(limit) {}
  std::filesystem::path file_of(const std::string& digest) const { return folder_ / digest.substr(0, 2) / digest; }

  std::filesystem::path folder_;
  uint64_t limit_;
  std::atomic<uint64_t> written_{0};  // since the folder was last counted
  std::atomic<uint64_t> counted_{0};
  std::atomic<bool> complained_{false};
  std::mutex collecting_;
};

}  // namespace syrinx::core
