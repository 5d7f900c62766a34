// LibTorch's CUDA half, loaded when a CUDA device is first asked for.
//
// It maps 2.7 GB of libraries, NVIDIA's among them, and registers its kernels as it is loaded; device-neutral code needs no symbol of it.
// So the plugin does not link it: the same binary serves machines that have none of it, and can say what is missing.
#pragma once

namespace chattts {

// Does nothing if it is loaded. [any] Throws syrinx::Failure(unavailable): there is no NVIDIA driver, or a library, which is named, cannot be
// loaded. libtorch_cuda.so is looked for along the run path of the library that this is linked into.
void load_cuda_backend();

}  // namespace chattts
