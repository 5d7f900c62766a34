// Random numbers of comparisons: resampling, sign flips, orders of runs and of listening trials.
//
// Counter-based: number i of a stream is a function of the stream and i alone, so nothing depends on the order in which
// numbers are asked for. SplitMix64's finaliser over a Weyl sequence (Steele, Lea and Flood 2014); a stream is named by
// a seed and labels. The listening page has the same functions, so orders can be checked on both sides.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace syrinx::ab {

class Stream {
 public:
  // mix(seed ^ FNV-1a of the labels joined with byte 0x1F).
  Stream(uint64_t seed, std::span<const std::string> labels);
  Stream(uint64_t seed, std::initializer_list<std::string> labels)
      : Stream(seed, std::span(labels.begin(), labels.size())) {}

  uint64_t state() const { return state_; }
  uint64_t u64(uint64_t i) const { return mix(state_ + (i + 1) * 0x9E3779B97F4A7C15u); }
  // In [0, 1), a multiple of 2^-53.
  double u01(uint64_t i) const { return static_cast<double>(u64(i) >> 11) * 0x1p-53; }
  // In [0, n): the high half of u64 * n.
  uint64_t bounded(uint64_t i, uint64_t n) const {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(u64(i)) * n) >> 64);
  }
  // The first `count` standard normal numbers (Box and Muller, both of each pair).
  std::vector<double> normal(size_t count) const;

 private:
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

// Fisher and Yates from the end, with numbers 0, 1, 2, ... of the stream in turn.
template <class T>
std::vector<T> shuffled(const Stream& stream, std::vector<T> items) {
  for (size_t i = items.size(), number = 0; i-- > 1; ++number)
    std::swap(items[i], items[stream.bounded(number, i + 1)]);
  return items;
}

}  // namespace syrinx::ab
