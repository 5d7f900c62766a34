// Stages that the checker puts into the slots of the stage under test.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "syrinx/abi.h"

namespace syrinx::conform {

// Slots filled for `create` and `begin`; must outlive the stage. Only slots of kind "sampler" can
// be filled: by a sampler that draws the likeliest id that is not forbidden, and reports arguments
// that do not fit together.
class Slots {
 public:
  // `wanted`: the "slots" of a component's manifest. Throws Skipped for a kind the checker has no
  // stage for.
  explicit Slots(const nlohmann::ordered_json& wanted);
  Slots(const Slots&) = delete;

  const syx_slot* const* data() const { return pointers_.data(); }
  uint32_t size() const { return static_cast<uint32_t>(pointers_.size()); }

 private:
  std::deque<std::string> names_;
  std::deque<syx_slot> slots_;
  std::vector<const syx_slot*> pointers_;
};

}  // namespace syrinx::conform
