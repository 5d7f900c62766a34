#include "acoustic_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hibari {
namespace {

constexpr int kDilations[] = {1, 2, 4, 8, 1, 2};
constexpr int kMostFrames = 400000;  // 80 minutes; a chunk has seconds

}  // namespace

AcousticModel::Block AcousticModel::read_block(const LayerReader& reader, const std::string& module, const std::string& matrix,
                                               const std::string& ending, int c, int inner, int k, int dilation) const {
  Block block;
  block.k = k;
  block.dilation = dilation;
  block.taps = reader.taps(module + ".dw.weight", c, k);
  block.tap_bias = reader.floats(module + ".dw.bias", c);
  block.weight = reader.floats(module + ".norm.weight", c);
  block.bias = reader.floats(module + ".norm.bias", c);
  block.gamma = reader.floats(module + ".gamma", c);
  block.gamma.resize(static_cast<size_t>(c) + 64, 0.0f);  // read in whole blocks of columns
  block.up = reader.int8("/" + matrix + "/pw1" + ending + "/Transpose_output_0", module + ".pw1.bias", c, inner);
  block.down = reader.int8("/" + matrix + "/pw2" + ending + "/Transpose_output_0", module + ".pw2.bias", inner, c);
  return block;
}

AcousticModel::Encoder AcousticModel::read_encoder(const LayerReader& reader, const std::string& module, const std::string& ending,
                                                   const std::string& qkv, int c, int layers) const {
  Encoder e;
  e.c = c;
  e.layers = layers;
  e.embedding = reader.floats(module + ".emb.weight", int64_t{kPhonemes} * c);
  for (int i = 0; i < 2; ++i) {
    const std::string name = "convs." + std::to_string(i);
    e.blocks[i] = read_block(reader, module + "." + name, name, ending.empty() ? "" : "_1", c, 2 * c, 5, 1);
  }
  const std::string attn = module + ".attn.";
  e.qkv = reader.int8(qkv, attn + "self_attn.in_proj_bias", c, 3 * c);
  e.out = reader.int8("/out_proj" + ending + "/Transpose_output_0", attn + "self_attn.out_proj.bias", c, c);
  e.linear1 = reader.int8("/linear1" + ending + "/Transpose_output_0", attn + "linear1.bias", c, 2 * c);
  e.linear2 = reader.int8("/linear2" + ending + "/Transpose_output_0", attn + "linear2.bias", 2 * c, c);
  e.norm1_weight = reader.floats(attn + "norm1.weight", c);
  e.norm1_bias = reader.floats(attn + "norm1.bias", c);
  e.norm2_weight = reader.floats(attn + "norm2.weight", c);
  e.norm2_bias = reader.floats(attn + "norm2.bias", c);
  e.weight = reader.floats(module + ".norm.weight", c);
  e.bias = reader.floats(module + ".norm.bias", c);
  e.ones.assign(static_cast<size_t>(c) + 64, 1.0f);
  return e;
}

