// Runs pipelines inside a test, with the plugins of the build tree. Test code only.
#pragma once

#include <condition_variable>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/config/loader.h"
#include "core/graph/negotiate.h"
#include "core/plugin/discovery.h"
#include "core/run/engine.h"

namespace syrinx::testing {

// What one utterance gave.
struct Spoken {
  std::string text;            // of text, bytes and file items, joined
  std::vector<float> audio;
  std::vector<std::string> stages;  // whose output it is, as it came
  core::Report report;
  bool ended = false;
};

class Pipeline {
 public:
  // `yaml` without its first line ("pipeline: 1").
  explicit Pipeline(const std::string& yaml) {
    static int number = 0;
    const std::string path = std::string(SYRINX_BINARY_DIR) + "/test-" + std::to_string(getpid()) + "-" + std::to_string(number++) + ".yaml";
    std::ofstream(path) << "pipeline: 1\n" << yaml;
    auto config = core::load_pipeline({path, {}, {}, {}});
    std::remove(path.c_str());
    if (!config) {
      errors = config.errors();
      return;
    }
    auto plan = core::make_plan(*config, core::PluginIndex::scan({{std::string(SYRINX_BINARY_DIR) + "/lib/syrinx/plugins", "test"}}));
    if (!plan) {
      errors = plan.errors();
      return;
    }
    auto made = core::Engine::create(*std::move(plan));
    if (!made) errors = made.errors();
    else engine = std::move(*made);
  }

  // Submits; the result is filled in until `drain`.
  std::shared_ptr<Spoken> submit(core::Request request, core::Ticket* ticket = nullptr) {
    auto spoken = std::make_shared<Spoken>();
    core::Listener listener;
    listener.on_output = [spoken](const core::Output& output) {
      spoken->text += output.text;
      spoken->stages.emplace_back(output.stage);
      for (const syx_tensor* tensor : output.tensors) {
        if (!tensor->dl || tensor->dl->dl_tensor.dtype.code != kDLFloat) continue;
        const DLTensor& dl = tensor->dl->dl_tensor;
        const auto* from = reinterpret_cast<const float*>(static_cast<const char*>(dl.data) + dl.byte_offset);
        spoken->audio.insert(spoken->audio.end(), from, from + dl.shape[dl.ndim - 1]);
      }
    };
    listener.on_end = [spoken](const core::Report& report) {
      spoken->report = report;
      spoken->ended = true;
    };
    const core::Ticket given = engine->submit(std::move(request), std::move(listener));
    if (ticket) *ticket = given;
    return spoken;
  }

  std::shared_ptr<Spoken> speak(const std::string& text, core::Json options = core::Json::object()) {
    core::Request request;
    request.text = text;
    request.id = text;
    request.options = std::move(options);
    auto out = submit(std::move(request));
    engine->drain();
    return out;
  }

  core::Errors errors;
  std::unique_ptr<core::Engine> engine;
};

}  // namespace syrinx::testing
