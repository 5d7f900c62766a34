// Reads the safetensors files of the goldens. Test code only: it trusts the file.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace syrinx::testing {

struct GoldenTensor {
  std::string dtype;  // as in the file: F16, F32, F64, I32, I64, U8, ...
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t size() const {
    int64_t n = 1;
    for (int64_t d : shape) n *= d;
    return n;
  }
  // The values converted to T, in row-major order.
  template <class T>
  std::vector<T> as() const;
};

inline float half_to_float(uint16_t h) {
  const uint32_t sign = uint32_t(h & 0x8000u) << 16;
  uint32_t exponent = (h >> 10) & 31u, mantissa = h & 1023u, bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000u | (mantissa << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else if (mantissa == 0) {
    bits = sign;
  } else {
    exponent = 113;
    while (!(mantissa & 1024u)) mantissa <<= 1, --exponent;
    bits = sign | (exponent << 23) | ((mantissa & 1023u) << 13);
  }
  float out;
  std::memcpy(&out, &bits, 4);
  return out;
}

template <class T>
std::vector<T> GoldenTensor::as() const {
  std::vector<T> out(static_cast<size_t>(size()));
  const auto copy = [&](auto zero) {
    using S = decltype(zero);
    for (size_t i = 0; i < out.size(); ++i) {
      S value;
      std::memcpy(&value, bytes.data() + i * sizeof(S), sizeof(S));
      out[i] = static_cast<T>(value);
    }
  };
  if (dtype == "F32") copy(float{});
  else if (dtype == "F64") copy(double{});
  else if (dtype == "I32") copy(int32_t{});
  else if (dtype == "I64") copy(int64_t{});
  else if (dtype == "U8" || dtype == "BOOL") copy(uint8_t{});
  else if (dtype == "F16") {
    for (size_t i = 0; i < out.size(); ++i) {
      uint16_t h;
      std::memcpy(&h, bytes.data() + 2 * i, 2);
      out[i] = static_cast<T>(half_to_float(h));
    }
  } else throw std::runtime_error("safetensors: dtype " + dtype);
  return out;
}

inline std::map<std::string, GoldenTensor> read_safetensors(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path);
  uint64_t header_size = 0;
  in.read(reinterpret_cast<char*>(&header_size), 8);
  std::string header(header_size, '\0');
  in.read(header.data(), static_cast<std::streamsize>(header_size));
  std::map<std::string, GoldenTensor> out;
  const nlohmann::json entries = nlohmann::json::parse(header);
  for (const auto& [name, entry] : entries.items()) {
    if (name == "__metadata__") continue;
    GoldenTensor& tensor = out[name];
    tensor.dtype = entry.at("dtype");
    tensor.shape = entry.at("shape").get<std::vector<int64_t>>();
    const auto offsets = entry.at("data_offsets").get<std::vector<uint64_t>>();
    tensor.bytes.resize(offsets[1] - offsets[0]);
    in.seekg(static_cast<std::streamoff>(8 + header_size + offsets[0]));
    in.read(reinterpret_cast<char*>(tensor.bytes.data()),
            static_cast<std::streamsize>(tensor.bytes.size()));
  }
  return out;
}

}  // namespace syrinx::testing
