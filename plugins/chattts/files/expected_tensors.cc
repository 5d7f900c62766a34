#include "files/expected_tensors.h"

namespace chattts {
namespace {

class Table {
 public:
  Table& add(std::string name, std::vector<int64_t> shape) {
    out_.push_back({std::move(name), std::move(shape)});
    return *this;
  }
  // weight of the given shape, and a bias as long as its first extent.
  Table& with_bias(const std::string& name, const std::vector<int64_t>& shape) {
    return add(name + ".weight", shape).add(name + ".bias", {shape[0]});
  }

  Table& block(const std::string& p, const char* scale, int64_t hidden, int64_t inner,
               int64_t kernel) {
    return add(p + scale, {hidden})
        .with_bias(p + "dwconv", {hidden, 1, kernel})
        .with_bias(p + "norm", {hidden})
        .with_bias(p + "pwconv1", {inner, hidden})
        .with_bias(p + "pwconv2", {hidden, inner});
  }

  Table& stack(const std::string& p, const ConvStackDimensions& d) {
    with_bias(p + "conv_in.0", {d.bottleneck, d.input, 3});
    with_bias(p + "conv_in.2", {d.hidden, d.bottleneck, 3});
    for (int64_t i = 0; i < d.layers; ++i)
      block(p + "decoder_block." + std::to_string(i) + ".", "weight", d.hidden,
            d.kExpansion * d.hidden, d.kKernel);
    return add(p + "conv_out.weight", {d.output, d.hidden, 1});
  }

  std::vector<ExpectedTensor> take() { return std::move(out_); }

 private:
  std::vector<ExpectedTensor> out_;
};

void gpt(Table& t, const GptDimensions& d) {
  for (int64_t i = 0; i < d.layers; ++i) {
    const std::string p = "layers." + std::to_string(i) + ".";
    for (const char* name : {"q", "k", "v", "o"})
      t.add(p + "self_attn." + name + "_proj.weight", {d.hidden, d.hidden});
    for (const char* name : {"gate", "up"})
      t.add(p + "mlp." + name + "_proj.weight", {d.intermediate, d.hidden});
    t.add(p + "mlp.down_proj.weight", {d.hidden, d.intermediate});
    for (const char* name : {"input", "post_attention"})
      t.add(p + name + "_layernorm.weight", {d.hidden});
  }
  t.add("norm.weight", {d.hidden});
}

// Heads are stored with their weight norm: g as original0, v as original1.
void embed(Table& t, const GptDimensions& d) {
  const auto head = [&](const std::string& name, int64_t rows) {
    t.add(name + ".parametrizations.weight.original0", {rows, 1});
    t.add(name + ".parametrizations.weight.original1", {rows, d.hidden});
  };
  t.add("emb_text.weight", {d.text_tokens, d.hidden});
  head("head_text", d.text_tokens);
  for (int64_t i = 0; i < d.codebooks; ++i) {
    t.add("emb_code." + std::to_string(i) + ".weight", {d.audio_tokens, d.hidden});
    head("head_code." + std::to_string(i), d.audio_tokens);
  }
}

void mel_filters(Table& t, const std::string& p, const MelDimensions& d) {
  t.add(p + "mel_spec.spectrogram.window", {d.fft});
  t.add(p + "mel_spec.mel_scale.fb", {d.fft / 2 + 1, d.bands});
}

void dvae(Table& t, const Dimensions& d) {
  const int64_t width = d.dvae_encoder.input, group = d.quantizer.dim / d.quantizer.groups;
  const auto levels = static_cast<int64_t>(d.quantizer.levels.size());
  t.add("coef", {1, d.mel.bands, 1});
  t.with_bias("downsample_conv.0", {width, d.mel.bands, 3});
  t.with_bias("downsample_conv.2", {width, width, 4});
  mel_filters(t, "preprocessor_mel.", d.mel);
  t.stack("encoder.", d.dvae_encoder);
  t.stack("decoder.", d.dvae_decoder);
  t.add("out_conv.weight", {d.mel.bands, d.dvae_decoder.output, 3});
  for (int64_t g = 0; g < d.quantizer.groups; ++g) {
    const std::string p = "vq_layer.quantizer.rvqs." + std::to_string(g) + ".";
    t.with_bias(p + "project_in", {levels, group});
    t.with_bias(p + "project_out", {group, levels});
  }
}

void vocos(Table& t, const Dimensions& d) {
  const VocosDimensions& v = d.vocos;
  mel_filters(t, "feature_extractor.", d.mel);
  t.with_bias("backbone.embed", {v.hidden, d.mel.bands, v.kKernel});
  t.with_bias("backbone.norm", {v.hidden});
  for (int64_t i = 0; i < v.layers; ++i)
    t.block("backbone.convnext." + std::to_string(i) + ".", "gamma", v.hidden, v.intermediate,
            v.kKernel);
  t.with_bias("backbone.final_layer_norm", {v.hidden});
  t.with_bias("head.out", {d.mel.fft + 2, v.hidden});
  t.add("head.istft.window", {d.mel.fft});
}

}  // namespace

const char* path_of(WeightFile file) {
  switch (file) {
    case WeightFile::kGpt:
      return "gpt/model.safetensors";
    case WeightFile::kEmbed:
      return "Embed.safetensors";
    case WeightFile::kDecoder:
      return "Decoder.safetensors";
    case WeightFile::kDvae:
      return "DVAE.safetensors";
    case WeightFile::kVocos:
      return "Vocos.safetensors";
  }
  return "";
}

std::vector<ExpectedTensor> expected_tensors(WeightFile file, const Dimensions& d) {
  Table t;
  switch (file) {
    case WeightFile::kGpt:
      gpt(t, d.gpt);
      break;
    case WeightFile::kEmbed:
      embed(t, d.gpt);
      break;
    case WeightFile::kDecoder:
      t.add("coef", {1, d.mel.bands, 1})
          .stack("decoder.", d.decoder)
          .add("out_conv.weight", {d.mel.bands, d.decoder.output, 3});
      break;
    case WeightFile::kDvae:
      dvae(t, d);
      break;
    case WeightFile::kVocos:
      vocos(t, d);
      break;
  }
  return t.take();
}

std::string canonical_name(WeightFile file, const std::string& stored) {
  const std::string prefix = "model.", block = "decoder_block.", gamma = ".gamma";
  if (file == WeightFile::kGpt && stored.compare(0, prefix.size(), prefix) == 0)
    return stored.substr(prefix.size());
  const bool scale = stored.size() > gamma.size() &&
                     stored.compare(stored.size() - gamma.size(), gamma.size(), gamma) == 0;
  if ((file == WeightFile::kDecoder || file == WeightFile::kDvae) && scale &&
      stored.find(block) != std::string::npos)
    return stored.substr(0, stored.size() - gamma.size()) + ".weight";
  return stored;
}

}  // namespace chattts
