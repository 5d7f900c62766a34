#include "assets.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hibari {
namespace {

// The file: magic, count of sections, for each {kind, name offset, offset, size} as u32, then the data. A table is
// {slots, slot[slots]} of u32 offsets (0: free) to entries {u16 key size, u32 value size, key, value}. A list is
// {count, {offset, size}[count]}. All little-endian; offsets are from the beginning of the section.
constexpr char kMagic[8] = {'H', 'I', 'B', 'T', 'X', 'T', '0', '2'};

uint32_t u32_at(const char* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return v;
}
uint16_t u16_at(const char* p) {
  uint16_t v;
  std::memcpy(&v, p, 2);
  return v;
}

}  // namespace

uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325ull;
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3ull;
  return hash ^ hash >> 29;
}

bool StringTable::valid() const {
  if (size_ < 4) return false;
  const uint64_t slots = u32_at(data_);
  if (slots == 0 || (slots & (slots - 1)) || size_ < 4 + slots * 4) return false;
  bool free = false;
  for (uint64_t i = 0; i < slots; ++i) {
    const uint64_t at = u32_at(data_ + 4 + i * 4);
    if (at == 0) {
      free = true;
      continue;
    }
    if (at + 6 > size_ || at + 6 + u16_at(data_ + at) + u32_at(data_ + at + 2) > size_) return false;
  }
  return free;  // else a search for what is absent would not end
}

std::string_view StringTable::find(std::string_view key) const {
  if (!data_) return {};
  const uint64_t mask = u32_at(data_) - 1;
  for (uint64_t slot = hash_of(key) & mask;; slot = (slot + 1) & mask) {
    const uint64_t at = u32_at(data_ + 4 + slot * 4);
    if (at == 0) return {};
    const uint16_t length = u16_at(data_ + at);
    if (length == key.size() && std::memcmp(data_ + at + 6, key.data(), length) == 0)
      return {data_ + at + 6 + length, u32_at(data_ + at + 2)};
  }
}

std::vector<std::string_view> fields(std::string_view entry) {
  std::vector<std::string_view> out;
  while (true) {
    const size_t end = entry.find(TextAssets::kField);
    out.push_back(entry.substr(0, end));
    if (end == std::string_view::npos) return out;
    entry.remove_prefix(end + 1);
  }
}

TextAssets::~TextAssets() {
  if (map_) munmap(map_, size_);
}

std::shared_ptr<const TextAssets> TextAssets::open(const std::string& folder, std::string* error) {
  const std::string path = folder + "/text.pack";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    *error = path + ": " + std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return nullptr;
  }
  std::shared_ptr<TextAssets> out(new TextAssets);
  out->size_ = static_cast<uint64_t>(info.st_size);
  void* map = out->size_ ? mmap(nullptr, out->size_, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  *error = path + ": not made by this version; run hibari-compile again";
  if (map == MAP_FAILED) return nullptr;
  out->map_ = map;
  const char* data = static_cast<const char*>(map);
  if (out->size_ < 20 || std::memcmp(data, kMagic, 8) != 0) return nullptr;
  const uint64_t count = u32_at(data + 16);
  if (count > 100 || 20 + count * 32 > out->size_) return nullptr;
  for (uint64_t i = 0; i < count; ++i) {
    const char* row = data + 20 + i * 32;
    const std::string_view name(row, strnlen(row, 16));
    const uint64_t kind = u32_at(row + 16), offset = u32_at(row + 20), size = u32_at(row + 24);
    if (offset + size > out->size_) return nullptr;
    if (kind == 1) {
      // The big tables are not walked when opened: that would read all of them. Their size is checked by the file's.
      const StringTable table(data + offset, size);
      if (size < 8 || u32_at(data + offset) == 0 || 4 + uint64_t{u32_at(data + offset)} * 4 > size) return nullptr;
      out->tables_.emplace_back(name, table);
      continue;
    }
    std::vector<std::string_view> entries;
    const uint64_t n = size >= 4 ? u32_at(data + offset) : 0;
    if (4 + n * 8 > size) return nullptr;
    for (uint64_t k = 0; k < n; ++k) {
      const uint64_t at = u32_at(data + offset + 4 + k * 8), length = u32_at(data + offset + 8 + k * 8);
      if (at + length > size) return nullptr;
      entries.emplace_back(data + offset + at, length);
    }
    out->lists_.emplace_back(name, std::move(entries));
  }
  // Written last, so that a file that was cut off does not have it.
  if (u32_at(data + 12) != out->size_) return nullptr;
  error->clear();
  return out;
}

const StringTable& TextAssets::table(std::string_view name) const {
  static const StringTable kEmpty;
  for (const auto& [key, table] : tables_)
    if (key == name) return table;
  return kEmpty;
}

const std::vector<std::string_view>& TextAssets::list(std::string_view name) const {
  static const std::vector<std::string_view> kEmpty;
  for (const auto& [key, list] : lists_)
    if (key == name) return list;
  return kEmpty;
}

}  // namespace hibari
