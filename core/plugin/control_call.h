// The call context of start, describe and create: it can fail, log and lend scratch memory, and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/report/error.h"
#include "syrinx/abi.h"

namespace syrinx::core {

// Made on the stack around one call; not thread-safe.
class ControlCall {
 public:
  // `who`: "plugin basic", "stage vocoder (basic/griffin-lim)"; `threads`: for syrinx.parallel/1.
  explicit ControlCall(std::string who);
  ControlCall(const ControlCall&) = delete;
  ControlCall& operator=(const ControlCall&) = delete;

  syx_call* get() { return &call_; }
  void set_cancel(const uint32_t* cancel) { call_.cancel = cancel; }
  void set_stream(syx_stream* stream) { call_.stream = stream; }

  // What went wrong, as an error with this code and place, if `status` is one; the text the plugin gave, or that it
  // gave none, which is a defect of it.
  Errors errors(syx_status status, const char* code, const Error::Label& place) const;

 private:
  syx_call call_;
  std::string who_;
  std::string message_, hint_;
  bool reported_ = false;
  std::vector<std::unique_ptr<char[]>> scratch_;
};

inline syx_str to_syx(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view from_syx(syx_str text) { return {text.size ? text.data : "", text.size}; }

// "invalid argument" and the like.
std::string_view status_name(syx_status status);

// What a stage's failed describe, create or open means to the user: a file, a device or memory, whichever call found it out; else
// `otherwise`.
const char* stage_code(syx_status status, const char* otherwise);

// A syx_write that appends to a std::string.
void append_to_string(void* sink, syx_str text);

}  // namespace syrinx::core