std::shared_ptr<const AcousticModel> AcousticModel::load(const std::string& path, const Kernels& kernels, std::string* error) {
  const auto file = OnnxFile::open(path, error);
  if (!file) return nullptr;
  std::shared_ptr<AcousticModel> m(new AcousticModel(kernels));
  error->clear();
  const LayerReader reader(*file, kernels, error);
  m->text_ = m->read_encoder(reader, "m.text", "", "/Transpose_2_output_0", 128, 4);
  m->prosody_text_ = m->read_encoder(reader, "pn.text", "_4", "/Transpose_25_output_0", 192, 6);
  m->duration1_ = reader.convolution("pn.dur.0.weight", "pn.dur.0.bias", 192, 192, 3);
  m->duration2_ = reader.floats("pn.dur.2.weight", 192);
  m->duration2_bias_ = reader.floats("pn.dur.2.bias", 1);
  m->prosody_in_ = reader.convolution("pn.pro_in.weight", "pn.pro_in.bias", 192, 192, 1);
  m->prosody_out_ = reader.convolution("pn.pro_out.weight", "pn.pro_out.bias", 192, 4, 1);
  for (int i = 0; i < 6; ++i) {
    const std::string name = "pro." + std::to_string(i);
    m->prosody_[i] = m->read_block(reader, "pn." + name, name, "", 192, 384, 7, kDilations[i]);
  }
  m->decoder_ids_ = reader.taps_of("m.dec_in.weight", 130, 256, 7, 0, 128, false);
  m->decoder_pitch_ = reader.taps_of("m.dec_in.weight", 130, 256, 7, 128, 130, true);
  m->decoder_bias_ = reader.floats("m.dec_in.bias", 256);
  for (int i = 0; i < 8; ++i) {
    const std::string name = "dec." + std::to_string(i);
    m->decoder_[i] = m->read_block(reader, "m." + name, name, "", 256, 768, 7, 1);
  }
  m->norm_weight_ = reader.floats("m.dec_norm.weight", 256);
  m->norm_bias_ = reader.floats("m.dec_norm.bias", 256);
  m->head_ = reader.int8("/head/Transpose_output_0", "m.head.bias", 256, kHeadOutputs);
  if (!error->empty()) {
    *error = path + ": " + *error;
    return nullptr;
  }
  return m;
}

void AcousticModel::run_block(const Block& block, std::vector<float>& x, int rows, int c, Workspace& work) const {
  const int64_t inner = block.up.out;
  work.normal.resize(static_cast<size_t>(rows) * c);
  work.inner.resize(static_cast<size_t>(rows) * inner);
  if (work.q.size() < static_cast<size_t>(rows) * inner) work.q.resize(static_cast<size_t>(rows) * inner);
  // Every activation's range is taken over the whole chunk, so all rows meet after each step.
  const Range entered = over_rows(work, rows, [&](int first, int end, Range* range) {
    kernels_.depthwise_norm(x.data(), rows, first, end, c, block.taps.data(), block.tap_bias.data(), block.k, block.dilation, block.weight.data(),
                            block.bias.data(), work.normal.data(), range);
  });
  const auto quantize = [&](const float* from, int64_t columns, int first, int end, Range range) {
    kernels_.quantize(from + first * columns, (end - first) * columns, range, work.q.data() + first * columns);
    return work.q.data() + first * columns;
  };
  const Range widened = over_rows(work, rows, [&](int first, int end, Range* range) {
    const uint8_t* q = quantize(work.normal.data(), c, first, end, entered);
    kernels_.linear_gelu(q, end - first, scale_of(entered), zero_of(entered), block.up, work.inner.data() + first * inner, inner, range);
  });
  over_rows(work, rows, [&](int first, int end, Range*) {
    const uint8_t* q = quantize(work.inner.data(), inner, first, end, widened);
    kernels_.linear_add(q, end - first, scale_of(widened), zero_of(widened), block.down, block.gamma.data(), x.data() + int64_t{first} * c, c);
  });
}

