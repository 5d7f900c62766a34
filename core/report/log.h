// The one log: a line for each event, with stage and utterance as fields, on standard error. [any]
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace syrinx::core {

// Levels are those of abi.h: 10 debug, 20 info, 30 warning, 40 error.
struct LogFields {
  std::string_view stage = {};
  std::string_view utterance = {};
};

enum class LogForm { kText, kJson };

void set_log(int32_t least_level, LogForm form);
// Takes whole lines instead of standard error; null gives it back. For embedding, and for progress bars.
void set_log_sink(std::function<void(int32_t level, std::string_view line)> sink);
void log(int32_t level, const LogFields& fields, std::string_view message);

}  // namespace syrinx::core
