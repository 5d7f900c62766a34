// SHA-256 (FIPS 180-4): digests of stage outputs, plugins and files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace syrinx::core {

class Sha256 {
 public:
  void add(std::string_view bytes);
  void add_number(uint64_t value);          // as 8 bytes, little-endian
  void add_text(std::string_view bytes);    // with its length before it
  std::string hex();                        // ends it

 private:
  void block(const uint8_t* data);
  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> waiting_{};
  uint64_t length_ = 0;
};

std::string sha256(std::string_view bytes);
// Empty if the file cannot be read. Remembered while size and time stay.
std::string sha256_of_file(const std::string& path);

}  // namespace syrinx::core
