#include "device/cuda_backend.h"

#include <dlfcn.h>

#include <mutex>
#include <string>
#include <syrinx/sdk.hpp>

namespace chattts {

void load_cuda_backend() {
  static std::mutex mutex;
  static bool loaded = false;
  const std::lock_guard lock(mutex);
  if (loaded) return;
  // The driver first: without it all the rest would be loaded in vain, and its absence is what one can do something about.
  if (!dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL))
    throw syrinx::Failure(syrinx::unavailable, std::string("no NVIDIA driver: ") + dlerror(), "device: cpu, or install the driver");
  // Never closed: its registries do not survive it.
  if (!dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_LOCAL))
    throw syrinx::Failure(syrinx::unavailable, std::string("LibTorch cannot use CUDA: ") + dlerror(),
                          "device: cpu, or fetch the libraries: plugins/chattts/fetch_libtorch.sh --cuda-run FOLDER");
  loaded = true;
}

}  // namespace chattts
