#include "device/cuda_backend.h"

#include <dlfcn.h>
#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

TEST(CudaBackend, WithoutADriverSaysSo) {
  if (dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) GTEST_SKIP() << "this machine has an NVIDIA driver";
  for (int again = 0; again < 2; ++again) {
    try {
      load_cuda_backend();
      FAIL();
    } catch (const syrinx::Failure& failure) {
      EXPECT_EQ(failure.code, syrinx::unavailable);
      EXPECT_THAT(failure.what(), ::testing::StartsWith("no NVIDIA driver: libcuda.so.1"));
      EXPECT_THAT(failure.hint, ::testing::HasSubstr("device: cpu"));
    }
  }
}

}  // namespace
}  // namespace chattts
