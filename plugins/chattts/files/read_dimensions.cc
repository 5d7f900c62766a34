#include "files/read_dimensions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <syrinx/sdk.hpp>

#include "files/expected_tensors.h"
#include "files/safetensors.h"

namespace chattts {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using syrinx::Failure;

// Far above every model, far below what would overflow a shape.
constexpr int64_t kLargestSize = 1 << 20, kMostLayers = 1000;

// A JSON file, and where in it we are, for messages.
class Config {
 public:
  Config(std::string file, const Json& json, std::string where = {})
      : file_(std::move(file)), json_(json), where_(std::move(where)) {
    if (!json_.is_object()) bad("must be an object");
  }

  // Empty objects where the section is missing.
  Config section(const char* key) const {
    const auto found = json_.find(key);
    return {file_, found == json_.end() ? Json::object() : *found, where_ + key + "."};
  }

  // True if the key was there.
  bool read(const char* key, int64_t& out, int64_t largest = kLargestSize) const {
    const auto found = json_.find(key);
    if (found == json_.end()) return false;
    out = whole(key, *found, largest);
    return true;
  }
  void read(const char* key, double& out) const {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_number() || !(found->get<double>() > 0))
      bad(key, "must be a number above 0", *found);
    out = found->get<double>();
  }
  void read(const char* key, std::vector<int64_t>& out) const {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_array() || found->empty() || found->size() > 16)
      bad(key, "must be a list of sizes", *found);
    out.clear();
    for (const Json& value : *found) out.push_back(whole(key, value, 65535));
  }
  std::string text(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) return {};
    if (!found->is_string()) bad(key, "must be a text", *found);
    return found->get<std::string>();
  }
  // What decides the arithmetic, and is fixed here.
  void require(const char* key, const Json& value) const {
    const auto found = json_.find(key);
    if (found != json_.end() && *found != value)
      bad(key, "must be " + value.dump() + ": no other form is implemented", *found);
  }

  [[noreturn]] void bad(const std::string& what) const {
    throw Failure(syrinx::not_found, file_ + ": " + where_ + what);
  }
  [[noreturn]] void bad(const char* key, const std::string& what, const Json& value) const {
    throw Failure(syrinx::not_found,
                  file_ + ": \"" + where_ + key + "\" " + what + ", not " +
                      value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80));
  }

 private:
  int64_t whole(const char* key, const Json& value, int64_t largest) const {
    if (!value.is_number_unsigned() || value.get<uint64_t>() < 1 ||
        value.get<uint64_t>() > static_cast<uint64_t>(largest))
      bad(key, "must be a whole number between 1 and " + std::to_string(largest), value);
    return value.get<int64_t>();
  }

  std::string file_;
  Json json_;
  std::string where_;
};

Config read_config(const std::string& path, bool required) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (!required) return {path, Json::object()};
    throw Failure(syrinx::not_found, path + " cannot be read",
                  "give the folder that holds asset/gpt/config.json and the weights of ChatTTS");
  }
  Json json = Json::parse(in, nullptr, false);
  if (json.is_discarded())
    throw Failure(syrinx::not_found, path + " is not JSON", "fetch the file again");
  return {path, json};
}

// Shapes of a weight file that may be missing.
class Shapes {
 public:
  Shapes(const std::string& folder, WeightFile which) {
    const fs::path path = fs::path(folder) / path_of(which);
    std::error_code none;
    if (!fs::exists(path, none)) return;
    const auto file = SafetensorsFile::open(path.string());
    for (const auto& [name, tensor] : file->tensors())
      shapes_[canonical_name(which, name)] = tensor.shape;
  }

  bool empty() const { return shapes_.empty(); }
  // Leaves `out` alone where the tensor, or that extent of it, is missing: the check of the file
  // reports that.
  void extent(const std::string& name, size_t axis, int64_t& out) const {
    const auto found = shapes_.find(name);
    if (found != shapes_.end() && axis < found->second.size())
      out = std::clamp<int64_t>(found->second[axis], 1, kLargestSize);
  }
  // How many there are of prefix0.suffix, prefix1.suffix, ...
  void count(const std::string& prefix, const std::string& suffix, int64_t& out) const {
    int64_t n = 0;
    while (n < kMostLayers && shapes_.count(prefix + std::to_string(n) + suffix)) ++n;
    if (n > 0) out = n;
  }

 private:
  std::map<std::string, std::vector<int64_t>> shapes_;
};

