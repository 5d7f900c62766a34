#include "core/ab/speaker.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <mutex>

#include "core/ab/outputs.h"
#include "core/report/sha256.h"

namespace syrinx::ab {
namespace {

using Clock = std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// "2/10" after "2/9".
bool before(const std::string& a, const std::string& b) {
  const auto numbers = [](const std::string& path) {
    std::vector<long> out;
    for (size_t at = 0; at < path.size();) {
      out.push_back(std::strtol(path.c_str() + at, nullptr, 10));
      at = std::min(path.find('/', at), path.size() - 1) + 1;
    }
    return out;
  };
  return numbers(a) < numbers(b);
}

}  // namespace

struct Speaker::Gathering {
  std::mutex mutex;
  Spoken spoken;
  std::map<std::string, std::map<std::string, std::pair<std::string, std::string>, decltype(&before)>> stages;  // piece: digest, bytes
  std::chrono::steady_clock::time_point began;
  double first_arrival = -1, delivered_s = 0;
};

core::Request request_of(const Text& text, uint64_t seed) {
  core::Request request;
  request.text = text.text;
  request.id = text.id;
  request.index = 1;
  request.seed = text.seed.value_or(seed);
  request.seed_given = true;
  return request;
}

core::Result<std::unique_ptr<Speaker>> Speaker::create(core::Plan plan, core::Keeping keeping) {
  auto engine = core::Engine::create(std::move(plan), std::move(keeping));
  if (!engine) return std::move(engine).errors();
  return std::unique_ptr<Speaker>(new Speaker(std::move(*engine)));
}

std::shared_ptr<Speaker::Gathering> Speaker::submit(const Text& text, uint64_t seed) {
  auto state = std::make_shared<Gathering>();
  state->began = Clock::now();
  core::Listener listener;
  listener.on_stage = [state, ended = on_stage_end](const core::StageOutput& output) {
    const std::lock_guard lock(state->mutex);
    if (ended) ended(std::string(output.stage));
    auto& stage = state->stages.try_emplace(std::string(output.stage), &before).first->second;
    stage[output.piece] = {std::string(output.digest), std::string(output.bytes)};
    StageResult& result = state->spoken.stages[std::string(output.stage)];
    result.taken = result.taken && output.taken;
  };
  listener.on_output = [state](const core::Output& output) {
    if (output.spec->type != "audio") return;
    const std::lock_guard lock(state->mutex);
    Audio& audio = state->spoken.audio;
    audio.rate = output.spec->attributes.value("sample_rate", 0);
    const double now = std::chrono::duration<double>(Clock::now() - state->began).count();
    for (const syx_tensor* tensor : output.tensors) {
      if (!tensor->dl) continue;
      const DLTensor& dl = tensor->dl->dl_tensor;
      std::vector<double> values;
      if (!append_values(dl, values) || dl.ndim == 0) continue;
      if (dl.dtype.code == kDLInt)
        for (double& v : values) v /= 32768;
      const auto length = static_cast<size_t>(dl.shape[dl.ndim - 1]), channels = length ? values.size() / length : 0;
      if (audio.channels.size() < channels) audio.channels.resize(channels);
      for (size_t c = 0; c < channels; ++c)
        audio.channels[c].insert(audio.channels[c].end(), values.begin() + static_cast<std::ptrdiff_t>(c * length), values.begin() + static_cast<std::ptrdiff_t>((c + 1) * length));
      if (length == 0 || audio.rate <= 0) continue;
      if (state->first_arrival < 0) state->first_arrival = now;
      // What a player must hold back to never wait.
      state->spoken.prebuffer_s = std::max(state->spoken.prebuffer_s, now - state->first_arrival - state->delivered_s);
      state->delivered_s += static_cast<double>(length) / audio.rate;
    }
  };
  listener.on_end = [state](const core::Report& report) {
    const std::lock_guard lock(state->mutex);
    Spoken& spoken = state->spoken;
    spoken.ok = report.ok;
    spoken.cancelled = report.cancelled;
    spoken.elapsed_s = report.elapsed_s;
    spoken.first_chunk_s = report.first_output_s;
    if (!report.errors.empty()) {
      spoken.error = report.errors[0].message;
      // "stage NAME (plugin): ..."
      if (spoken.error.starts_with("stage ")) spoken.failed_stage = spoken.error.substr(6, spoken.error.find(' ', 6) - 6);
    }
  };
  engine_->submit(request_of(text, seed), std::move(listener));
  return state;
}

Spoken Speaker::finish(Gathering& state) {
  const std::lock_guard lock(state.mutex);
  for (auto& [stage, pieces] : state.stages) {
    StageResult& result = state.spoken.stages[stage];
    core::Sha256 sum;
    for (auto& [path, output] : pieces) {
      sum.add_text(path);
      sum.add_text(output.first);
      result.pieces.push_back(std::move(output.second));
    }
    result.digest = "sha256:" + sum.hex();
  }
  return std::move(state.spoken);
}

Spoken Speaker::speak(const Text& text, uint64_t seed) {
  const auto busy = [this] {
    std::map<std::string, double> out;
    for (const core::StageTimes& times : engine_->times()) out[times.stage] = times.busy_s;
    return out;
  };
  const auto earlier = busy();
  const double cpu = cpu_seconds();
  const auto state = submit(text, seed);
  engine_->drain();
  Spoken out = finish(*state);
  out.cpu_s = cpu_seconds() - cpu;
  for (const auto& [stage, seconds] : busy()) out.stage_s[stage] = seconds - earlier.at(stage);
  return out;
}

std::vector<Spoken> Speaker::speak_all(const std::vector<const Text*>& texts, uint64_t seed) {
  std::vector<std::shared_ptr<Gathering>> states;
  for (const Text* text : texts) states.push_back(submit(*text, seed));
  engine_->drain();
  std::vector<Spoken> out;
  for (const auto& state : states) out.push_back(finish(*state));
  return out;
}

StageOutputs compare_outputs(const StageResult& a, const StageResult& b, const core::PlannedStage& stage) {
  StageOutputs out{a.digest, b.digest, a.digest == b.digest};
  if (out.within) return out;
  const auto ca = content_of(a.pieces, stage.out), cb = content_of(b.pieces, stage.out);
  out.within = ca.size() == cb.size();
  for (const auto& [port, content] : ca) {
    const auto other = cb.find(port);
    out.within = out.within && other != cb.end() && content.known && other->second.known && content.text == other->second.text &&
                 content.tensors.size() == other->second.tensors.size();
    if (!out.within) break;
    const Tolerance tolerance = tolerance_of(port < stage.out.size() ? stage.out[port].type : "");
    for (size_t i = 0; i < content.tensors.size() && out.within; ++i) {
      const TensorContent &ta = content.tensors[i], &tb = other->second.tensors[i];
      const auto difference = ta.shape == tb.shape ? compare_tensors(ta.values, tb.values, ta.integers ? Tolerance{} : tolerance) : std::nullopt;
      out.within = difference && difference->within;
    }
  }
  return out;
}

std::string text_of_stage(const StageResult& result) {
  std::string out;
  for (const auto& [port, content] : content_of(result.pieces, {}))
    if (!content.text.empty()) out += (out.empty() ? "" : " ") + content.text;
  return out;
}

}  // namespace syrinx::ab
