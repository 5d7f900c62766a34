#include "core/api/syrinx.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "core/graph/installed.h"
#include "core/graph/negotiate.h"
#include "core/report/version.h"
#include "core/run/engine.h"

namespace core = syrinx::core;

struct syrinx_pipeline {
  std::unique_ptr<core::Engine> engine;
  std::atomic<uint64_t> next{1};
};

namespace {

// A copy of what the caller gave, with zeros for what it does not know.
template <class T>
T known(const T* given) {
  T out = {};
  std::memcpy(&out, given, std::min<uint64_t>(given->struct_size, sizeof(T)));
  return out;
}

void say(char** error, const std::string& text) {
  if (!error) return;
  *error = static_cast<char*>(std::malloc(text.size() + 1));
  if (*error) std::memcpy(*error, text.c_str(), text.size() + 1);
}

// A flow that ends in a writer, without it.
void leave_writer_out(core::LoadRequest& request, const core::PipelineConfig& config, const core::PluginIndex& index) {
  const std::string& last = config.flow.back().name;
  const std::string& plugin = config.stage(last)->plugin.name;
  const core::Manifest* manifest = index.find(plugin.substr(0, plugin.find('/')));
  const auto* component = manifest ? manifest->component(plugin.substr(plugin.find('/') + 1)) : nullptr;
  if (!component || component->kind != "writer" || config.flow.size() < 2) return;
  std::string flow;
  for (size_t i = 0; i + 1 < config.flow.size(); ++i) flow += (i ? ", " : "") + config.flow[i].name;
  request.sets.push_back(fmt::format("stages.{}=~", last));
  request.sets.push_back(fmt::format("flow=[{}]", flow));
}

core::Result<std::unique_ptr<core::Engine>> load(const syrinx_load_args& args) {
  core::LoadRequest request = core::find_pipeline(args.config ? args.config : "hibari");
  for (uint32_t i = 0; i < args.set_count; ++i) request.sets.emplace_back(args.sets[i]);
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  const core::PluginIndex index = core::plugins_for(&*config, {});
  if (!args.keep_writer) {
    leave_writer_out(request, *config, index);
    config = core::load_pipeline(request);
    if (!config) return std::move(config).errors();
  }
  auto plan = core::make_plan(*config, index);
  if (!plan) return std::move(plan).errors();
  return core::Engine::create(*std::move(plan));
}

void hand_out(const syrinx_callbacks& calls, const core::Output& output) {
  if (output.spec->type != "audio") {
    if (calls.bytes) calls.bytes(calls.data, std::string(output.stage).c_str(), std::string(output.port).c_str(), output.text.data(), output.text.size());
    return;
  }
  if (!calls.audio || output.tensors.empty() || !output.tensors[0]->dl) return;
  const DLTensor& dl = output.tensors[0]->dl->dl_tensor;
  if (dl.ndim != 2 || dl.dtype.code != kDLFloat || dl.dtype.bits != 32) return;
  syrinx_audio audio = {};
  audio.struct_size = sizeof(audio);
  audio.samples = reinterpret_cast<const float*>(static_cast<const char*>(dl.data) + dl.byte_offset);
  audio.frames = static_cast<uint64_t>(dl.shape[1]);
  audio.offset = output.offset;
  audio.channels = static_cast<uint32_t>(dl.shape[0]);
  audio.sample_rate = output.spec->attributes.value("sample_rate", 0u);
  calls.audio(calls.data, &audio);
}

// Nothing but C may leave.
template <class Body>
auto guarded(char** error, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& caught) {
    say(error, fmt::format("error: {}\n", caught.what()));
  } catch (...) {
    say(error, "error: an unknown exception\n");
  }
  return {};
}

}  // namespace

extern "C" {

const char* syrinx_version(void) { return core::kVersion; }

syrinx_pipeline* syrinx_load(const syrinx_load_args* given, char** error) {
  return guarded(error, [&]() -> syrinx_pipeline* {
    auto engine = load(known(given));
    if (!engine) {
      say(error, core::to_text(engine.errors(), false));
      return nullptr;
    }
    auto* out = new syrinx_pipeline;
    out->engine = std::move(*engine);
    return out;
  });
}

uint64_t syrinx_speak(syrinx_pipeline* pipeline, const syrinx_request* given, const syrinx_callbacks* callbacks, char** error) {
  return guarded(error, [&]() -> uint64_t {
    const syrinx_request from = known(given);
    const syrinx_callbacks calls = known(callbacks);
    core::Request request;
    request.index = pipeline->next++;
    request.text = from.text ? from.text : "";
    if (from.id) request.id = from.id;
    if (from.options && *from.options) {
      request.options = core::Json::parse(from.options, nullptr, false);
      if (!request.options.is_object()) {
        say(error, fmt::format("error[E0504]: the options must be a JSON object, not {}\n", from.options));
        return 0;
      }
    }
    request.seed = from.seed;
    request.seed_given = from.has_seed != 0;
    core::Listener listener;
    listener.on_output = [calls](const core::Output& output) { hand_out(calls, output); };
    listener.on_end = [calls](const core::Report& report) {
      if (!calls.end) return;
      const std::string message = report.ok || report.cancelled ? "" : core::to_text(report.errors, false);
      calls.end(calls.data, report.ok ? SYRINX_OK : report.cancelled ? SYRINX_CANCELLED : SYRINX_FAILED, message.c_str());
    };
    return pipeline->engine->submit(std::move(request), std::move(listener));
  });
}

void syrinx_cancel(syrinx_pipeline* pipeline, uint64_t ticket, int32_t early) {
  if (ticket) pipeline->engine->cancel(ticket, early != 0);
  else pipeline->engine->cancel_all(early != 0);
}

void syrinx_wait(syrinx_pipeline* pipeline) { pipeline->engine->drain(); }

void syrinx_close(syrinx_pipeline* pipeline) { delete pipeline; }

void syrinx_free(char* text) { std::free(text); }

}  // extern "C"
