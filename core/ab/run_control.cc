// A against A: before two arms are compared, the baseline must equal itself.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ab/run_state.h"

namespace syrinx::ab {
namespace {

void note_floor(Json& found, const Spoken& a, const Spoken& b, const Text& text) {
  const Values va = values_of(measure_signal(a.audio, text.text)), vb = values_of(measure_signal(b.audio, text.text));
  for (const auto& [name, value] : va) {
    if (!value || !vb.at(name)) continue;
    Json& entry = found["noise_floor"][name];
    entry = std::max(entry.is_number() ? entry.get<double>() : 0.0, std::abs(*value - *vb.at(name)));
  }
}

}  // namespace

// The baseline twice, the second time in another order, several at once, without the store.
core::Outcome run_control(RunState& state) {
  const Experiment& e = state.e;
  if (e.baseline) {
    // The baseline's own control counts; it is not run again.
    const Json pairing = e.baseline->result.value("pairing", Json::object());
    if (pairing.contains("control")) state.result["pairing"]["control"] = pairing["control"];
    return core::Nothing{};
  }
  std::vector<const Text*> texts;
  for (const Text& text : e.texts.texts)
    if (static_cast<int64_t>(texts.size()) < (state.preview.same ? std::max<int64_t>(e.control, static_cast<int64_t>(e.texts.texts.size())) : e.control)) texts.push_back(&text);
  if (e.control == 0) {
    state.warn("no_control", "the control was turned off: nobody knows whether the baseline equals itself");
    return core::Nothing{};
  }
  Json found = Json::object();
  if (const Json* known = state.progress->find("control")) {
    found = *known;
  } else {
    core::Plan other = e.arms[0].plan;
    other.run.batch = other.run.batch == 1 ? 2 : 1;
    auto first = state.speaker(e.arms[0].plan, {e.store, true, {}}), second = state.speaker(std::move(other), {nullptr, true, {}});
    if (!first) return std::move(first).errors();
    if (!second) return std::move(second).errors();
    state.tell("control", 0, static_cast<int64_t>(texts.size()));
    std::vector<const Text*> backwards(texts.rbegin(), texts.rend());
    auto again = (*second)->speak_all(backwards, e.seeds[0]);
    std::reverse(again.begin(), again.end());
    found["identical"] = true;
    for (size_t i = 0; i < texts.size() && !state.stopped(); ++i) {
      const Spoken once = (*first)->speak(*texts[i], e.seeds[0]);
      for (const std::string& stage : e.arms[0].flow) {
        const auto a = once.stages.find(stage);
        const auto b = again[i].stages.find(stage);
        if (a == once.stages.end() || b == again[i].stages.end() || a->second.digest == b->second.digest) continue;
        if (found["identical"] == true) found["stage"] = stage, found["text"] = texts[i]->id;
        found["identical"] = false;
      }
      if (once.ok != again[i].ok) found["identical"] = false;
      if (found["identical"] == false && once.ok && again[i].ok) note_floor(found, once, again[i], *texts[i]);
      state.tell("control", static_cast<int64_t>(i) + 1, static_cast<int64_t>(texts.size()));
    }
    if (state.stopped()) return core::Nothing{};
    if (auto outcome = state.progress->add("control", found); !outcome) return outcome;
  }
  Json& control = state.result["pairing"]["control"];
  control["ran"] = true;
  control["items"] = texts.size();
  control["identical"] = found["identical"];
  if (found.contains("noise_floor")) control["noise_floor"] = found["noise_floor"];
  if (found["identical"] == true) return core::Nothing{};
  state.warn("control", fmt::format("the baseline does not equal itself: stage {}, text {}", found.value("stage", "unknown"), found.value("text", "unknown")));
  return core::Nothing{};
}

}  // namespace syrinx::ab
