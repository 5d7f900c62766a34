// Reads safetensors files by mapping them: u64 little-endian N, N bytes of JSON (tensor name ->
// dtype, shape, data_offsets relative to the end of the JSON; "__metadata__": strings), then the
// values, little-endian and without gaps.
//
// Everything that a header says is checked before anything is handed out, so a view lies within the
// file and its bytes are those of its shape and dtype. Errors are syrinx::Failure and name the
// file, the tensor, and what was expected and found.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chattts {

enum class Dtype { kF64, kF32, kF16, kBf16, kI64, kI32, kI16, kI8, kU8, kBool };

size_t size_of(Dtype dtype);       // bytes of one value
const char* name_of(Dtype dtype);  // "F32", as the files write it
bool is_floating(Dtype dtype);
std::string to_text(const std::vector<int64_t>& shape);  // "[512, 100, 3]"

// One tensor, row-major. `data` points into the mapping: valid while the file is, read-only, and
// aligned for its dtype only if whoever wrote the file padded the header, as the usual writers do.
struct StoredTensor {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  const std::byte* data = nullptr;
  size_t bytes = 0;

  int64_t size() const;  // number of values
  bool aligned() const { return reinterpret_cast<uintptr_t>(data) % size_of(dtype) == 0; }
};

// Immutable; [any] thread. Holds the mapping, so tensors that alias it keep the shared_ptr. A file
// that somebody shortens while it is mapped ends the process when the lost part is read, as with
// every mapping: replace model files, do not overwrite them.
class SafetensorsFile {
 public:
  // Failure not_found if the file cannot be opened or is damaged.
  static std::shared_ptr<const SafetensorsFile> open(const std::string& path);
  // The same from memory that the caller keeps; `path` is for messages.
  static std::shared_ptr<const SafetensorsFile> parse(const std::byte* data, size_t size,
                                                      const std::string& path);

  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const std::string& path() const { return path_; }
  const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const StoredTensor* find(std::string_view name) const;  // nullptr if there is none
  // Gives the memory of a tensor's pages back, after it was read: they are fetched anew if it is read again. Without it a model that
  // is copied out of its files stands in memory twice while it loads.
  void release(const StoredTensor& tensor) const;

 private:
  explicit SafetensorsFile(std::string path) : path_(std::move(path)) {}
  void read(const std::byte* data, size_t size);
  [[noreturn]] void damaged(const std::string& what) const;

  std::string path_;
  std::map<std::string, StoredTensor, std::less<>> tensors_;
  std::map<std::string, std::string> metadata_;
  void* mapping_ = nullptr;
  size_t mapped_ = 0;
};

// The first value that is NaN or infinite, as its index in row-major order; nothing for integers.
std::optional<int64_t> first_not_finite(const StoredTensor& tensor);

}  // namespace chattts
