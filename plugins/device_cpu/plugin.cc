// device_cpu/device: "syrinx.device/1" on host memory. Work is done when it is queued, so every stream is empty and every event
// has been reached.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <syrinx/sdk.hpp>
#include <thread>

#include "syrinx/device.h"

namespace {

struct Options {
  int index = 0;
  static auto describe() { return syrinx::options(syrinx::option("index", &Options::index).range(0, 0).help("There is one.")); }
};

// Streams and events carry nothing; they only have to be distinct.
struct Token {
  char unused = 0;
};

// Bytes available and in all, as the kernel tells.
bool memory_info(uint64_t* available, uint64_t* total) {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  uint64_t value = 0;
  *available = *total = 0;
  while (in >> name >> value) {
    std::getline(in, unit);
    if (name == "MemTotal:") *total = value * 1024;
    if (name == "MemAvailable:") *available = value * 1024;
  }
  return *total > 0;
}

syx_status properties(syx_call* raw, syx_stage*, syx_write write, void* sink) {
  return syrinx::detail::guarded(raw, [&]() -> syx_status {
    uint64_t available = 0, total = 0;
    memory_info(&available, &total);
    const syrinx::Json out = {{"name", "cpu"}, {"type", kDLCPU}, {"index", 0}, {"memory", total}, {"free", available},
                              {"compute", std::to_string(std::thread::hardware_concurrency()) + " threads"},
                              {"dtypes", {"f32", "f16", "bf16", "i32", "s16", "u8"}}};
    write(sink, syrinx::to_str(out.dump()));
    return SYX_OK;
  });
}

const syx_device_v1 kTable = {
    sizeof(syx_device_v1),
    [](syx_call*, syx_stage*, uint32_t* out) -> syx_status {
      *out = 1;
      return SYX_OK;
    },
    properties,
    [](syx_call*, syx_stage*) -> syx_status { return SYX_OK; },
    [](syx_call* call, syx_stage*, uint64_t size, uint32_t, syx_stream*, void** out) -> syx_status {
      *out = nullptr;
      if (size == 0) return SYX_OK;
      if (size > UINT64_MAX - 63 || !(*out = std::aligned_alloc(64, (size + 63) / 64 * 64)))
        return call->fail(call, SYX_E_OUT_OF_MEMORY, SYX_S("no memory"), SYX_S(""));
      return SYX_OK;
    },
    [](syx_stage*, void* data, uint32_t, syx_stream*) { std::free(data); },
    [](syx_call*, syx_stage*, void* to, const void* from, uint64_t size, syx_stream*) -> syx_status {
      if (size) std::memmove(to, from, size);
      return SYX_OK;
    },
    [](syx_call*, syx_stage*, syx_stream** out) -> syx_status {
      *out = reinterpret_cast<syx_stream*>(new Token);
      return SYX_OK;
    },
    [](syx_stage*, syx_stream* stream) { delete reinterpret_cast<Token*>(stream); },
    [](syx_call*, syx_stage*, syx_stream*) -> syx_status { return SYX_OK; },
    [](syx_call*, syx_stage*, syx_event** out) -> syx_status {
      *out = reinterpret_cast<syx_event*>(new Token);
      return SYX_OK;
    },
    [](syx_stage*, syx_event* event) { delete reinterpret_cast<Token*>(event); },
    [](syx_call*, syx_stage*, syx_event*, syx_stream*) -> syx_status { return SYX_OK; },
    [](syx_call*, syx_stage*, syx_stream*, syx_event*) -> syx_status { return SYX_OK; },
    [](syx_call*, syx_stage*, syx_event*) -> syx_status { return SYX_OK; },
    [](syx_call*, syx_stage*, syx_event*) -> syx_status { return SYX_OK; },
    [](syx_call* call, syx_stage*, uint64_t* available, uint64_t* total) -> syx_status {
      if (memory_info(available, total)) return SYX_OK;
      return call->fail(call, SYX_E_UNAVAILABLE, SYX_S("/proc/meminfo cannot be read"), SYX_S(""));
    },
    [](syx_stage*, syx_stream*) -> void* { return nullptr; },
    [](syx_stage*, syx_event*) -> void* { return nullptr; }};

class Device {
 public:
  using Options = ::Options;
  // A device is no flow: it brings its own stage.
  struct Shim {
    using Options = ::Options;
    static std::string describe(const Options&, const syrinx::Inputs&) { return R"({"in":{},"out":{}})"; }
    static syrinx::Status create(syx_call*, const Options&, const syrinx::Create&, syx_stage** out) {
      *out = new syx_stage{sizeof(syx_stage), [](syx_stage*, const char* id) -> const void* { return std::string_view(id) == SYX_DEVICE_V1 ? &kTable : nullptr; },
                           [](syx_stage* stage) { delete stage; }};
      return syrinx::ok;
    }
  };
};

}  // namespace

SYX_PLUGIN("org.syrinx.device_cpu", "0.1.0", syrinx::component<Device>("device", syrinx::kind::device).summary("The host's own memory."))
