// Stands before a pipeline's samplers: sees the scores that a generator asks about and the ids that it gets, and may give others.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/graph/plan.h"

namespace syrinx::ab {

// One id drawn. Views are valid during the call.
struct Draw {
  std::string_view sampler;       // the stage's name
  uint64_t key = 0;               // of the row; with `step` it names the question
  uint32_t step = 0, head = 0;
  std::span<const float> raw;     // the generator's scores
  std::span<const float> scores;  // what was drawn from, removed candidates = -inf
  int32_t id = -1;
};

// Both functions are called on the stages' threads, several at once.
struct SamplerTap {
  std::function<int32_t(const Draw&)> on_draw;       // the id that the generator gets
  std::function<void(std::string)> on_unreadable;  // rows went by that could not be shown, and why
};

// Whether a stage of a plan can be tapped.
bool is_sampler(const core::PlannedStage& stage);

// For Engine::create: every sampler of the pipeline goes through `tap`, which outlives the engine. Generators then ask for each
// step: recipes are not told, so that none is run inside a generator.
std::function<syx_stage*(const core::PlannedStage&, syx_stage*)> through(const SamplerTap& tap);

}  // namespace syrinx::ab
