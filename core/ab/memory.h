// The memory of this process, from /proc.
#pragma once

#include <cstdint>
#include <optional>

namespace syrinx::ab {

// How far resident memory rises above what it is now. None where the system does not let the mark be reset.
class MemoryMark {
 public:
  MemoryMark();
  // Bytes between the highest since the last reset and what was resident then, at least 0; and resets.
  std::optional<int64_t> rise();

 private:
  bool reset();
  std::optional<int64_t> before_;
};

}  // namespace syrinx::ab
