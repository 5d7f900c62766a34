// Safetensors files and model folders made for tests.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "files/model_folder.h"

namespace chattts::testing {

// A file's bytes: the length of the header, the header, the values.
inline std::string container(const std::string& header, const std::string& values) {
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(header.size() >> 8 * i & 255);
  return out + header + values;
}

struct Made {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype = "F32";
  std::string values = {};  // zeros if empty
};

inline std::string container(const std::vector<Made>& tensors) {
  std::string header = "{\"__metadata__\":{\"format\":\"pt\"}", values;
  for (const Made& t : tensors) {
    size_t bytes = t.dtype == "F64" || t.dtype == "I64"   ? 8
                   : t.dtype == "F32" || t.dtype == "I32" ? 4
                   : t.dtype == "U8"                      ? 1
                                                          : 2;
    std::string shape;
    for (const int64_t extent : t.shape) {
      bytes *= static_cast<size_t>(extent);
      shape += (shape.empty() ? "" : ",") + std::to_string(extent);
    }
    header += ",\"" + t.name + "\":{\"dtype\":\"" + t.dtype + "\",\"shape\":[" + shape +
              "],\"data_offsets\":[" + std::to_string(values.size()) + "," +
              std::to_string(values.size() + bytes) + "]}";
    values += t.values.empty() ? std::string(bytes, '\0') : t.values;
  }
  return container(header + "}", values);
}

// A folder of its own, gone with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "syrinx-model-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::string& name, const std::string& bytes) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

// A model of a few hundred values.
inline Dimensions small() {
  Dimensions d;
  d.gpt = {64, 2, 1, 24, 128, 1e-6, 10000, 4, 6, 9};
  d.decoder = {32, 3, 5, 2, 6};
  d.dvae_encoder = {6, 4, 5, 1, 8};
  d.dvae_decoder = {4, 3, 5, 2, 7};
  d.quantizer.dim = 8;
  d.mel = {24000, 16, 4, 5};
  d.vocos = {6, 9, 2};
  return d;
}

using Change = std::function<void(std::vector<Made>&)>;

inline void write_weights(const Folder& folder, WeightFile which, const Dimensions& d,
                          const Change& change = {}) {
  std::vector<Made> tensors;
  for (const ExpectedTensor& t : expected_tensors(which, d)) tensors.push_back({t.name, t.shape});
  if (change) change(tensors);
  folder.write(path_of(which), container(tensors));
}

inline void write_model(const Folder& folder, const Dimensions& d) {
  folder.write("gpt/config.json",
               "{\"hidden_act\": \"silu\", \"rope_scaling\": null, \"num_key_value_heads\": " +
                   std::to_string(d.gpt.heads) + "}");
  for (const auto which : {WeightFile::kGpt, WeightFile::kEmbed, WeightFile::kDecoder,
                           WeightFile::kDvae, WeightFile::kVocos})
    write_weights(folder, which, d);
}

}  // namespace chattts::testing
