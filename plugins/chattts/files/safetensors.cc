#include "files/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

using Json = nlohmann::json;
using syrinx::Failure;

// As in the reference reader of the format: more is an attack or not a safetensors file.
constexpr uint64_t kLargestHeader = 100'000'000;

struct DtypeFacts {
  Dtype dtype;
  const char* name;
  size_t size;
  bool floating;
};
constexpr DtypeFacts kDtypes[] = {{Dtype::kF64, "F64", 8, true},  {Dtype::kF32, "F32", 4, true},
                                  {Dtype::kF16, "F16", 2, true},  {Dtype::kBf16, "BF16", 2, true},
                                  {Dtype::kI64, "I64", 8, false}, {Dtype::kI32, "I32", 4, false},
                                  {Dtype::kI16, "I16", 2, false}, {Dtype::kI8, "I8", 1, false},
                                  {Dtype::kU8, "U8", 1, false},   {Dtype::kBool, "BOOL", 1, false}};

const DtypeFacts& facts(Dtype dtype) {
  return *std::find_if(std::begin(kDtypes), std::end(kDtypes),
                       [&](const DtypeFacts& f) { return f.dtype == dtype; });
}

std::string in_quotes(std::string_view text) {
  constexpr size_t kShown = 80;
  std::string out = Json(std::string(text.substr(0, kShown)))
                        .dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > kShown ? out.insert(out.size() - 1, "…") : out;
}

// A non-negative integer of JSON, written as one.
std::optional<uint64_t> count(const Json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<uint64_t>();
}

}  // namespace

size_t size_of(Dtype dtype) { return facts(dtype).size; }
const char* name_of(Dtype dtype) { return facts(dtype).name; }
bool is_floating(Dtype dtype) { return facts(dtype).floating; }

std::string to_text(const std::vector<int64_t>& shape) {
  std::string out = "[";
  for (size_t i = 0; i < shape.size(); ++i) out += (i ? ", " : "") + std::to_string(shape[i]);
  return out + "]";
}

int64_t StoredTensor::size() const { return static_cast<int64_t>(bytes / size_of(dtype)); }

void SafetensorsFile::damaged(const std::string& what) const {
  throw Failure(syrinx::not_found, path_ + ": " + what, "fetch the file again");
}

std::shared_ptr<const SafetensorsFile> SafetensorsFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw Failure(syrinx::not_found, path + ": " + std::strerror(errno));
  struct Close {
    int file;
    ~Close() { ::close(file); }
  } const close{file};
  struct stat info;
  if (::fstat(file, &info) != 0)
    throw Failure(syrinx::not_found, path + ": " + std::strerror(errno));
  if (!S_ISREG(info.st_mode)) throw Failure(syrinx::not_found, path + " is not a file");
  std::shared_ptr<SafetensorsFile> out(new SafetensorsFile(path));
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) out->damaged("the file is empty");
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapping == MAP_FAILED)
    throw Failure(syrinx::out_of_memory, path + " cannot be mapped: " + std::strerror(errno));
  out->mapping_ = mapping;
  out->mapped_ = size;
  out->read(static_cast<const std::byte*>(mapping), size);
  return out;
}

std::shared_ptr<const SafetensorsFile> SafetensorsFile::parse(const std::byte* data, size_t size,
                                                              const std::string& path) {
  std::shared_ptr<SafetensorsFile> out(new SafetensorsFile(path));
  out->read(data, size);
  return out;
}

SafetensorsFile::~SafetensorsFile() {
  if (mapping_) ::munmap(mapping_, mapped_);
}

const StoredTensor* SafetensorsFile::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

