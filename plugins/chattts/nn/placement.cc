#include "nn/placement.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>

#include <map>
#include <syrinx/sdk.hpp>

#include "device/cuda_backend.h"

namespace chattts {
namespace {

// One turn for the CPU; accelerators serialise by their own queues.
std::mutex& cpu_turn() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

Placement parse_placement(const std::string& device, const std::string& precision) {
  static const std::map<std::string, at::ScalarType> kPrecisions = {{"f32", at::kFloat}, {"bf16", at::kBFloat16}, {"f16", at::kHalf}};
  const auto found = kPrecisions.find(precision);
  if (found == kPrecisions.end())
    throw syrinx::Failure(syrinx::invalid, "precision is \"" + precision + "\"", "one of f32, bf16, f16");
  Placement out;
  out.dtype = found->second;
  const std::string kind = device.substr(0, device.find(':'));
  const std::string number = device.size() > kind.size() ? device.substr(kind.size() + 1) : "0";
  if (number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos)
    throw syrinx::Failure(syrinx::invalid, "device is \"" + device + "\"", "cpu, cuda:N or npu:N");
  const auto index = static_cast<c10::DeviceIndex>(std::stoi(number));
  if (kind == "cpu") return out;
  if (kind == "cuda") out.device = at::Device(at::kCUDA, index);
  else if (kind == "npu") out.device = at::Device(at::kPrivateUse1, index);
  else throw syrinx::Failure(syrinx::invalid, "device is \"" + device + "\"", "cpu, cuda:N or npu:N");
  if (kind == "cuda") {
    load_cuda_backend();
    // f32 means f32: the library's default multiplies in 10 bits of mantissa in convolutions.
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
  }
  const auto accelerator = at::getAccelerator();
  if (!accelerator || *accelerator != out.device.type())
    throw syrinx::Failure(syrinx::unavailable, "the LibTorch of this plugin has no " + kind + " backend",
                          "use device: cpu");
  c10::DeviceIndex count = 0;
  std::string reason;
  try {
    count = at::accelerator::deviceCount();
    // A count of 0 hides the reason; the first use says it.
    if (count == 0) at::zeros({1}, at::TensorOptions().device(out.device));
  } catch (const c10::Error& error) {
    reason = error.what_without_backtrace();
  }
  if (index >= count)
    throw syrinx::Failure(syrinx::unavailable, "device " + device + " is not there" + (reason.empty() ? "" : ": " + reason.substr(0, reason.find('\n'))),
                          count > 0 ? "there are " + std::to_string(count) + ", counted from 0" : "use device: cpu");
  return out;
}

at::Tensor load(const WeightSource& source, const std::string& name, const Placement& placement) {
  return source(name).to(placement.device, placement.dtype, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

at::Tensor load_f32(const WeightSource& source, const std::string& name, const at::Device& device) {
  return load(source, name, {device, at::kFloat});
}

WeightSource below(const WeightSource& source, const std::string& prefix) {
  return [source, prefix](const std::string& name) { return source(prefix + name); };
}

Computing::Computing(const at::Device& device) {
  if (device.is_cpu()) turn_ = std::unique_lock<std::mutex>(cpu_turn());
  else at::accelerator::setDeviceIndex(device.index());
}

void use_threads(int threads) {
  static std::once_flag once;
  std::call_once(once, [&] { at::set_num_threads(std::max(1, threads)); });
}

}  // namespace chattts
