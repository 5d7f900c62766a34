#include "nn/gpt.h"

#include <cmath>
#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

// W[o] = v[o] * g[o] / |v[o]|, in double: the reference's own rounding is of this order (1e-8).
at::Tensor folded(const WeightSource& source, const std::string& name, const at::Device& device) {
  const at::Tensor g = source(name + ".parametrizations.weight.original0").to(at::kDouble);
  const at::Tensor v = source(name + ".parametrizations.weight.original1").to(at::kDouble);
  return (v * (g / v.norm(2, {1}, /*keepdim=*/true))).to(at::kFloat).to(device);
}

}  // namespace

Gpt::Gpt(const WeightSource& body, const WeightSource& embed, const GptDimensions& shape, const Placement& placement)
    : shape_(shape), placement_(placement) {
  const at::Device device = placement.device;
  for (int64_t i = 0; i < shape.layers; ++i) {
    const WeightSource at = below(body, "layers." + std::to_string(i) + ".");
    const auto weights = [&](std::initializer_list<const char*> names) {
      std::vector<at::Tensor> parts;
      for (const char* name : names) parts.push_back(at(std::string(name) + ".weight"));
      return (parts.size() == 1 ? parts[0] : at::cat(parts)).to(device, placement.dtype, false, true);
    };
    // Matrices that read the same input are one matrix, so that a step makes fewer and larger products.
    layers_.push_back({load_f32(at, "input_layernorm.weight", device), load_f32(at, "post_attention_layernorm.weight", device),
                       weights({"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}), weights({"self_attn.o_proj"}),
                       weights({"mlp.gate_proj", "mlp.up_proj"}), weights({"mlp.down_proj"})});
  }
  final_norm_ = load_f32(body, "norm.weight", device);
  emb_text_ = load_f32(embed, "emb_text.weight", device);
  head_text_ = folded(embed, "head_text", device);
  std::vector<at::Tensor> heads;
  for (int64_t n = 0; n < shape.codebooks; ++n) {
    emb_code_.push_back(load_f32(embed, "emb_code." + std::to_string(n) + ".weight", device));
    heads.push_back(folded(embed, "head_code." + std::to_string(n), device));
  }
  head_code_ = at::cat(heads);
  // All of it in f32, as the reference has it; positions are integers, so no precision loses them.
  const at::Tensor exponent = at::arange(0, kHeadSize, 2, at::kFloat) / static_cast<double>(kHeadSize);
  const at::Tensor frequency = at::pow(at::Scalar(shape.rope_theta), exponent).reciprocal();
  const at::Tensor angle = at::outer(at::arange(shape.positions, at::kFloat), frequency).unsqueeze(1);
  cos_ = angle.cos().to(device);
  sin_ = angle.sin().to(device);
}

at::Tensor Gpt::embed_prompt(const at::Tensor& ids, const at::Tensor& text) const {
  const at::Tensor on_device = ids.to(placement_.device);
  const at::Tensor is_text = text.to(placement_.device).unsqueeze(1);
  // Positions of the other kind look up row 0, which `where` drops.
  const at::Tensor words = embed_text((on_device.select(1, 0) * is_text.squeeze(1)));
  const at::Tensor codes = embed_codes(on_device * is_text.logical_not());
  return at::where(is_text, words, codes);
}

at::Tensor Gpt::embed_codes(const at::Tensor& ids) const {
  const at::Tensor on_device = ids.to(placement_.device);
  at::Tensor sum = at::embedding(emb_code_[0], on_device.select(1, 0));
  for (int64_t n = 1; n < shape_.codebooks; ++n) sum = sum + at::embedding(emb_code_[static_cast<size_t>(n)], on_device.select(1, n));
  return sum;
}

at::Tensor Gpt::embed_text(const at::Tensor& ids) const { return at::embedding(emb_text_, ids.to(placement_.device)); }

KvCache Gpt::make_cache(int64_t capacity) const {
  const auto options = at::TensorOptions().device(placement_.device).dtype(placement_.dtype);
  KvCache out;
  out.keys = at::empty({shape_.layers, shape_.heads, capacity, kHeadSize}, options);
  out.values = at::empty({shape_.layers, shape_.heads, capacity, kHeadSize}, options);
  return out;
}

at::Tensor Gpt::norm(const at::Tensor& x, const at::Tensor& weight) const {
  return at::rms_norm(x.to(at::kFloat), {shape_.hidden}, weight, shape_.norm_epsilon).to(placement_.dtype);
}

at::Tensor Gpt::rotate(const at::Tensor& qkv, const at::Tensor& positions) const {
  const int64_t n = qkv.size(0);
  const at::Tensor pairs = qkv.narrow(1, 0, 2 * shape_.hidden).view({n, 2 * shape_.heads, 2, kHeadSize / 2}).to(at::kFloat);
  const at::Tensor a = pairs.select(2, 0), b = pairs.select(2, 1);
  const at::Tensor cos = cos_.index_select(0, positions), sin = sin_.index_select(0, positions);
  return at::stack({a * cos - b * sin, b * cos + a * sin}, 2).view({n, 2 * shape_.heads, kHeadSize}).to(placement_.dtype);
}

at::Tensor Gpt::product(const at::Tensor& x, const at::Tensor& weight) const {
  // Products in bf16 and f16 sum each row alike, however many there are.
  if (x.size(0) == 1 || !x.device().is_cpu() || x.scalar_type() != at::kFloat) return at::linear(x, weight);
  std::vector<at::Tensor> rows;
  rows.reserve(static_cast<size_t>(x.size(0)));
  for (int64_t r = 0; r < x.size(0); ++r) rows.push_back(at::linear(x.narrow(0, r, 1), weight));
  return at::cat(rows);
}

at::Tensor Gpt::mlp(const Layer& layer, const at::Tensor& x, bool together) const {
  const auto times = [&](const at::Tensor& a, const at::Tensor& weight) { return together ? at::linear(a, weight) : product(a, weight); };
  const std::vector<at::Tensor> gate_up = times(norm(x, layer.attention_norm), layer.gate_up).chunk(2, 1);
  return times(at::silu(gate_up[0]) * gate_up[1], layer.down);
}

at::Tensor Gpt::prefill(const at::Tensor& embeds, KvCache& cache, const LayerObserver& observe) const {
  const int64_t n = embeds.size(0), hidden = shape_.hidden, heads = shape_.heads;
  if (n > cache.capacity())
    throw syrinx::Failure(syrinx::internal, "a prompt of " + std::to_string(n) + " positions for a cache of " + std::to_string(cache.capacity()));
  const at::Tensor positions = at::arange(n, at::TensorOptions().device(placement_.device).dtype(at::kLong));
  at::Tensor x = embeds.to(placement_.dtype);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const at::Tensor qkv = at::linear(norm(x, layer.input_norm), layer.qkv);
    const at::Tensor rotated = rotate(qkv, positions).transpose(0, 1);  // [2 heads, n, 64]
    const at::Tensor q = rotated.narrow(0, 0, heads), k = rotated.narrow(0, heads, heads);
    const at::Tensor v = qkv.narrow(1, 2 * hidden, hidden).view({n, heads, kHeadSize}).transpose(0, 1);
    cache.keys[static_cast<int64_t>(i)].narrow(1, 0, n).copy_(k);
    cache.values[static_cast<int64_t>(i)].narrow(1, 0, n).copy_(v);
    const at::Tensor mixed = at::scaled_dot_product_attention(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0), {}, 0.0, /*is_causal=*/true);
    x = x + at::linear(mixed.squeeze(0).transpose(0, 1).reshape({n, hidden}), layer.out);
    x = x + mlp(layer, x, /*together=*/true);
    if (observe) observe(static_cast<int64_t>(i), x);
  }
  cache.length = n;
  return norm(x, final_norm_).to(at::kFloat);
}

