#include "core/report/sha256.h"

#include <sys/stat.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <vector>

namespace syrinx::core {
namespace {

constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t big(const uint8_t* p) { return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3]; }

}  // namespace

void Sha256::block(const uint8_t* data) {
  uint32_t w[64];
  for (int i = 0; i < 16; ++i) w[i] = big(data + 4 * i);
  for (int i = 16; i < 64; ++i) {
    const uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + w[i - 7] + (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (int i = 0; i < 64; ++i) {
    const uint32_t one = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kRound[i] + w[i];
    const uint32_t two = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
  }
  const uint32_t now[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; ++i) state_[static_cast<size_t>(i)] += now[i];
}

void Sha256::add(std::string_view bytes) {
  size_t filled = length_ % 64;
  length_ += bytes.size();
  const auto* from = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  if (filled > 0) {
    const size_t taken = std::min(left, 64 - filled);
    std::memcpy(waiting_.data() + filled, from, taken);
    from += taken, left -= taken, filled += taken;
    if (filled < 64) return;
    block(waiting_.data());
  }
  for (; left >= 64; from += 64, left -= 64) block(from);
  if (left > 0) std::memcpy(waiting_.data(), from, left);
}

void Sha256::add_number(uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  add({bytes, 8});
}

void Sha256::add_text(std::string_view bytes) {
  add_number(bytes.size());
  add(bytes);
}

std::string Sha256::hex() {
  const uint64_t bits = length_ * 8;
  std::string end(1, '\x80');
  end.resize(1 + (119 - length_ % 64) % 64);
  for (int i = 7; i >= 0; --i) end += static_cast<char>(bits >> (8 * i));
  add(end);
  std::string out;
  for (const uint32_t word : state_)
    for (int i = 28; i >= 0; i -= 4) out += "0123456789abcdef"[word >> i & 15];
  return out;
}

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

std::string sha256_of_file(const std::string& path) {
  struct Known {
    int64_t size = -1, seconds = 0, nanoseconds = 0;
    std::string digest;
  };
  static std::mutex mutex;
  static std::map<std::string, Known> known;
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  const std::lock_guard lock(mutex);
  Known& entry = known[path];
  if (entry.size == info.st_size && entry.seconds == info.st_mtim.tv_sec && entry.nanoseconds == info.st_mtim.tv_nsec) return entry.digest;
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  Sha256 sum;
  std::vector<char> buffer(1 << 20);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0)
    sum.add({buffer.data(), static_cast<size_t>(file.gcount())});
  entry = {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, sum.hex()};
  return entry.digest;
}

}  // namespace syrinx::core
