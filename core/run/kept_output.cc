#include "core/run/kept_output.h"

#include <sys/stat.h>

#include <cstring>

#include "core/graph/assets.h"
#include "core/report/sha256.h"

namespace syrinx::core {
namespace {

template <class T>
void put(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void put_text(std::string& to, std::string_view text) {
  put<uint64_t>(to, text.size());
  to += text;
}

size_t bytes_of(const DLTensor& dl) {
  size_t bits = static_cast<size_t>(dl.dtype.bits) * dl.dtype.lanes;
  for (int i = 0; i < dl.ndim; ++i) bits *= static_cast<size_t>(dl.shape[i]);
  return (bits + 7) / 8;
}

bool contiguous(const DLTensor& dl) {
  if (!dl.strides) return true;
  int64_t step = 1;
  for (int i = dl.ndim; i-- > 0; step *= dl.shape[i])
    if (dl.shape[i] != 1 && dl.strides[i] != step) return false;
  return true;
}

// The elements of one dimension and all below it, in order, without what lies between them.
void append_strided(std::string& to, const DLTensor& dl, int dim, const char* data, int64_t width) {
  if (dim == dl.ndim) {
    to.append(data, static_cast<size_t>(width));
    return;
  }
  for (int64_t i = 0; i < dl.shape[dim]; ++i) append_strided(to, dl, dim + 1, data + i * dl.strides[dim] * width, width);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool more() const { return !bytes_.empty(); }
  template <class T>
  bool number(T* out) {
    if (bytes_.size() < sizeof(T)) return false;
    std::memcpy(out, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return true;
  }
  bool view(uint64_t size, std::string_view* out) {
    if (bytes_.size() < size) return false;
    *out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }
  bool text(std::string* out) {
    uint64_t size = 0;
    std::string_view found;
    if (!number(&size) || !view(size, &found)) return false;
    *out = found;
    return true;
  }

 private:
  std::string_view bytes_;
};

bool read_tensor(Reader& reader, syx_tensor* out) {
  *out = {sizeof(syx_tensor), nullptr, nullptr};
  uint8_t there = 0;
  if (!reader.number(&there)) return false;
  if (!there) return true;
  DLTensor like{};
  like.device = {kDLCPU, 0};
  int32_t ndim = 0;
  if (!reader.number(&like.dtype) || !reader.number(&ndim) || ndim < 0 || ndim > 16) return false;
  std::vector<int64_t> shape(static_cast<size_t>(ndim));
  for (int64_t& n : shape)
    if (!reader.number(&n) || n < 0) return false;
  like.ndim = ndim;
  like.shape = shape.data();
  std::string_view data;
  if (!reader.view(bytes_of(like), &data) || !pooled_tensor(like, nullptr, out)) return false;
  if (!data.empty()) std::memcpy(out->dl->dl_tensor.data, data.data(), data.size());
  return true;
}

// A file by name, size and time: reading weights of gigabytes for every run would cost more than the run.
void add_file(Sha256& sum, const std::string& path) {
  struct stat info {};
  sum.add_text(path);
  if (stat(path.c_str(), &info) != 0) return;
  sum.add_number(static_cast<uint64_t>(info.st_size));
  sum.add_number(static_cast<uint64_t>(info.st_mtim.tv_sec));
  sum.add_number(static_cast<uint64_t>(info.st_mtim.tv_nsec));
}

}  // namespace

bool append_item(std::string& to, uint32_t port, const StoredItem& item) {
  const size_t before = to.size();
  put<uint32_t>(to, port);
  put<uint32_t>(to, item.flags);
  put<int64_t>(to, item.offset);
  put_text(to, item.text);
  put_text(to, item.meta);
  put<uint32_t>(to, static_cast<uint32_t>(item.tensors.size()));
  for (const syx_tensor& tensor : item.tensors) {
    put<uint8_t>(to, tensor.dl ? 1 : 0);
    if (!tensor.dl) continue;
    const DLTensor& dl = tensor.dl->dl_tensor;
    const int64_t bits = int64_t{dl.dtype.bits} * dl.dtype.lanes;
    if (dl.device.device_type != kDLCPU || tensor.ready || (!contiguous(dl) && bits % 8 != 0)) {
      to.resize(before);
      return false;
    }
    put(to, dl.dtype);
    put<int32_t>(to, dl.ndim);
    for (int i = 0; i < dl.ndim; ++i) put<int64_t>(to, dl.shape[i]);
    const char* data = static_cast<const char*>(dl.data) + dl.byte_offset;
    const size_t size = bytes_of(dl);
    if (size > 0 && contiguous(dl)) to.append(data, size);
    else if (size > 0) append_strided(to, dl, 0, data, bits / 8);
  }
  return true;
}

std::optional<std::vector<KeptItem>> items_of(std::string_view bytes) {
  std::vector<KeptItem> out;
  Reader reader(bytes);
  while (reader.more()) {
    KeptItem& kept = out.emplace_back();
    uint32_t tensors = 0;
    if (!reader.number(&kept.port) || !reader.number(&kept.item.flags) || !reader.number(&kept.item.offset) || !reader.text(&kept.item.text) ||
        !reader.text(&kept.item.meta) || !reader.number(&tensors) || tensors > 1024)
      return std::nullopt;
    for (uint32_t i = 0; i < tensors; ++i)
      if (!read_tensor(reader, &kept.item.tensors.emplace_back())) return std::nullopt;
  }
  return out;
}

std::string definition_digest(const Plan& plan, size_t index) {
  const PlannedStage& stage = plan.stages[index];
  Sha256 sum;
  for (const std::string* text : {&stage.plugin, &stage.version, &stage.device}) sum.add_text(*text);
  sum.add_text(stage.library ? sha256_of_file(stage.library->manifest().library.string()) : "");
  sum.add_text(stage.options.dump(-1, ' ', false, Json::error_handler_t::replace));
  sum.add_number(plan.run.stream);
  for (const auto* ports : {&stage.in, &stage.out}) {
    sum.add_number(ports->size());
    for (const PortSpec& port : *ports) {
      sum.add_text(port.name);
      sum.add_text(port.type);
      sum.add_text(port.attributes.dump());
    }
  }
  for (const std::filesystem::path& file : asset_files(stage)) add_file(sum, file.string());
  for (const PlannedSlot& slot : stage.slots) {
    sum.add_text(slot.name);
    sum.add_text(slot.tier);
    sum.add_text(definition_digest(plan, static_cast<size_t>(slot.stage)));
  }
  return sum.hex();
}

}  // namespace syrinx::core