at::Tensor Gpt::decode(const at::Tensor& embeds, const std::vector<KvCache*>& caches) const {
  const int64_t rows = embeds.size(0), hidden = shape_.hidden, heads = shape_.heads;
  std::vector<int64_t> at_position;
  for (const KvCache* cache : caches) {
    if (cache->length >= cache->capacity()) throw syrinx::Failure(syrinx::internal, "the cache of a row is full");
    at_position.push_back(cache->length);
  }
  const at::Tensor positions = at::tensor(at_position, at::kLong).to(placement_.device);
  at::Tensor x = embeds.to(placement_.dtype);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const at::Tensor qkv = product(norm(x, layer.input_norm), layer.qkv);
    const at::Tensor rotated = rotate(qkv, positions);  // [rows, 2 heads, 64]
    std::vector<at::Tensor> mixed;
    mixed.reserve(caches.size());
    for (int64_t r = 0; r < rows; ++r) {
      KvCache& cache = *caches[static_cast<size_t>(r)];
      const at::Tensor keys = cache.keys[static_cast<int64_t>(i)], values = cache.values[static_cast<int64_t>(i)];
      keys.select(1, cache.length).copy_(rotated[r].narrow(0, heads, heads));
      values.select(1, cache.length).copy_(qkv[r].narrow(0, 2 * hidden, hidden).view({heads, kHeadSize}));
      const at::Tensor q = rotated[r].narrow(0, 0, heads).view({1, heads, 1, kHeadSize});
      mixed.push_back(at::scaled_dot_product_attention(q, keys.narrow(1, 0, cache.length + 1).unsqueeze(0),
                                                       values.narrow(1, 0, cache.length + 1).unsqueeze(0))
                          .reshape({1, hidden}));
    }
    x = x + product(rows == 1 ? mixed[0] : at::cat(mixed), layer.out);
    x = x + mlp(layer, x, /*together=*/false);
  }
  for (KvCache* cache : caches) ++cache->length;
  return norm(x, final_norm_).to(at::kFloat);
}

at::Tensor Gpt::code_scores(const at::Tensor& hidden) const {
  return product(hidden, head_code_).view({hidden.size(0), shape_.codebooks, shape_.audio_tokens});
}

at::Tensor Gpt::text_scores(const at::Tensor& hidden) const { return product(hidden, head_text_); }

}  // namespace chattts