void SafetensorsFile::read(const std::byte* data, size_t size) {
  if (size < 8)
    damaged("the file has " + std::to_string(size) +
            " bytes; a safetensors file begins with 8 bytes that hold the length of its header");
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<uint64_t>(data[i]);
  if (length > kLargestHeader)
    damaged("a header of " + std::to_string(length) +
            " bytes cannot be; this is no safetensors file");
  if (length > size - 8)
    damaged("the file ends within its header: it has " + std::to_string(size) +
            " bytes, and the header alone takes " + std::to_string(8 + length));
  const auto* text = reinterpret_cast<const char*>(data) + 8;

  // The parser keeps the last of several equal keys: they are counted as they go by.
  std::set<std::string> names;
  std::string twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 &&
        !names.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  const Json header = Json::parse(text, text + length, watch, false);
  if (header.is_discarded()) damaged("the header is not JSON");
  if (!header.is_object()) damaged("the header is no JSON object");
  if (!twice.empty()) damaged("the tensor " + in_quotes(twice) + " is there twice");

  const std::byte* values = data + 8 + length;
  const uint64_t available = size - 8 - length;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) damaged("\"__metadata__\" must be an object of texts");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) damaged("\"__metadata__\": " + in_quotes(key) + " must be a text");
        metadata_[key] = value.get<std::string>();
      }
      continue;
    }
    const std::string what = "the tensor " + in_quotes(name);
    if (!entry.is_object()) damaged(what + " must be an object");
    StoredTensor tensor;
    tensor.name = name;
    const auto dtype = entry.find("dtype"), shape = entry.find("shape"),
               offsets = entry.find("data_offsets");
    if (dtype == entry.end() || !dtype->is_string()) damaged(what + " has no dtype");
    const auto known = std::find_if(std::begin(kDtypes), std::end(kDtypes),
                                    [&](const DtypeFacts& f) { return *dtype == f.name; });
    if (known == std::end(kDtypes))
      damaged(what + " has the dtype " + in_quotes(dtype->get_ref<const std::string&>()) +
              ", which cannot be read here");
    tensor.dtype = known->dtype;
    if (shape == entry.end() || !shape->is_array()) damaged(what + " has no shape");
    uint64_t bytes = known->size;
    for (const Json& dimension : *shape) {
      const auto extent = count(dimension);
      if (!extent || *extent > uint64_t{1} << 62) damaged(what + " has a shape that is none");
      tensor.shape.push_back(static_cast<int64_t>(*extent));
      if (__builtin_mul_overflow(bytes, *extent, &bytes))
        damaged(what + " is larger than any file: its shape is " + to_text(tensor.shape));
    }
    if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2)
      damaged(what + " has no data_offsets");
    const auto begin = count((*offsets)[0]), end = count((*offsets)[1]);
    if (!begin || !end || *begin > *end) damaged(what + " has data_offsets that are none");
    if (*end > available)
      damaged("the file is truncated: " + what + " ends at byte " +
              std::to_string(8 + length + *end) + ", and the file has " + std::to_string(size));
    if (*end - *begin != bytes)
      damaged(what + " takes " + std::to_string(*end - *begin) + " bytes, and " + known->name +
              " " + to_text(tensor.shape) + " needs " + std::to_string(bytes));
    tensor.data = values + *begin;
    tensor.bytes = static_cast<size_t>(bytes);
    tensors_.emplace(name, std::move(tensor));
  }

  // One behind the other: no value belongs to two tensors, none to no tensor.
  std::vector<const StoredTensor*> order;
  for (const auto& [name, tensor] : tensors_) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const StoredTensor* a, const StoredTensor* b) {
    return a->data != b->data ? a->data < b->data : a->bytes < b->bytes;
  });
  const std::byte* next = values;
  for (const StoredTensor* tensor : order) {
    if (tensor->data < next)
      damaged("the tensor " + in_quotes(tensor->name) + " overlaps the one before it");
    if (tensor->data > next) damaged("there is a gap before the tensor " + in_quotes(tensor->name));
    next = tensor->data + tensor->bytes;
  }
  if (next != values + available)
    damaged(std::to_string(values + available - next) +
            " bytes behind the last tensor belong to none");
}

namespace {

// A value of `Bits` is NaN or infinite where all bits of its exponent are set.
template <class Bits>
std::optional<int64_t> first_with_exponent(const StoredTensor& tensor, Bits exponent) {
  constexpr int64_t kBlock = 4096;
  const int64_t n = tensor.size();
  Bits block[kBlock];
  for (int64_t start = 0; start < n; start += kBlock) {
    const int64_t m = std::min(kBlock, n - start);
    std::memcpy(block, tensor.data + start * sizeof(Bits), static_cast<size_t>(m) * sizeof(Bits));
    unsigned found = 0;
    for (int64_t i = 0; i < m; ++i) found |= (block[i] & exponent) == exponent;
    if (!found) continue;
    for (int64_t i = 0; i < m; ++i)
      if ((block[i] & exponent) == exponent) return start + i;
  }
  return std::nullopt;
}

}  // namespace

void SafetensorsFile::release(const StoredTensor& tensor) const {
  if (!mapping_) return;
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  // Whole pages only: the first and the last may belong to neighbours too.
  const uintptr_t from = (reinterpret_cast<uintptr_t>(tensor.data) + page - 1) / page * page;
  const uintptr_t to = (reinterpret_cast<uintptr_t>(tensor.data) + tensor.bytes) / page * page;
  if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
}

std::optional<int64_t> first_not_finite(const StoredTensor& tensor) {
  switch (tensor.dtype) {
    case Dtype::kF64:
      return first_with_exponent<uint64_t>(tensor, 0x7ff0'0000'0000'0000u);
    case Dtype::kF32:
      return first_with_exponent<uint32_t>(tensor, 0x7f80'0000u);
    case Dtype::kF16:
      return first_with_exponent<uint16_t>(tensor, 0x7c00u);
    case Dtype::kBf16:
      return first_with_exponent<uint16_t>(tensor, 0x7f80u);
    default:
      return std::nullopt;
  }
}

}  // namespace chattts
