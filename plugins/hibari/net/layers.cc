#include "layers.h"

#include <algorithm>
#include <cstring>

namespace hibari {

PackedInt8 LayerReader::int8(const std::string& matrix, const std::string& bias, int in, int out) const {
  PackedInt8 layer;
  const OnnxTensor* weights = file_.find(matrix + "_quantized");
  const OnnxTensor* scale = file_.find(matrix + "_scale");
  if (!weights || !scale || weights->type != 3 || static_cast<int64_t>(weights->raw.size()) != int64_t{in} * out || weights->elements() != int64_t{in} * out) {
    if (error_->empty()) *error_ = "the model has no int8 matrix \"" + matrix + "\" of " + std::to_string(in) + " by " + std::to_string(out);
    return layer;
  }
  const int columns = kernels_.columns, group = kernels_.group;
  layer.in = in;
  layer.out = out;
  layer.padded = (out + columns - 1) / columns * columns;
  layer.scale = scale->scalar;
  layer.weights.assign(static_cast<size_t>(in) * layer.padded, 0);
  layer.sums.assign(static_cast<size_t>(layer.padded), 0);
  layer.bias = floats(bias, out);
  layer.bias.resize(static_cast<size_t>(layer.padded), 0.0f);
  const auto* from = reinterpret_cast<const int8_t*>(weights->raw.data());
  for (int k = 0; k < in; ++k) {
    for (int n = 0; n < out; ++n) {
      const int8_t w = from[static_cast<size_t>(k) * out + n];
      const size_t at = (static_cast<size_t>(n / columns) * (in / group) + k / group) * columns * group + static_cast<size_t>(n % columns) * group + k % group;
      layer.weights[at] = w;
      layer.sums[static_cast<size_t>(n)] += w;
    }
  }
  return layer;
}

PackedFloat LayerReader::pack(const std::vector<float>& rows, std::vector<float> bias, int in, int out) const {
  PackedFloat layer;
  if (rows.empty()) return layer;
  layer.in = in;
  layer.out = out;
  layer.padded = (out + 31) / 32 * 32;
  layer.weights.assign(static_cast<size_t>(in) * layer.padded, 0.0f);
  layer.bias = std::move(bias);
  layer.bias.resize(static_cast<size_t>(layer.padded), 0.0f);
  for (int k = 0; k < in; ++k)
    for (int n = 0; n < out; ++n)
      layer.weights[(static_cast<size_t>(n / 32) * in + k) * 32 + n % 32] = rows[static_cast<size_t>(k) * out + n];
  return layer;
}

PackedFloat LayerReader::matrix(const std::string& name, const std::string& bias, int in, int out) const {
  return pack(floats(name, int64_t{in} * out), floats(bias, out), in, out);
}

PackedFloat LayerReader::convolution(const std::string& name, const std::string& bias, int in, int out, int k) const {
  const std::vector<float> taps = floats(name, int64_t{in} * out * k);
  if (taps.empty()) return {};
  std::vector<float> rows(taps.size());
  for (int o = 0; o < out; ++o)
    for (int i = 0; i < in; ++i)
      for (int j = 0; j < k; ++j) rows[(static_cast<size_t>(j) * in + i) * out + o] = taps[(static_cast<size_t>(o) * in + i) * k + j];
  return pack(rows, floats(bias, out), in * k, out);
}

PackedFloat LayerReader::taps_of(const std::string& name, int in, int out, int k, int first, int end, bool joined) const {
  const std::vector<float> taps = floats(name, int64_t{in} * out * k);
  if (taps.empty()) return {};
  const int n = end - first;
  std::vector<float> rows(static_cast<size_t>(n) * k * out);
  for (int o = 0; o < out; ++o)
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < k; ++j)
        rows[joined ? (static_cast<size_t>(j) * n + i) * out + o : (static_cast<size_t>(i) * k + j) * out + o] = taps[(static_cast<size_t>(o) * in + first + i) * k + j];
  return joined ? pack(rows, {}, n * k, out) : pack(rows, {}, n, k * out);
}

std::vector<float> LayerReader::taps(const std::string& name, int c, int k) const {
  const std::vector<float> from = floats(name, int64_t{c} * k);
  std::vector<float> out(from.size());
  for (size_t i = 0; i < from.size(); ++i) out[i % k * c + i / k] = from[i];
  return out;
}

Range over_rows(const Workspace& work, int rows, const std::function<void(int, int, Range*)>& body) {
  constexpr int kTogether = 48;  // rows that the kernels take at once; fewer for a thread would not pay
  const int blocks = (rows + kTogether - 1) / kTogether, parts = std::min(work.threads, blocks / 2);
  Range out;
  if (parts < 2 || !work.parallel) {
    body(0, rows, &out);
    return out;
  }
  std::vector<Range> ranges(static_cast<size_t>(parts));
  work.parallel(parts, [&](int i) {
    const int first = blocks * i / parts * kTogether, end = std::min(rows, blocks * (i + 1) / parts * kTogether);
    body(first, end, &ranges[static_cast<size_t>(i)]);
  });
  for (const Range& range : ranges) {
    out.low = std::min(out.low, range.low);
    out.high = std::max(out.high, range.high);
  }
  return out;
}

Quantized quantized(const Kernels& kernels, const float* x, int64_t n, Range range, Workspace& work) {
  if (work.q.size() < static_cast<size_t>(n)) work.q.resize(static_cast<size_t>(n));
  kernels.quantize(x, n, range, work.q.data());
  return {work.q.data(), scale_of(range), zero_of(range)};
}

}  // namespace hibari
