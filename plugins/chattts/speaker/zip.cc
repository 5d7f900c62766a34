#include "zip.h"

#include <lzma.h>

#include <algorithm>
#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

constexpr uint32_t kLocal = 0x04034B50, kCentral = 0x02014B50, kEnd = 0x06054B50;
constexpr size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kMostComment = 65535,
                 kAlignment = 64;
constexpr uint16_t kEncrypted = 1;

void put(Bytes& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// Reads numbers within bounds.
class Reader {
 public:
  Reader(const Bytes& bytes, const std::string& name) : bytes_(bytes), name_(name) {}
  uint32_t get(size_t at, size_t size) const {
    need(at, size);
    uint32_t out = 0;
    for (size_t i = 0; i < size; ++i) out |= uint32_t{bytes_[at + i]} << (8 * i);
    return out;
  }
  void need(size_t at, size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) reject("ends early");
  }
  [[noreturn]] void reject(const std::string& what) const {
    throw syrinx::Failure(syrinx::invalid, name_ + ": the archive " + what,
                          "save it anew with torch.save(tensor, path)");
  }

 private:
  const Bytes& bytes_;
  const std::string& name_;
};

}  // namespace

Bytes write_zip(const std::vector<ZipEntry>& entries) {
  Bytes out, directory;
  for (const ZipEntry& entry : entries) {
    const size_t at = out.size();
    const uint32_t check = lzma_crc32(entry.bytes.data(), entry.bytes.size(), 0);
    // An extra field of "FB", as torch fills up with, moves the bytes to the boundary.
    const size_t begin = at + kLocalSize + entry.name.size() + 4;
    const size_t fill = (kAlignment - begin % kAlignment) % kAlignment;
    const auto fields = [&](Bytes& to, size_t extra) {
      put(to, 0, 2);  // needs no particular version
      put(to, 0, 2);
      put(to, 0, 2);           // stored
      put(to, 0x00210000, 4);  // 1 January 1980, so that equal voices are equal files
      put(to, check, 4);
      put(to, entry.bytes.size(), 4);
      put(to, entry.bytes.size(), 4);
      put(to, entry.name.size(), 2);
      put(to, extra, 2);
    };
    put(out, kLocal, 4);
    fields(out, fill + 4);
    out.insert(out.end(), entry.name.begin(), entry.name.end());
    put(out, 'F' | 'B' << 8, 2);
    put(out, fill, 2);
    out.insert(out.end(), fill, 'Z');
    out.insert(out.end(), entry.bytes.begin(), entry.bytes.end());
    put(directory, kCentral, 4);
    put(directory, 0, 2);
    fields(directory, 0);
    directory.insert(directory.end(), 2 + 2 + 2 + 4, 0);  // no comment, one disk, no attributes
    put(directory, at, 4);
    directory.insert(directory.end(), entry.name.begin(), entry.name.end());
  }
  const size_t at = out.size();
  out.insert(out.end(), directory.begin(), directory.end());
  put(out, kEnd, 4);
  put(out, 0, 4);
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, 0, 2);
  return out;
}

std::vector<ZipEntry> read_zip(const Bytes& bytes, const std::string& name) {
  const Reader reader(bytes, name);
  if (bytes.size() < kEndSize) reader.reject("is too short");
  size_t end = bytes.size() - kEndSize;
  const size_t least = end > kMostComment ? end - kMostComment : 0;
  while (reader.get(end, 4) != kEnd) {
    if (end == least) reader.reject("has no end record: it is cut off, or none");
    --end;
  }
  const uint32_t count = reader.get(end + 10, 2);
  size_t at = reader.get(end + 16, 4), total = 0;
  std::vector<ZipEntry> out;
  for (uint32_t i = 0; i < count; ++i) {
    reader.need(at, kCentralSize);
    if (reader.get(at, 4) != kCentral) reader.reject("has a damaged directory");
    const size_t name_size = reader.get(at + 28, 2), extra = reader.get(at + 30, 2),
                 comment = reader.get(at + 32, 2);
    reader.need(at + kCentralSize, name_size);
    ZipEntry entry{
        std::string(bytes.begin() + static_cast<std::ptrdiff_t>(at + kCentralSize),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at + kCentralSize + name_size)),
        {}};
    if (reader.get(at + 8, 2) & kEncrypted) reader.reject("has an encrypted entry, " + entry.name);
    if (reader.get(at + 10, 2) != 0) reader.reject("has a compressed entry, " + entry.name);
    const size_t size = reader.get(at + 24, 4), local = reader.get(at + 42, 4);
    if (reader.get(at + 20, 4) != size) reader.reject("contradicts itself about " + entry.name);
    reader.need(local, kLocalSize);
    if (reader.get(local, 4) != kLocal) reader.reject("has a damaged entry, " + entry.name);
    const size_t begin = local + kLocalSize + reader.get(local + 26, 2) + reader.get(local + 28, 2);
    reader.need(begin, size);
    // Entries that lie on each other could make more of the file than it is.
    if ((total += size) > bytes.size()) reader.reject("has entries that overlap");
    entry.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                       bytes.begin() + static_cast<std::ptrdiff_t>(begin + size));
    if (lzma_crc32(entry.bytes.data(), size, 0) != reader.get(at + 16, 4))
      reader.reject("has a damaged entry, " + entry.name + ": its check sum differs");
    out.push_back(std::move(entry));
    at += kCentralSize + name_size + extra + comment;
  }
  return out;
}

}  // namespace chattts
