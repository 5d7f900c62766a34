// The plugin under test, and the inputs its stages are driven with.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "host.h"
#include "slots.h"

namespace syrinx::conform {

using Json = nlohmann::ordered_json;

// The members of an object that a temporary holds, for range-for: `.items()` alone would outlive it.
class Members {
 public:
  explicit Members(Json object) : object_(std::move(object)) {}
  auto begin() const { return object_.items().begin(); }
  auto end() const { return object_.items().end(); }

 private:
  Json object_;
};

// Thrown by rules: the rule does not hold. And: it cannot be tried, for the reason given.
struct Broken {
  std::string what;
};
struct Skipped {
  std::string why;
};

[[noreturn]] void broken(std::string what);
[[noreturn]] void skipped(std::string why);
inline void require(bool condition, const std::string& what) {
  if (!condition) broken(what);
}

// A loaded plugin; throws Broken if it cannot be loaded.
const syx_plugin& load(const std::string& path);

// One component with options it can be made with.
class Subject {
 public:
  // `options`: JSON text, or empty for the schema's defaults. Throws Skipped if an option is required.
  Subject(const syx_plugin& plugin, const syx_component& component, const std::string& options);

  const syx_component& component() const { return component_; }
  // What its manifest says beyond the struct, such as "streaming"; an object.
  const Json& facts() const { return facts_; }
  const std::string& options() const { return options_; }
  Json describe(RecordingCall& call, const Json& inputs = Json::object()) const;

  // A stage; null if create reported an error, which is left in `call`. Throws Skipped if it needs a slot
  // that the checker cannot fill.
  syx_stage* create(RecordingCall& call, uint64_t create_size = sizeof(syx_create)) const;
  const syx_flow_v1* flow(syx_stage* stage) const;
  // What the stages made so far were given.
  const Slots& slots() const { return *slots_; }

 private:
  const syx_component& component_;
  std::string options_;
  Json facts_ = Json::object();
  mutable std::shared_ptr<Slots> slots_;
};

// What a stage emitted for one utterance, and the ports it had.
struct Run {
  std::vector<RecordedItem> items;
  std::vector<std::string> failures, breaches;
  syx_status status = SYX_OK;
  Json ports;
  int live_tensors = 0;
};

struct Drive {
  uint64_t seed = 1, key = 7;
  uint32_t cancel = 0;           // value of *cancel while it works
  bool finish = true;            // false: `end` without finish
  bool malformed = false;        // items without their tensors
  int64_t parts = 1;             // pieces that each input is cut into
  uint32_t utterances = 1;       // one after another in the same session
  uint64_t call_size = sizeof(syx_call), begin_size = sizeof(syx_begin), item_size = sizeof(syx_item),
           create_size = sizeof(syx_create);
};

// Makes a stage and a session, and passes utterances through them. Throws Skipped if the stage cannot be made.
Run drive(const Subject& subject, const Drive& how);

}  // namespace syrinx::conform
