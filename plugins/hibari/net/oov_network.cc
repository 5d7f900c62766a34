#include "oov_network.h"

#include <algorithm>

namespace hibari {
namespace {

constexpr int kWidth = 128, kInner = 384, kLongest = 24, kSlots = 4;

}  // namespace

std::shared_ptr<const OovNetwork> OovNetwork::load(const std::string& path, const Kernels& kernels, std::string* error) {
  const auto file = OnnxFile::open(path, error);
  if (!file) return nullptr;
  std::shared_ptr<OovNetwork> net(new OovNetwork(kernels));
  // The matrices have no names that mean anything: they are taken in the order the graph uses them.
  std::vector<std::string> matrices;
  for (const OnnxNode& node : file->nodes()) {
    if ((node.op != "MatMul" && node.op != "MatMulInteger") || node.inputs.size() < 2) continue;
    std::string name(node.inputs[1]);
    if (!file->find(name)) continue;  // a product of two activations
    if (node.op == "MatMulInteger") {
      net->quantized_ = true;
      name.resize(name.size() - std::min<size_t>(name.size(), std::string("_quantized").size()));
    }
    matrices.push_back(name);
  }
  const OnnxTensor* embedding = file->find("m.emb.weight");
  const OnnxTensor* head = file->find("m.head.bias");
  if (matrices.size() != 17 || !embedding || embedding->shape.size() != 2 || !head || head->elements() % kSlots) {
    *error = path + ": not a network for unknown words";
    return nullptr;
  }
  error->clear();
  const LayerReader reader(*file, kernels, error);
  net->characters_ = static_cast<int>(embedding->shape[0]);
  net->embedding_ = reader.floats("m.emb.weight", int64_t{net->characters_} * kWidth);
  net->positions_ = reader.floats("m.pos", kLongest * kWidth);
  size_t next = 0;
  const auto linear = [&](const std::string& bias, int in, int out) {
    Linear l;
    l.out = out;
    const std::string& name = matrices[next++];
    if (net->quantized_) l.int8 = reader.int8(name, bias, in, out);
    else l.real = reader.matrix(name, bias, in, out);
    return l;
  };
  for (int i = 0; i < 4; ++i) {
    const std::string base = "m.layers." + std::to_string(i) + ".";
    Layer& layer = net->layers_[i];
    layer.qkv = linear(base + "self_attn.in_proj_bias", kWidth, 3 * kWidth);
    layer.out = linear(base + "self_attn.out_proj.bias", kWidth, kWidth);
    layer.linear1 = linear(base + "linear1.bias", kWidth, kInner);
    layer.linear2 = linear(base + "linear2.bias", kInner, kWidth);
    layer.norm1_weight = reader.floats(base + "norm1.weight", kWidth);
    layer.norm1_bias = reader.floats(base + "norm1.bias", kWidth);
    layer.norm2_weight = reader.floats(base + "norm2.weight", kWidth);
    layer.norm2_bias = reader.floats(base + "norm2.bias", kWidth);
  }
  net->norm_weight_ = reader.floats("m.norm.weight", kWidth);
  net->norm_bias_ = reader.floats("m.norm.bias", kWidth);
  net->head_ = linear("m.head.bias", kWidth, static_cast<int>(head->elements()));
  if (error->empty()) return net;
  *error = path + ": " + *error;
  return nullptr;
}

void OovNetwork::apply(const Linear& linear, const float* x, int rows, int in, float* y, Workspace& work) const {
  if (!quantized_) return kernels_.matmul(x, in, rows, linear.real, y, linear.out);
  Range range;
  for (int i = 0; i < rows * in; ++i) {
    range.low = std::min(range.low, x[i]);
    range.high = std::max(range.high, x[i]);
  }
  const Quantized q = quantized(kernels_, x, int64_t{rows} * in, range, work);
  kernels_.linear(q.q, rows, q.scale, q.zero, linear.int8, y, linear.out);
}

std::vector<int> OovNetwork::run(const std::vector<int>& characters) const {
  const int rows = static_cast<int>(characters.size());
  if (rows < 1 || rows > kLongest) return {};
  Workspace work;
  std::vector<float> x(static_cast<size_t>(rows) * kWidth), normal(x.size()), y(x.size()), qkv(3 * x.size()), context(x.size()),
      inner(static_cast<size_t>(rows) * kInner), scratch(static_cast<size_t>(attention_floats(rows, kWidth, 4)));
  for (int r = 0; r < rows; ++r) {
    const int c = characters[static_cast<size_t>(r)];
    if (c < 0 || c >= characters_) return {};
    for (int i = 0; i < kWidth; ++i) x[static_cast<size_t>(r * kWidth + i)] = embedding_[static_cast<size_t>(c * kWidth + i)] + positions_[static_cast<size_t>(r * kWidth + i)];
  }
  const auto add = [&] {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  };
  for (const Layer& layer : layers_) {
    kernels_.norm(x.data(), rows, kWidth, layer.norm1_weight.data(), layer.norm1_bias.data(), normal.data(), nullptr);
    apply(layer.qkv, normal.data(), rows, kWidth, qkv.data(), work);
    kernels_.attention(qkv.data(), rows, kWidth, 4, context.data(), scratch.data(), nullptr);
    apply(layer.out, context.data(), rows, kWidth, y.data(), work);
    add();
    kernels_.norm(x.data(), rows, kWidth, layer.norm2_weight.data(), layer.norm2_bias.data(), normal.data(), nullptr);
    apply(layer.linear1, normal.data(), rows, kWidth, inner.data(), work);
    kernels_.gelu(inner.data(), static_cast<int64_t>(inner.size()));
    apply(layer.linear2, inner.data(), rows, kInner, y.data(), work);
    add();
  }
  kernels_.norm(x.data(), rows, kWidth, norm_weight_.data(), norm_bias_.data(), normal.data(), nullptr);
  std::vector<float> scores(static_cast<size_t>(rows * head_.out));
  apply(head_, normal.data(), rows, kWidth, scores.data(), work);
  const int ids = head_.out / kSlots;
  std::vector<int> out;
  for (int i = 0; i < rows * kSlots; ++i) {
    const float* row = scores.data() + static_cast<size_t>(i) * ids;
    out.push_back(static_cast<int>(std::max_element(row, row + ids) - row));
  }
  return out;
}

}  // namespace hibari
