#include "core/report/log.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>

namespace syrinx::core {
namespace {

std::atomic<int32_t> g_least{30};
std::atomic<LogForm> g_form{LogForm::kText};
std::mutex g_mutex;
std::function<void(int32_t, std::string_view)> g_sink;

std::string_view level_name(int32_t level) {
  return level >= 40 ? "error" : level >= 30 ? "warning" : level >= 20 ? "info" : "debug";
}

std::string line_of(int32_t level, const LogFields& fields, std::string_view message) {
  if (g_form.load(std::memory_order_relaxed) == LogForm::kText) {
    std::string out = fmt::format("{}: ", level_name(level));
    if (!fields.stage.empty()) out += fmt::format("{}: ", fields.stage);
    out += message;
    if (!fields.utterance.empty()) out += fmt::format(" (utterance {})", fields.utterance);
    return out;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  nlohmann::ordered_json json = {{"time", std::chrono::duration<double>(now).count()}, {"level", level_name(level)}};
  if (!fields.stage.empty()) json["stage"] = fields.stage;
  if (!fields.utterance.empty()) json["utterance"] = fields.utterance;
  json["message"] = message;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

void set_log(int32_t least_level, LogForm form) {
  g_least = least_level;
  g_form = form;
}

void set_log_sink(std::function<void(int32_t, std::string_view)> sink) {
  const std::lock_guard lock(g_mutex);
  g_sink = std::move(sink);
}

void log(int32_t level, const LogFields& fields, std::string_view message) {
  if (level < g_least.load(std::memory_order_relaxed)) return;
  const std::string line = line_of(level, fields, message);
  const std::lock_guard lock(g_mutex);
  if (g_sink) {
    g_sink(level, line);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
}

}  // namespace syrinx::core
