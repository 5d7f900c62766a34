// Rounding to halves and brain floats, at every half and every midpoint.
#include "speaker/half.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace {

using namespace chattts;

TEST(Half, EveryOneComesBack) {
  for (uint32_t h = 0; h < 0x10000; ++h) {
    const float value = half_to_float(static_cast<uint16_t>(h));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value))));
      continue;
    }
    EXPECT_EQ(float_to_half(value), h);
    EXPECT_EQ(std::signbit(value), h >= 0x8000);
  }
  EXPECT_EQ(half_to_float(0x3C00), 1.0f);
  EXPECT_EQ(half_to_float(0x7BFF), 65504.0f);
  EXPECT_EQ(half_to_float(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(half_to_float(0xFC00), -std::numeric_limits<float>::infinity());
}

TEST(Half, RoundsToNearestEven) {
  for (uint32_t h = 0; h < 0x7BFF; ++h) {
    const float low = half_to_float(static_cast<uint16_t>(h)),
                high = half_to_float(static_cast<uint16_t>(h + 1));
    const float middle = low + (high - low) / 2;
    EXPECT_EQ(float_to_half(middle), h % 2 ? h + 1 : h);
    EXPECT_EQ(float_to_half(std::nextafter(middle, low)), h);
    EXPECT_EQ(float_to_half(std::nextafter(middle, high)), h + 1);
  }
  EXPECT_EQ(float_to_half(65519.99f), 0x7BFF);
  EXPECT_EQ(float_to_half(65520.0f), 0x7C00);
  EXPECT_EQ(float_to_half(1e30f), 0x7C00);
}

TEST(Brain, RoundsToNearestEven) {
  EXPECT_EQ(float_to_brain(1.0f), 0x3F80);
  EXPECT_EQ(float_to_brain(1.00390625f), 0x3F80);  // half way, to even
  EXPECT_EQ(float_to_brain(1.01171875f), 0x3F82);
  EXPECT_EQ(brain_to_float(0x4049), 3.140625f);
  EXPECT_TRUE(std::isnan(brain_to_float(float_to_brain(std::nanf("")))));
  EXPECT_EQ(float_to_brain(std::numeric_limits<float>::infinity()), 0x7F80);
}

}  // namespace
