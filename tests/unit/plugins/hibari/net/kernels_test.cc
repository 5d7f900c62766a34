#include "kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hibari {
namespace {

PackedInt8 pack(const Kernels& k, const std::vector<int8_t>& w, int in, int out) {
  PackedInt8 p;
  p.in = in;
  p.out = out;
  p.padded = (out + k.columns - 1) / k.columns * k.columns;
  p.scale = 1;
  p.weights.assign(static_cast<size_t>(in) * p.padded, 0);
  p.sums.assign(static_cast<size_t>(p.padded), 0);
  p.bias.assign(static_cast<size_t>(p.padded), 0);
  for (int i = 0; i < in; ++i)
    for (int n = 0; n < out; ++n) {
      p.weights[(static_cast<size_t>(n / k.columns) * (in / k.group) + i / k.group) * k.columns * k.group + static_cast<size_t>(n % k.columns) * k.group + i % k.group] = w[static_cast<size_t>(i) * out + n];
      p.sums[static_cast<size_t>(n)] += w[static_cast<size_t>(i) * out + n];
    }
  return p;
}

// Extreme values are where 8-bit multiply-adds saturate.
TEST(Kernels, IntegerSumsAreExact) {
  std::mt19937 random(3);
  for (const Kernels* k : usable_kernels()) {
    for (const int out : {1, 31, 64, 100}) {
      constexpr int kIn = 128, kRows = 19;
      std::vector<int8_t> w(static_cast<size_t>(kIn) * out);
      std::vector<uint8_t> q(static_cast<size_t>(kIn) * kRows);
      for (auto& v : w) v = random() % 3 ? static_cast<int8_t>(random() % 2 ? 127 : -128) : static_cast<int8_t>(random());
      for (auto& v : q) v = random() % 3 ? 255 : static_cast<uint8_t>(random());
      std::vector<float> y(static_cast<size_t>(kRows) * out);
      k->linear(q.data(), kRows, 1.0f, 128, pack(*k, w, kIn, out), y.data(), out);
      for (int r = 0; r < kRows; ++r)
        for (int n = 0; n < out; ++n) {
          int32_t sum = 0;
          for (int i = 0; i < kIn; ++i) sum += (q[static_cast<size_t>(r) * kIn + i] - 128) * w[static_cast<size_t>(i) * out + n];
          ASSERT_EQ(y[static_cast<size_t>(r) * out + n], static_cast<float>(sum)) << k->name << " row " << r << " column " << n;
        }
    }
  }
}

TEST(Kernels, GeluIsAccurate) {
  for (const Kernels* k : usable_kernels()) {
    std::vector<float> x;
    for (float v = -12; v <= 12; v += 0.001f) x.push_back(v);
    std::vector<float> y = x;
    k->gelu(y.data(), static_cast<int64_t>(y.size()));
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(y[i], 0.5 * x[i] * (1 + std::erf(x[i] / std::sqrt(2.0))), 1e-6 * std::max(1.0f, std::fabs(x[i]))) << k->name << " at " << x[i];
  }
}

TEST(Kernels, QuantizationRoundsHalfToEven) {
  for (const Kernels* k : usable_kernels()) {
    const std::vector<float> x = {0.0f, 0.5f, 1.5f, 2.5f, 254.5f, 255.0f};
    std::vector<uint8_t> q(x.size());
    k->quantize(x.data(), static_cast<int64_t>(x.size()), {0, 255}, q.data());
    EXPECT_EQ(q, (std::vector<uint8_t>{0, 0, 2, 2, 254, 255})) << k->name;
  }
}

}  // namespace
}  // namespace hibari
