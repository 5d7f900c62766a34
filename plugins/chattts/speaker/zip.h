// Archives of stored entries, as torch.save writes them. Pure. [any]
#pragma once

#include <string>
#include <vector>

#include "base16384.h"

namespace chattts {

struct ZipEntry {
  std::string name;
  Bytes bytes;
};

// Nothing is compressed; the bytes of each entry begin at a multiple of 64.
Bytes write_zip(const std::vector<ZipEntry>& entries);

// Every entry of the central directory. Throws syrinx::Failure if it is no archive, is damaged
// (sizes, places, check sums), or an entry is compressed or encrypted. `name` is what errors call
// the file.
std::vector<ZipEntry> read_zip(const Bytes& bytes, const std::string& name);

}  // namespace chattts
