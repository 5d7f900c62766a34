#include "core/run/host_bench.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>

#include "core/run/engine.h"
#include "syrinx/flow.h"

namespace syrinx::core {
namespace {

constexpr int kStages = 10;
constexpr int kUtterances = 1000;

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

std::atomic<int64_t> g_first_call{0};

// A stage that hands its text on.
struct Session {
  uint32_t sequence;
};

syx_status open(syx_call*, syx_stage*, syx_session** out) {
  *out = reinterpret_cast<syx_session*>(new Session{0});
  return SYX_OK;
}
syx_status begin(syx_call*, syx_session* session, const syx_begin* given) {
  int64_t none = 0;
  g_first_call.compare_exchange_strong(none, Clock::now().time_since_epoch().count());
  reinterpret_cast<Session*>(session)->sequence = given->sequence;
  return SYX_OK;
}
syx_status push(syx_call* call, syx_session*, uint32_t, const syx_item* item) {
  syx_item out = *item;
  out.flags = SYX_ITEM_LAST;
  return call->emit(call, 0, &out);
}
syx_status finish(syx_call*, syx_session*, uint32_t, uint32_t) { return SYX_OK; }
void end(syx_call*, syx_session*, uint32_t, uint32_t) {}
void close(syx_session* session) { delete reinterpret_cast<Session*>(session); }

const syx_flow_v1 kFlow = {sizeof(syx_flow_v1), open, begin, push, finish, end, nullptr, close};
syx_stage g_stage = {sizeof(syx_stage), [](syx_stage*, const char*) -> const void* { return &kFlow; }, [](syx_stage*) {}};
const syx_component kComponent = {sizeof(syx_component), "empty", "effect", "{}", nullptr,
                                  [](syx_call*, const syx_create*, syx_stage** out) -> syx_status {
                                    *out = &g_stage;
                                    return SYX_OK;
                                  }};

Plan chain() {
  Plan plan;
  const PortSpec text{"text", "text", Json::object()};
  for (int i = 0; i < kStages; ++i) {
    PlannedStage stage;
    stage.name = fmt::format("stage{}", i);
    stage.plugin = "bench/empty";
    stage.kind = "effect";
    stage.table = &kComponent;
    stage.options = stage.utterance_options = stage.schema = Json::object();
    stage.in = stage.out = {text};
    plan.stages.push_back(std::move(stage));
    plan.wires.push_back({{i - 1, 0}, {i, 0}, text, {}, false});
  }
  plan.wires.push_back({{kStages - 1, 0}, {PortRef::kHost, 0}, text, {}, false});
  return plan;
}

}  // namespace

HostCost measure_host() {
  HostCost out;
  out.utterances = kUtterances;

  // Through a volatile pointer, so that the compiler cannot see where the call goes.
  const syx_flow_v1* volatile table = &kFlow;
  constexpr int kCalls = 20'000'000;
  auto start = Clock::now();
  for (int i = 0; i < kCalls; ++i) table->finish(nullptr, nullptr, 0, 0);
  out.call_ns = seconds(start) / kCalls * 1e9;

  g_first_call = 0;
  start = Clock::now();
  auto engine = Engine::create(chain());
  if (!engine) return out;
  const auto speak = [&](int n) {
    for (int i = 0; i < n; ++i) (*engine)->submit({.text = "text", .index = static_cast<uint64_t>(i)}, {});
    (*engine)->drain();
  };
  speak(1);
  out.start_ms = static_cast<double>(g_first_call - start.time_since_epoch().count()) * 1e-6;
  speak(100);
  start = Clock::now();
  speak(kUtterances);
  out.stage_us = seconds(start) / kUtterances / kStages * 1e6;
  return out;
}

}  // namespace syrinx::core
