#include "onnx_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hibari {
namespace {

// Fields of a protobuf message; `next` is false at the end, and `good` afterwards if all of it was well-formed.
class Fields {
 public:
  explicit Fields(std::string_view data) : data_(data) {}

  bool next() {
    if (at_ >= data_.size() || !good) return false;
    uint64_t key = 0;
    if (!varint(&key)) return good = false;
    number = static_cast<int>(key >> 3);
    const uint64_t size = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : 0;
    value = 0;
    bytes = {};
    if ((key & 7) == 0) return good = varint(&value);
    uint64_t length = size;
    if ((key & 7) == 2 && !varint(&length)) return good = false;
    if (((key & 7) != 2 && size == 0) || length > data_.size() - at_) return good = false;
    bytes = data_.substr(at_, length);
    at_ += length;
    return true;
  }

  int number = 0;
  uint64_t value = 0;
  std::string_view bytes;
  bool good = true;

 private:
  bool varint(uint64_t* out) {
    *out = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ >= data_.size()) return false;
      const auto byte = static_cast<uint8_t>(data_[at_++]);
      *out |= uint64_t{byte & 127u} << shift;
      if (byte < 128) return true;
    }
    return false;
  }

  std::string_view data_;
  size_t at_ = 0;
};

}  // namespace

OnnxFile::~OnnxFile() {
  if (map_) munmap(map_, size_);
}

std::unique_ptr<OnnxFile> OnnxFile::open(const std::string& path, std::string* error) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    *error = path + ": " + std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return nullptr;
  }
  std::unique_ptr<OnnxFile> out(new OnnxFile);
  out->size_ = static_cast<uint64_t>(info.st_size);
  void* map = out->size_ ? mmap(nullptr, out->size_, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  *error = path + ": truncated, or not a model";
  if (map == MAP_FAILED) return nullptr;
  out->map_ = map;
  Fields model(std::string_view(static_cast<const char*>(map), out->size_));
  bool graph = false;
  while (model.next()) {
    if (model.number != 7) continue;
    graph = true;
    if (!out->read_graph(model.bytes)) return nullptr;
  }
  if (!model.good || !graph) return nullptr;
  error->clear();
  return out;
}

bool OnnxFile::read_graph(std::string_view graph) {
  Fields fields(graph);
  while (fields.next()) {
    if (fields.number == 5 && !read_tensor(fields.bytes)) return false;
    if (fields.number != 1) continue;
    OnnxNode node;
    Fields parts(fields.bytes);
    while (parts.next()) {
      if (parts.number == 1) node.inputs.push_back(parts.bytes);
      if (parts.number == 4) node.op = parts.bytes;
    }
    if (!parts.good) return false;
    nodes_.push_back(std::move(node));
  }
  return fields.good;
}

bool OnnxFile::read_tensor(std::string_view data) {
  OnnxTensor tensor;
  std::string name;
  Fields fields(data);
  while (fields.next()) {
    if (fields.number == 1 && fields.bytes.empty()) tensor.shape.push_back(static_cast<int64_t>(fields.value));
    else if (fields.number == 2) tensor.type = static_cast<int>(fields.value);
    else if (fields.number == 4 && fields.bytes.size() >= 4) std::memcpy(&tensor.scalar, fields.bytes.data(), 4);
    else if (fields.number == 8) name = fields.bytes;
    else if (fields.number == 9) tensor.raw = fields.bytes;
  }
  if (!fields.good) return false;
  if (tensor.raw.size() == 4 && tensor.type == 1) std::memcpy(&tensor.scalar, tensor.raw.data(), 4);
  tensors_[name] = std::move(tensor);
  return true;
}

const OnnxTensor* OnnxFile::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

std::vector<float> OnnxFile::floats(const std::string& name, int64_t count, std::string* error) const {
  const OnnxTensor* tensor = find(name);
  if (!tensor || tensor->type != 1 || static_cast<int64_t>(tensor->raw.size()) != count * 4 || tensor->elements() != count) {
    if (error->empty()) *error = "the model has no \"" + name + "\" of " + std::to_string(count) + " numbers";
    return {};
  }
  std::vector<float> out(static_cast<size_t>(count));
  std::memcpy(out.data(), tensor->raw.data(), tensor->raw.size());
  return out;
}

}  // namespace hibari