std::vector<float> AcousticModel::run_encoder(const Encoder& e, const std::vector<int32_t>& ids, Workspace& work) const {
  const int rows = static_cast<int>(ids.size()), c = e.c;
  const int64_t n = int64_t{rows} * c;
  std::vector<float> x(static_cast<size_t>(n));
  for (int r = 0; r < rows; ++r) std::memcpy(&x[static_cast<size_t>(r) * c], &e.embedding[static_cast<size_t>(ids[static_cast<size_t>(r)]) * c], sizeof(float) * static_cast<size_t>(c));
  for (const Block& block : e.blocks) run_block(block, x, rows, c, work);
  work.qkv.resize(static_cast<size_t>(3 * n));
  work.context.resize(static_cast<size_t>(n));
  work.attention.resize(static_cast<size_t>(attention_floats(rows, c, 2)));
  work.normal.resize(static_cast<size_t>(n));
  work.inner.resize(static_cast<size_t>(2 * n));
  for (int layer = 0; layer < e.layers; ++layer) {
    Range range;
    kernels_.norm(x.data(), rows, c, e.norm1_weight.data(), e.norm1_bias.data(), work.normal.data(), &range);
    Quantized q = quantized(kernels_, work.normal.data(), n, range, work);
    kernels_.linear(q.q, rows, q.scale, q.zero, e.qkv, work.qkv.data(), 3 * c);
    range = {};
    kernels_.attention(work.qkv.data(), rows, c, 2, work.context.data(), work.attention.data(), &range);
    q = quantized(kernels_, work.context.data(), n, range, work);
    kernels_.linear_add(q.q, rows, q.scale, q.zero, e.out, e.ones.data(), x.data(), c);
    range = {};
    kernels_.norm(x.data(), rows, c, e.norm2_weight.data(), e.norm2_bias.data(), work.normal.data(), &range);
    q = quantized(kernels_, work.normal.data(), n, range, work);
    range = {};
    kernels_.linear_gelu(q.q, rows, q.scale, q.zero, e.linear1, work.inner.data(), 2 * c, &range);
    q = quantized(kernels_, work.inner.data(), 2 * n, range, work);
    kernels_.linear_add(q.q, rows, q.scale, q.zero, e.linear2, e.ones.data(), x.data(), c);
  }
  kernels_.norm(x.data(), rows, c, e.weight.data(), e.bias.data(), work.normal.data(), nullptr);
  std::memcpy(x.data(), work.normal.data(), sizeof(float) * static_cast<size_t>(n));
  return x;
}

std::vector<float> AcousticModel::padded(const std::vector<float>& x, int rows, int c, int pad) {
  std::vector<float> out(static_cast<size_t>(rows + 2 * pad) * c, 0.0f);
  std::memcpy(out.data() + static_cast<size_t>(pad) * c, x.data(), sizeof(float) * static_cast<size_t>(rows) * c);
  return out;
}

