// A host that is played: call contexts that record what a plugin does with them.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "syrinx/flow.h"

namespace syrinx::conform {

// A tensor's content, copied.
struct RecordedTensor {
  std::vector<int64_t> shape;
  DLDataType dtype;
  std::vector<uint8_t> bytes;
};

struct RecordedItem {
  uint32_t port = 0, sequence = 0, flags = 0;
  int64_t offset = 0;
  std::string text, meta;
  std::vector<RecordedTensor> tensors;
  bool last() const { return flags & SYX_ITEM_LAST; }
};

// A call context whose every service works, and notes its use.
class RecordingCall {
 public:
  RecordingCall();
  RecordingCall(const RecordingCall&) = delete;

  syx_call* get() { return reinterpret_cast<syx_call*>(memory_.data()); }
  // Plays a host of another version: shorter structs, or longer ones with poison behind the known part.
  void set_struct_size(uint64_t size);

  static void append(void* sink, syx_str text);

  std::vector<RecordedItem> items;
  std::vector<std::string> failures;        // texts given to fail and end
  std::vector<std::string> breaches;        // what a host would refuse
  uint32_t cancel = 0;
  int live_tensors = 0;                     // lent and not given back

 private:
  static RecordingCall* self(syx_call* call) { return static_cast<RecordingCall*>(call->host_data); }
  static syx_status emit(syx_call* call, uint32_t port, const syx_item* item);
  static syx_status tensor(syx_call* call, const DLTensor* like, syx_tensor* out);

  std::vector<uint64_t> memory_;  // the syx_call, with room for a longer one
  std::vector<std::unique_ptr<char[]>> scratch_;
};

// A tensor over copied memory, owned by whoever gets it.
syx_tensor make_tensor(const void* data, DLDataType dtype, std::vector<int64_t> shape, int* live);

}  // namespace syrinx::conform
