#include "core/run/stored_item.h"

#include <algorithm>
#include <cmath>

namespace syrinx::core {
namespace {

std::string to_string(syx_str text) { return text.size ? std::string(text.data, text.size) : std::string(); }

template <class From, class To, class Convert>
bool convert(syx_tensor& tensor, DLDataType from, DLDataType to, Convert&& value) {
  const DLTensor& in = tensor.dl->dl_tensor;
  if (in.dtype.code != from.code || in.dtype.bits != from.bits || in.strides) return false;
  DLTensor like = in;
  like.dtype = to;
  syx_tensor out = {sizeof(syx_tensor), nullptr, nullptr};
  if (!pooled_tensor(like, nullptr, &out)) return false;
  int64_t n = 1;
  for (int i = 0; i < in.ndim; ++i) n *= in.shape[i];
  const auto* a = reinterpret_cast<const From*>(static_cast<const char*>(in.data) + in.byte_offset);
  auto* b = static_cast<To*>(out.dl->dl_tensor.data);
  for (int64_t i = 0; i < n; ++i) b[i] = value(a[i]);
  release_tensor(tensor);
  tensor = out;
  return true;
}

}  // namespace

StoredItem::StoredItem(const syx_item& item)
    : flags(item.flags), offset(item.offset), text(to_string(item.text)), meta(to_string(item.meta)) {
  tensors.resize(item.tensor_count, {sizeof(syx_tensor), nullptr, nullptr});
  for (uint32_t i = 0; i < item.tensor_count; ++i) {
    if (!item.tensors[i]) continue;
    tensors[i] = {sizeof(syx_tensor), item.tensors[i]->dl, item.tensors[i]->ready};
    item.tensors[i]->dl = nullptr;
  }
}

StoredItem::~StoredItem() {
  for (syx_tensor& tensor : tensors) release_tensor(tensor);
}

void StoredItem::swap(StoredItem& other) noexcept {
  std::swap(flags, other.flags);
  std::swap(offset, other.offset);
  text.swap(other.text);
  meta.swap(other.meta);
  tensors.swap(other.tensors);
}

StoredItem StoredItem::copy() {
  StoredItem out;
  out.flags = flags;
  out.offset = offset;
  out.text = text;
  out.meta = meta;
  out.tensors.resize(tensors.size(), {sizeof(syx_tensor), nullptr, nullptr});
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].dl) continue;
    syx_tensor both[2];
    share_tensor(tensors[i], 2, both);
    tensors[i] = both[0];
    out.tensors[i] = both[1];
  }
  return out;
}

int64_t StoredItem::length(const std::string& type) const {
  if (type == "text" || type == "bytes") return static_cast<int64_t>(text.size());
  if (tensors.empty() || !tensors[0].dl) return text.empty() ? 0 : 1;
  const DLTensor& dl = tensors[0].dl->dl_tensor;
  if (dl.ndim == 0) return 1;
  const bool time_last = type == "audio" || type == "mel" || type == "spectral";
  return dl.shape[time_last ? dl.ndim - 1 : 0];
}

bool adapt(const std::string& adapter, StoredItem& item) {
  constexpr DLDataType kFloat = {kDLFloat, 32, 1}, kShort = {kDLInt, 16, 1};
  for (syx_tensor& tensor : item.tensors) {
    if (!tensor.dl) continue;
    bool fits = true;
    if (adapter == "dtype:s16->f32") {
      fits = convert<int16_t, float>(tensor, kShort, kFloat, [](int16_t v) { return static_cast<float>(v) / 32768.0f; });
    } else if (adapter == "dtype:f32->s16") {
      fits = convert<float, int16_t>(tensor, kFloat, kShort, [](float v) {
        return static_cast<int16_t>(std::lrintf(std::clamp(v, -1.0f, 1.0f) * 32767.0f));
      });
    }
    if (!fits) return false;
  }
  return true;
}

}  // namespace syrinx::core
