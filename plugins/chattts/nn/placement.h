// Where a network lives and in which precision, and how its weights get there.
//
// The LibTorch stages of this plugin are one source for every device: they name a c10::Device and leave the rest to the library's
// dispatcher. Nothing here includes a vendor's header.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace chattts {

struct Placement {
  at::Device device = at::kCPU;
  at::ScalarType dtype = at::kFloat;  // of weights and activations; sums that need it stay in f32
};

// "cpu", "cuda:0", "npu:1" and "f32", "bf16", "f16". Throws syrinx::Failure: an unknown name (invalid), a device that is not
// there (unavailable, with the reason of the runtime).
Placement parse_placement(const std::string& device, const std::string& precision);

// Gives the tensor of a name as it lies in the file (any float dtype, host memory). Throws syrinx::Failure if it is missing.
using WeightSource = std::function<at::Tensor(const std::string& name)>;

// The tensor of `name`, moved and converted. It never aliases the file where a copy is needed, so that files may be unmapped.
at::Tensor load(const WeightSource& source, const std::string& name, const Placement& placement);
// The same in f32, for what is small and summed: norms, scales, biases of convolutions that run in f32.
at::Tensor load_f32(const WeightSource& source, const std::string& name, const at::Device& device);

// `outer.name(n)`: a source that puts a prefix in front of every name.
WeightSource below(const WeightSource& source, const std::string& prefix);

// Held while a stage computes. On the CPU the library runs each operation on all its threads, so two stages at once would only
// wait for one another; on an accelerator the queue serialises. Never held while emitting: the stage behind may need it to take the item.
// Also opens inference mode for the thread.
class Computing {
 public:
  explicit Computing(const at::Device& device);

 private:
  std::unique_lock<std::mutex> turn_;
  c10::InferenceMode inference_;
};

// How many threads an operation on the CPU uses, process-wide; the first call decides.
void use_threads(int threads);

}  // namespace chattts