void read_gpt(const std::string& folder, GptDimensions& out) {
  const Config config = read_config((fs::path(folder) / "gpt" / "config.json").string(), true);
  const Shapes body(folder, WeightFile::kGpt), embed(folder, WeightFile::kEmbed);
  if (!config.read("hidden_size", out.hidden)) body.extent("norm.weight", 0, out.hidden);
  if (!config.read("num_hidden_layers", out.layers, kMostLayers))
    body.count("layers.", ".input_layernorm.weight", out.layers);
  if (!config.read("intermediate_size", out.intermediate))
    body.extent("layers.0.mlp.up_proj.weight", 0, out.intermediate);
  out.heads = out.hidden / kHeadSize;
  config.read("num_attention_heads", out.heads);
  if (out.heads * kHeadSize != out.hidden)
    config.bad("\"hidden_size\" must be " + std::to_string(kHeadSize) +
               " times \"num_attention_heads\", not " + std::to_string(out.hidden) + " with " +
               std::to_string(out.heads) + " heads");
  config.read("max_position_embeddings", out.positions);
  config.read("rms_norm_eps", out.norm_epsilon);
  config.read("rope_theta", out.rope_theta);
  config.require("num_key_value_heads", out.heads);
  config.require("hidden_act", "silu");
  config.require("rope_scaling", nullptr);
  config.require("attention_bias", false);
  config.require("mlp_bias", false);
  if (!config.read("num_vq", out.codebooks, 64)) embed.count("emb_code.", ".weight", out.codebooks);
  if (!config.read("num_audio_tokens", out.audio_tokens))
    embed.extent("emb_code.0.weight", 0, out.audio_tokens);
  if (!config.read("num_text_tokens", out.text_tokens))
    embed.extent("emb_text.weight", 0, out.text_tokens);
}

void read_stack(const Config& config, const Shapes& shapes, const std::string& prefix,
                ConvStackDimensions& out) {
  if (!config.read("idim", out.input)) shapes.extent(prefix + "conv_in.0.weight", 1, out.input);
  if (!config.read("bn_dim", out.bottleneck))
    shapes.extent(prefix + "conv_in.0.weight", 0, out.bottleneck);
  if (!config.read("hidden", out.hidden)) shapes.extent(prefix + "conv_in.2.weight", 0, out.hidden);
  if (!config.read("odim", out.output)) shapes.extent(prefix + "conv_out.weight", 0, out.output);
  if (!config.read("n_layer", out.layers, kMostLayers))
    shapes.count(prefix + "decoder_block.", ".weight", out.layers);
}

void read_dvae(const Config& config, const Shapes& shapes, Dimensions& out) {
  read_stack(config.section("encoder"), shapes, "encoder.", out.dvae_encoder);
  read_stack(config.section("decoder"), shapes, "decoder.", out.dvae_decoder);
  const Config vq = config.section("vq");
  out.quantizer.dim = out.dvae_encoder.output;
  vq.read("dim", out.quantizer.dim);
  if (!vq.read("G", out.quantizer.groups, 64))
    shapes.count("vq_layer.quantizer.rvqs.", ".project_in.weight", out.quantizer.groups);
  vq.read("R", out.quantizer.residuals, 64);
  vq.read("levels", out.quantizer.levels);
  if (out.quantizer.dim % out.quantizer.groups != 0)
    vq.bad("\"dim\" must be a multiple of \"G\", not " + std::to_string(out.quantizer.dim) +
           " with " + std::to_string(out.quantizer.groups) + " groups");
  if (out.dvae_encoder.output != out.quantizer.dim ||
      2 * out.dvae_decoder.input != out.quantizer.dim)
    config.bad("the quantiser's " + std::to_string(out.quantizer.dim) +
               " dimensions must be what the encoder gives (" +
               std::to_string(out.dvae_encoder.output) +
               ") and two frames of what the decoder takes (" +
               std::to_string(out.dvae_decoder.input) + ")");
}

void read_vocos(const Config& config, const Shapes& shapes, Dimensions& out) {
  const Config backbone = config.section("backbone"),
               features = config.section("feature_extractor");
  if (!backbone.read("dim", out.vocos.hidden))
    shapes.extent("backbone.norm.weight", 0, out.vocos.hidden);
  if (!backbone.read("num_layers", out.vocos.layers, kMostLayers))
    shapes.count("backbone.convnext.", ".gamma", out.vocos.layers);
  if (!backbone.read("intermediate_dim", out.vocos.intermediate))
    shapes.extent("backbone.convnext.0.pwconv1.weight", 0, out.vocos.intermediate);
  features.read("sample_rate", out.mel.sample_rate);
  if (!features.read("n_fft", out.mel.fft)) shapes.extent("head.istft.window", 0, out.mel.fft);
  features.read("hop_length", out.mel.hop);
  if (!features.read("n_mels", out.mel.bands))
    shapes.extent("backbone.embed.weight", 1, out.mel.bands);
}

}  // namespace

Dimensions read_dimensions(const std::string& folder) {
  Dimensions out;
  read_gpt(folder, out.gpt);
  // Written by test assets only.
  const Config config = read_config((fs::path(folder) / "model_config.json").string(), false);
  const Shapes decoder(folder, WeightFile::kDecoder), dvae(folder, WeightFile::kDvae),
      vocos(folder, WeightFile::kVocos);
  read_stack(config.section("decoder"), decoder, "decoder.", out.decoder);
  if (!decoder.empty() && 2 * out.decoder.input != out.gpt.hidden)
    throw Failure(syrinx::not_found, folder + ": " + path_of(WeightFile::kDecoder) +
                                         " takes frames of " + std::to_string(out.decoder.input) +
                                         " values, and two of them must be one hidden state of " +
                                         std::to_string(out.gpt.hidden) +
                                         " values: these files are not of one model");
  read_dvae(config.section("dvae"), dvae, out);
  read_vocos(config.section("vocos"), vocos, out);
  out.speaker_statistics = config.text("spk_stat");
  return out;
}

}  // namespace chattts
