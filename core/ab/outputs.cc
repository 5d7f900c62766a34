#include "core/ab/outputs.h"

#include <algorithm>
#include <cstring>

#include "core/run/kept_output.h"

namespace syrinx::ab {
namespace {

// Adds the values of a later item; false if it has other channels, heads or bins.
bool join(TensorContent& to, const DLTensor& dl, std::vector<double> values) {
  std::vector<int64_t> shape(dl.shape, dl.shape + dl.ndim);
  const size_t axis = to.time_last ? shape.size() - 1 : 0;
  if (to.shape.empty()) {
    to.shape = std::move(shape);
    to.values = std::move(values);
    return true;
  }
  std::vector<int64_t> joined = to.shape;
  if (joined.size() != shape.size()) return false;
  joined[axis] = shape[axis];
  if (joined != shape) return false;
  joined[axis] += to.shape[axis];
  if (std::all_of(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis), [](int64_t n) { return n == 1; })) {
    to.values.insert(to.values.end(), values.begin(), values.end());
  } else {
    const auto before = to.shape[axis], more = shape[axis];
    std::vector<double> both;
    both.reserve(to.values.size() + values.size());
    for (int64_t row = 0; row * joined[axis] < static_cast<int64_t>(to.values.size() + values.size()); ++row) {
      both.insert(both.end(), to.values.begin() + row * before, to.values.begin() + (row + 1) * before);
      both.insert(both.end(), values.begin() + row * more, values.begin() + (row + 1) * more);
    }
    to.values = std::move(both);
  }
  to.shape = std::move(joined);
  return true;
}

void add_tensor(PortContent& port, size_t place, const DLTensor& dl, const std::string& type) {
  if (dl.ndim == 0) {
    port.known = false;
    return;
  }
  if (port.tensors.size() <= place) port.tensors.resize(place + 1);
  TensorContent& tensor = port.tensors[place];
  const bool audio = type == "audio";
  tensor.time_last = audio || type == "mel" || type == "spectral";
  tensor.integers = dl.dtype.code == kDLInt && !audio;
  std::vector<double> values;
  if (!append_values(dl, values)) {
    port.known = false;
    return;
  }
  if (audio && dl.dtype.code == kDLInt)
    for (double& v : values) v /= 32768;
  port.known = join(tensor, dl, std::move(values)) && port.known;
}

}  // namespace

bool append_values(const DLTensor& dl, std::vector<double>& to) {
  int64_t n = 1;
  for (int i = 0; i < dl.ndim; ++i) n *= dl.shape[i];
  const char* data = static_cast<const char*>(dl.data) + dl.byte_offset;
  const auto all = [&](auto zero) {
    for (int64_t i = 0; i < n; ++i) {
      decltype(zero) value;
      std::memcpy(&value, data + i * static_cast<int64_t>(sizeof(value)), sizeof(value));
      to.push_back(static_cast<double>(value));
    }
    return true;
  };
  if (dl.dtype.lanes != 1) return false;
  if (dl.dtype.code == kDLFloat && dl.dtype.bits == 32) return all(float{});
  if (dl.dtype.code == kDLFloat && dl.dtype.bits == 64) return all(double{});
  if (dl.dtype.code == kDLInt && dl.dtype.bits == 16) return all(int16_t{});
  if (dl.dtype.code == kDLInt && dl.dtype.bits == 32) return all(int32_t{});
  if (dl.dtype.code == kDLInt && dl.dtype.bits == 64) return all(int64_t{});
  return false;
}

std::map<uint32_t, PortContent> content_of(std::span<const std::string> pieces, const std::vector<core::PortSpec>& ports) {
  std::map<uint32_t, PortContent> out;
  for (const std::string& piece : pieces) {
    const auto items = core::items_of(piece);
    if (!items) continue;
    for (const core::KeptItem& kept : *items) {
      PortContent& port = out[kept.port];
      const std::string type = kept.port < ports.size() ? ports[kept.port].type : "";
      port.text += kept.item.text;
      for (size_t i = 0; i < kept.item.tensors.size(); ++i)
        if (kept.item.tensors[i].dl) add_tensor(port, i, kept.item.tensors[i].dl->dl_tensor, type);
    }
  }
  return out;
}

Tolerance tolerance_of(const std::string& type) {
  if (type == "audio") return {1e-4, 0};
  if (type == "hidden" || type == "mel" || type == "spectral") return {1e-5, 1e-4};
  return {};
}

}  // namespace syrinx::ab