bool AcousticModel::run(const std::vector<int32_t>& ids, float speed, Workspace& work, const OnShape& on_shape, const OnFrames& on_frames,
                        const std::function<bool()>& cancelled, int block, std::string* error) const {
  error->clear();
  const int rows = static_cast<int>(ids.size());
  if (ids.empty() || rows > kMostIds) {
    *error = std::to_string(ids.size()) + " ids in a chunk; it takes 1 to " + std::to_string(kMostIds);
    return false;
  }
  for (int32_t id : ids) {
    if (id >= 0 && id < kPhonemes) continue;
    *error = "the id " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(kPhonemes);
    return false;
  }
  if (!(speed >= 0.25f && speed <= 4.0f)) {
    *error = "speed " + std::to_string(speed) + " is not between 0.25 and 4";
    return false;
  }
  AcousticOutput out;
  const std::vector<float> pn = run_encoder(prosody_text_, ids, work);
  if (cancelled()) return false;

  // Durations.
  std::vector<float> hidden(static_cast<size_t>(rows) * 192);
  const std::vector<float> pn_padded = padded(pn, rows, 192, 1);
  kernels_.matmul(pn_padded.data(), 192, rows, duration1_, hidden.data(), 192);
  kernels_.gelu(hidden.data(), static_cast<int64_t>(hidden.size()));
  int64_t units = 0;
  for (int r = 0; r < rows; ++r) {
    float sum = 0;
    for (int i = 0; i < 192; ++i) sum += hidden[static_cast<size_t>(r) * 192 + i] * duration2_[static_cast<size_t>(i)];
    const float raw = std::exp(sum + duration2_bias_[0]) - 1.0f;
    const float duration = std::max(1.0f, std::nearbyint(raw / speed));
    out.duration_raw.push_back(raw);
    out.durations.push_back(static_cast<int32_t>(std::min(duration, 100000.0f)));
    units += out.durations.back();
  }
  if (units * 2 > kMostFrames) {
    *error = "the network wants " + std::to_string(units / 40) + " s for one chunk";
    return false;
  }
  const int half = static_cast<int>(units), frames = 2 * half;
  out.frames = frames;

  // Prosody, 40 frames a second; its first layer looks at one row only, so it is done before rows are repeated.
  std::vector<float> entered(static_cast<size_t>(rows) * 192);
  std::vector<float>& x = work.rows;
  x.resize(static_cast<size_t>(half) * 192);
  kernels_.matmul(pn.data(), 192, rows, prosody_in_, entered.data(), 192);
  for (int r = 0, at = 0; r < rows; ++r)
    for (int k = 0; k < out.durations[static_cast<size_t>(r)]; ++k, ++at) std::memcpy(&x[static_cast<size_t>(at) * 192], &entered[static_cast<size_t>(r) * 192], 192 * sizeof(float));
  for (const Block& b : prosody_) {
    run_block(b, x, half, 192, work);
    if (cancelled()) return false;
  }
  std::vector<float> four(static_cast<size_t>(half) * 4);
  kernels_.matmul(x.data(), 192, half, prosody_out_, four.data(), 4);
  out.f0.resize(static_cast<size_t>(frames));
  std::vector<float> energy(static_cast<size_t>(frames));
  for (int t = 0; t < half; ++t) {
    for (int k = 0; k < 2; ++k) {
      out.f0[static_cast<size_t>(2 * t + k)] = four[static_cast<size_t>(t) * 4 + k] * 100.0f;
      energy[static_cast<size_t>(2 * t + k)] = four[static_cast<size_t>(t) * 4 + 2 + k] * 5.0f;
    }
  }
  if (!on_shape(out)) return false;

  // Decoder, 80 frames a second.
  const std::vector<float> m = run_encoder(text_, ids, work);
  // Its first layer, a convolution over 7 frames, sees each id's row many times: what a tap makes of a row is computed once.
  std::vector<float>& taps = work.taps;
  taps.resize(static_cast<size_t>(rows) * 7 * 256);
  std::vector<float> pitch(static_cast<size_t>(frames + 6) * 2, 0.0f);
  kernels_.matmul(m.data(), 128, rows, decoder_ids_, taps.data(), 7 * 256);
  std::vector<int> row_of(static_cast<size_t>(frames));
  for (int r = 0, at = 0; r < rows; ++r)
    for (int k = 0; k < 2 * out.durations[static_cast<size_t>(r)]; ++k, ++at) {
      row_of[static_cast<size_t>(at)] = r;
      pitch[static_cast<size_t>(at + 3) * 2] = std::log(1.0f + std::max(out.f0[static_cast<size_t>(at)], 0.0f)) / 5.0f;
      pitch[static_cast<size_t>(at + 3) * 2 + 1] = energy[static_cast<size_t>(at)] / 5.0f;
    }
  x.resize(static_cast<size_t>(frames) * 256);
  kernels_.matmul(pitch.data(), 2, frames, decoder_pitch_, x.data(), 256);
  for (int t = 0; t < frames; ++t) {
    float* to = &x[static_cast<size_t>(t) * 256];
    for (int i = 0; i < 256; ++i) to[i] += decoder_bias_[static_cast<size_t>(i)];
    for (int j = 0; j < 7; ++j) {
      const int at = t + j - 3;
      if (at < 0 || at >= frames) continue;
      const float* from = &taps[(static_cast<size_t>(row_of[static_cast<size_t>(at)]) * 7 + j) * 256];
      for (int i = 0; i < 256; ++i) to[i] += from[i];
    }
  }
  for (const Block& b : decoder_) {
    run_block(b, x, frames, 256, work);
    if (cancelled()) return false;
  }
  work.normal.resize(x.size());
  Range range;
  kernels_.norm(x.data(), frames, 256, norm_weight_.data(), norm_bias_.data(), work.normal.data(), &range);
  const Quantized q = quantized(kernels_, work.normal.data(), int64_t{frames} * 256, range, work);
  // The last matrix in pieces: its range is known, so cutting it changes nothing.
  std::vector<float>& head = work.head;
  head.resize(static_cast<size_t>(std::min(block, frames)) * kHeadOutputs);
  for (int first = 0; first < frames; first += block) {
    const int count = std::min(block, frames - first);
    kernels_.linear(q.q + int64_t{first} * 256, count, q.scale, q.zero, head_, head.data(), kHeadOutputs);
    if (!on_frames(first, count, head.data()) || cancelled()) return false;
  }
  return true;
}

}  // namespace hibari
