#include "rule_checks.h"

#include <cmath>
#include <cstring>
#include <random>

#include "syrinx/sampler.h"

namespace syrinx::conform {

void schema_is_json_schema(const Request&, const syx_plugin&, const Subject& subject) {
  const Json schema = Json::parse(subject.component().schema, nullptr, false);
  require(schema.is_object(), "the schema is not a JSON object");
  for (const auto& [name, property] : Members(schema.value("properties", Json::object())))
    require(property.is_object(), "the option \"" + name + "\" is not described by an object");
}

void describe_is_pure(const Request&, const syx_plugin&, const Subject& subject) {
  RecordingCall call;
  const Json first = subject.describe(call), again = subject.describe(call);
  require(first.dump() == again.dump(), "two calls of describe differ");
  for (const char* side : {"in", "out"})
    for (const auto& [name, spec] : Members(first.value(side, Json::object())))
      require(spec.is_object(), std::string(side) + " port \"" + name + "\" is not an object");
}

void has_its_table(const Request&, const syx_plugin&, const Subject& subject) {
  RecordingCall call;
  syx_stage* stage = subject.create(call);
  if (!stage) skipped("it cannot be made with default options: " + call.failures[0]);
  const std::string kind = subject.component().kind;
  const char* id = kind == "sampler" ? "syrinx.sampler/1" : kind == "device" ? "syrinx.device/1" : SYX_FLOW_V1;
  require(stage->query(stage, id) != nullptr, std::string("a stage of kind ") + kind + " does not offer " + id);
  stage->destroy(stage);
}

void last_once(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run run = good_run(request, subject);
  uint32_t port = 0;
  for (const auto& [name, spec] : Members(run.ports.value("out", Json::object()))) {
    const auto items = of_port(run, port++);
    int last = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      last += items[i].last();
      require(!items[i].last() || i + 1 == items.size(), "an item follows LAST on port \"" + name + "\"");
    }
    require(last == 1, "port \"" + name + "\" gets " + std::to_string(last) + " LAST, not 1");
  }
  for (const RecordedItem& item : run.items) require(item.port < port, "an item on port " + std::to_string(item.port) + ", which was not described");
  require(run.breaches.empty(), run.breaches.empty() ? "" : run.breaches[0]);
}

void offsets_continue(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run run = good_run(request, subject);
  uint32_t port = 0;
  for (const auto& [name, spec] : Members(run.ports.value("out", Json::object()))) {
    const std::string type = spec.value("type", name);
    int64_t at = 0;
    for (const RecordedItem& item : of_port(run, port++)) {
      if (item.flags & SYX_ITEM_PIECE) at = 0;
      if (item.tensors.empty() || item.tensors[0].shape.empty()) continue;
      const auto& shape = item.tensors[0].shape;
      const int64_t length = type == "audio" || type == "mel" || type == "spectral" ? shape.back() : shape[0];
      require(item.offset == at, "on port \"" + name + "\" an item has offset " + std::to_string(item.offset) + ", not " + std::to_string(at));
      at += length;
    }
  }
}

void finite_and_fitting(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run run = good_run(request, subject);
  uint32_t port = 0;
  for (const auto& [name, spec] : Members(run.ports.value("out", Json::object()))) {
    const std::string type = spec.value("type", name);
    for (const RecordedItem& item : of_port(run, port++)) {
      for (const RecordedTensor& t : item.tensors) {
        if (t.dtype.code != kDLFloat || t.dtype.bits != 32) continue;
        for (size_t i = 0; i + 4 <= t.bytes.size(); i += 4) {
          float value;
          std::memcpy(&value, t.bytes.data() + i, 4);
          require(std::isfinite(value), "NaN or infinity on port \"" + name + "\"");
        }
      }
      if (type != "audio" || item.tensors.empty() || item.tensors[0].shape.empty()) continue;
      require(item.tensors[0].shape.size() == 2, "audio must be [channels, samples]");
      if (spec.contains("channels") && spec["channels"].is_number())
        require(item.tensors[0].shape[0] == spec["channels"].get<int64_t>(), "another number of channels than described");
    }
  }
}

void errors_carry_text(const Request& request, const syx_plugin&, const Subject& subject) {
  Drive how;
  how.seed = request.seed;
  how.malformed = true;
  const Run run = drive(subject, how);
  require(run.status >= 0 || !run.failures.empty(), "status " + std::to_string(run.status) + " for a malformed item, and no message");
}

void end_without_finish(const Request& request, const syx_plugin&, const Subject& subject) {
  Drive how;
  how.seed = request.seed;
  how.finish = false;
  how.utterances = 3;
  drive(subject, how);
}

void cancel_returns(const Request& request, const syx_plugin&, const Subject& subject) {
  Drive how;
  how.seed = request.seed;
  for (uint32_t value : {1u, 2u}) {
    how.cancel = value;
    drive(subject, how);
  }
}

void same_key_same_output(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run once = good_run(request, subject);
  same_output(once, good_run(request, subject), "with the same key");
  Drive how;
  how.seed = request.seed;
  how.utterances = 2;
  const Run twice = drive(subject, how);
  require(twice.items.size() == 2 * once.items.size(), "the second utterance of a session gives another number of items");
}

void tensors_are_given_up(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run run = good_run(request, subject);
  require(run.live_tensors == 0, std::to_string(run.live_tensors) + " tensors are still held after the stage is gone");
}

void sampler_draws(const Request& request, const syx_plugin&, const Subject& subject) {
  if (std::strcmp(subject.component().kind, "sampler") != 0) skipped("it is no sampler");
  RecordingCall call;
  syx_stage* stage = subject.create(call);
  if (!stage) skipped("it cannot be made with default options: " + call.failures[0]);
  const auto* table = static_cast<const syx_sampler_v1*>(stage->query(stage, SYX_SAMPLER_V1));
  require(table != nullptr, "it does not offer " SYX_SAMPLER_V1);
  syx_session* session = nullptr;
  require(table->open(call.get(), stage, {"{}", 2}, &session) == SYX_OK, "open failed");
  std::mt19937_64 random(request.seed);
  std::normal_distribution<float> normal(0, 3);
  constexpr int64_t kVocab = 50;
  std::vector<float> scores(kVocab);
  int32_t drawn[2] = {-1, -1};
  for (int round = 0; round < 200; ++round) {
    for (float& s : scores) s = normal(random);
    for (int32_t& id : drawn) {
      std::vector<float> copy = scores;
      int64_t shape[2] = {1, kVocab}, one[1] = {1};
      DLTensor logits = {copy.data(), {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
      DLTensor ids = {&id, {kDLCPU, 0}, 1, {kDLInt, 32, 1}, one, nullptr, 0};
      const uint64_t key = static_cast<uint64_t>(round);
      const uint32_t step = static_cast<uint32_t>(round), head = 0, from[2] = {0, 1};
      const int32_t forbid = round % kVocab;
      syx_sample_args args = {sizeof(args), &logits, &ids, nullptr, &session, &key, &step, &head, &forbid, from, 1, 0};
      require(table->sample(call.get(), stage, &args) == SYX_OK, "sample failed");
      require(id >= 0 && id < kVocab, "an id outside the vocabulary: " + std::to_string(id));
      require(id != forbid, "a forbidden id was drawn");
    }
    require(drawn[0] == drawn[1], "the same key, step and scores give two ids");
  }
  table->close(session);
  stage->destroy(stage);
}

}  // namespace syrinx::conform
