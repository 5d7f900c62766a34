#include "core/ab/memory.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace syrinx::ab {
namespace {

std::optional<int64_t> status_bytes(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::strtoll(line.c_str() + name.size(), nullptr, 10) * 1024;
  return std::nullopt;
}

}  // namespace

MemoryMark::MemoryMark() { reset(); }

bool MemoryMark::reset() {
  before_.reset();
  std::ofstream file("/proc/self/clear_refs");
  file << "5";  // the high-water mark becomes what is resident now
  file.close();
  if (file) before_ = status_bytes("VmRSS:");
  return before_.has_value();
}

std::optional<int64_t> MemoryMark::rise() {
  const auto highest = status_bytes("VmHWM:"), before = before_;
  reset();
  if (!highest || !before) return std::nullopt;
  return std::max<int64_t>(0, *highest - *before);
}

}  // namespace syrinx::ab
