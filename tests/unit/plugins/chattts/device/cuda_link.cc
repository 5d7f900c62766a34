// Links LibTorch's CUDA half and NVIDIA's headers, and says how many devices there are, or why none.
#include <ATen/Functions.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>

#include <cstdio>

int main() {
  if (const int count = c10::cuda::device_count()) {
    std::printf("CUDA devices: %d\n", count);
    c10::cuda::CUDACachingAllocator::emptyCache();
    return 0;
  }
  try {
    at::ones({1}, at::device(at::kCUDA));
  } catch (const c10::Error& error) {
    std::printf("%s\n", error.what_without_backtrace());
  }
  return 1;
}
