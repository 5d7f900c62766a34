#include "cut.h"

#include <algorithm>
#include <cstring>

namespace syrinx::conform {
namespace {

// The last axis is time where a frame is a column.
bool time_is_last(const std::string& type) {
  return type == "audio" || type == "mel" || type == "spectral";
}

bool can_be_cut(const std::string& type) {
  static const char* const kTypes[] = {"text",   "bytes", "tokens",   "codes",
                                       "hidden", "mel",   "spectral", "audio"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

// A tensor as `outer` rows of `length` steps of `inner` bytes.
struct Steps {
  int64_t outer = 1, length = 1, inner = 1;
};
Steps steps_of(const std::string& type, const int64_t* shape, size_t dims, int64_t width) {
  Steps out;
  out.inner = width;
  if (dims == 0) return out;
  const size_t axis = time_is_last(type) ? dims - 1 : 0;
  for (size_t d = 0; d < dims; ++d)
    (d < axis ? out.outer : d == axis ? out.length : out.inner) *= shape[d];
  return out;
}

syx_tensor slice(const std::string& type, const DLTensor& from, int64_t first, int64_t length,
                 int* live) {
  std::vector<int64_t> shape(from.shape, from.shape + from.ndim);
  const Steps steps = steps_of(type, shape.data(), shape.size(), from.dtype.bits / 8);
  std::string bytes;
  for (int64_t o = 0; o < steps.outer; ++o)
    bytes.append(static_cast<const char*>(from.data) + (o * steps.length + first) * steps.inner,
                 static_cast<size_t>(length * steps.inner));
  shape[time_is_last(type) ? shape.size() - 1 : 0] = length;
  return make_tensor(bytes.data(), from.dtype, shape, live);
}

}  // namespace

std::vector<Piece> cut(const std::string& type, std::string text, std::vector<syx_tensor> tensors,
                       int64_t parts, int* live) {
  int64_t length = static_cast<int64_t>(text.size());
  if (!tensors.empty()) {
    const DLTensor& first = tensors[0].dl->dl_tensor;
    length = first.shape[time_is_last(type) ? first.ndim - 1 : 0];
  }
  if (parts < 2 || length < 2 || !can_be_cut(type))
    return {{std::move(text), std::move(tensors), 0}};
  std::vector<Piece> out;
  for (int64_t p = 0, at = 0; p < parts; ++p) {
    // Uneven, so that no piece is a round number of anything.
    const int64_t end =
        p + 1 == parts ? length : std::min(length, at + std::max<int64_t>(1, (length / parts) | 1));
    if (end == at) continue;
    Piece piece;
    piece.offset = at;
    if (tensors.empty())
      piece.text = text.substr(static_cast<size_t>(at), static_cast<size_t>(end - at));
    for (const syx_tensor& t : tensors)
      piece.tensors.push_back(slice(type, t.dl->dl_tensor, at, end - at, live));
    out.push_back(std::move(piece));
    at = end;
  }
  for (syx_tensor& t : tensors) t.dl->deleter(t.dl);
  return out;
}

Joined join(const std::string& type, const std::vector<RecordedItem>& items) {
  Joined out;
  std::vector<std::vector<std::string>> rows;  // of each tensor
  for (const RecordedItem& item : items) {
    out.text += item.text;
    rows.resize(std::max(rows.size(), item.tensors.size()));
    for (size_t t = 0; t < item.tensors.size(); ++t) {
      const RecordedTensor& tensor = item.tensors[t];
      const Steps steps =
          steps_of(type, tensor.shape.data(), tensor.shape.size(), tensor.dtype.bits / 8);
      const auto row = static_cast<size_t>(steps.length * steps.inner);
      rows[t].resize(std::max(rows[t].size(), static_cast<size_t>(steps.outer)));
      for (size_t o = 0; row > 0 && o < static_cast<size_t>(steps.outer); ++o)
        rows[t][o].append(reinterpret_cast<const char*>(tensor.bytes.data()) + o * row, row);
    }
  }
  for (const auto& of_tensor : rows) {
    out.tensors.emplace_back();
    for (const std::string& row : of_tensor) out.tensors.back() += row;
  }
  return out;
}

}  // namespace syrinx::conform
