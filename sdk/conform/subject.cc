#include "subject.h"

#include <dlfcn.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "cut.h"
#include "syrinx/ext/manifest.h"

namespace syrinx::conform {
namespace {

// Structs a newer host would have: the known part, then poison.
template <class T>
struct Padded {
  T value{};
  uint64_t poison[8];
  Padded() { std::memset(poison, 0xA5, sizeof(poison)); }
};

int dimension(const Json& spec, const char* name, int otherwise) {
  const auto found = spec.find(name);
  if (found == spec.end()) return otherwise;
  const Json& value = found->is_array() ? (*found)[0] : *found;
  return value.is_number() ? value.get<int>() : otherwise;
}

syx_tensor floats(const std::vector<int64_t>& shape, float level, std::mt19937_64& random, int* live) {
  int64_t n = 1;
  for (int64_t d : shape) n *= d;
  std::vector<float> values(static_cast<size_t>(n));
  std::normal_distribution<float> normal(0, level);
  for (float& v : values) v = normal(random);
  return make_tensor(values.data(), {kDLFloat, 32, 1}, shape, live);
}

syx_tensor integers(const std::vector<int64_t>& shape, int below, std::mt19937_64& random, int* live) {
  int64_t n = 1;
  for (int64_t d : shape) n *= d;
  std::vector<int32_t> values(static_cast<size_t>(n));
  for (int32_t& v : values) v = static_cast<int32_t>(random() % static_cast<uint64_t>(below));
  return make_tensor(values.data(), {kDLInt, 32, 1}, shape, live);
}

// What a port of this type could get; false if the type is not known.
bool make_input(const Json& spec, const std::string& type, std::mt19937_64& random, int* live, std::string* text,
                std::vector<syx_tensor>* tensors) {
  if (type == "text" || type == "voice" || type == "marks") {
    *text = type == "marks" ? "{\"at\":0,\"len\":100,\"text\":\"a\",\"kind\":\"word\"}\n" : "The quick brown fox. It jumps over 3 dogs!";
    return true;
  }
  if (type == "bytes") {
    *text = "bytes";
    return true;
  }
  if (type == "tokens" || type == "codes") {
    tensors->push_back(integers({12, dimension(spec, "heads", 1)}, dimension(spec, "vocab", 32), random, live));
    return true;
  }
  if (type == "hidden") {
    tensors->push_back(floats({12, dimension(spec, "dim", 16)}, 1, random, live));
    return true;
  }
  if (type == "mel") {
    tensors->push_back(floats({dimension(spec, "bins", 80), 20}, 1, random, live));
    return true;
  }
  if (type == "audio") {
    tensors->push_back(floats({dimension(spec, "channels", 1), 4800}, 0.05f, random, live));
    return true;
  }
  if (type == "spectral") {
    const auto parts = spec.value("parts", std::string("lh,theta,ln,lr,phi"));
    const auto count = 1 + std::count(parts.begin(), parts.end(), ',');
    tensors->push_back(floats({count, dimension(spec, "bins", 601), 12}, 1, random, live));
    std::vector<float> f0(12, 180.0f);
    tensors->push_back(make_tensor(f0.data(), {kDLFloat, 32, 1}, {12}, live));
    return true;
  }
  return false;
}

}  // namespace

void broken(std::string what) { throw Broken{std::move(what)}; }
void skipped(std::string why) { throw Skipped{std::move(why)}; }

const syx_plugin& load(const std::string& path) {
  void* handle = dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) broken(std::string("it cannot be loaded: ") + dlerror());
  const auto entry = reinterpret_cast<syx_plugin_entry>(dlsym(handle, SYX_ENTRY_NAME));
  require(entry != nullptr, "it exports no " SYX_ENTRY_NAME);
  const syx_plugin* plugin = entry();
  require(plugin != nullptr, SYX_ENTRY_NAME " returned nothing");
  return *plugin;
}

Subject::Subject(const syx_plugin& plugin, const syx_component& component, const std::string& options)
    : component_(component), options_(options) {
  if (plugin.query)
    if (const void* text = plugin.query(SYX_MANIFEST_V1)) {
      const Json all = Json::parse(static_cast<const char*>(text), nullptr, false);
      if (all.is_object()) facts_ = all.value("components", Json::object()).value(component.name, Json::object());
    }
  if (!options_.empty()) return;
  if (std::string_view(component.kind) == "reader") skipped("it opens what the text names, and the checker has no file for it");
  const Json schema = Json::parse(component.schema, nullptr, false);
  Json defaults = Json::object();
  if (schema.is_object()) {
    for (const Json& name : schema.value("required", Json::array())) skipped("the option \"" + name.get<std::string>() + "\" is required; give --options");
    for (const auto& [name, property] : Members(schema.value("properties", Json::object()))) {
      if (!property.contains("default")) continue;
      const bool asset = property.value("format", "") == "asset" && property["default"].is_string() && !property["default"].get<std::string>().empty();
      if (asset) skipped("the option \"" + name + "\" names an asset; give --options");
      defaults[name] = property["default"];
    }
  }
  options_ = defaults.dump();
}

Json Subject::describe(RecordingCall& call, const Json& inputs) const {
  std::string out;
  const std::string fixed = inputs.dump();
  const syx_status status = component_.describe(call.get(), {options_.data(), options_.size()}, {fixed.data(), fixed.size()},
                                                RecordingCall::append, &out);
  require(status == SYX_OK, "describe returned " + std::to_string(status) + (call.failures.empty() ? "" : ": " + call.failures[0]));
  const Json parsed = Json::parse(out, nullptr, false);
  require(parsed.is_object(), "describe wrote no JSON object: " + out);
  return parsed;
}

syx_stage* Subject::create(RecordingCall& call, uint64_t create_size) const {
  const Json description = describe(call);
  for (const char* side : {"in", "out"})
    for (const auto& [name, spec] : Members(description.value(side, Json::object())))
      if (name.find('.') != std::string::npos) skipped("it needs a stage in its slot \"" + name.substr(0, name.find('.')) + "\"");
  if (!slots_) slots_ = std::make_shared<Slots>(facts_.value("slots", Json::object()));
  Json ports = {{"in", Json::object()}, {"out", Json::object()}};
  for (const char* side : {"in", "out"})
    for (const auto& [name, spec] : Members(description.value(side, Json::object()))) {
      Json fixed = spec;
      for (auto& value : fixed)
        if (value.is_array() && !value.empty()) value = Json(value[0]);
      fixed["connected"] = true;
      ports[side][name] = fixed;
    }
  const std::string text = ports.dump();
  Padded<syx_create> padded;
  syx_create& given = padded.value;
  given.struct_size = create_size;
  given.options = {options_.data(), options_.size()};
  given.ports = {text.data(), text.size()};
  given.slots = slots_->data();
  given.slot_count = slots_->size();
  given.threads = 1;
  syx_stage* stage = nullptr;
  const syx_status status = component_.create(call.get(), &given, &stage);
  if (status != SYX_OK) {
    require(status < 0, "create returned " + std::to_string(status));
    require(!call.failures.empty(), "create failed without a message");
    return nullptr;
  }
  require(stage != nullptr, "create returned SYX_OK and no stage");
  return stage;
}

const syx_flow_v1* Subject::flow(syx_stage* stage) const {
  return static_cast<const syx_flow_v1*>(stage->query(stage, SYX_FLOW_V1));
}

Run drive(const Subject& subject, const Drive& how) {
  RecordingCall call;
  call.set_struct_size(how.call_size);
  syx_stage* stage = subject.create(call, how.create_size);
  // With structs of the usual size it was made before.
  if (!stage && how.create_size != sizeof(syx_create)) broken("it cannot be made: " + call.failures[0]);
  if (!stage) skipped("it cannot be made with default options: " + call.failures[0]);
  const syx_flow_v1* flow = subject.flow(stage);
  if (!flow) skipped("it has no flow");
  Run out;
  out.ports = subject.describe(call);
  syx_session* session = nullptr;
  require(flow->open(call.get(), stage, &session) == SYX_OK, "open failed");
  const auto settle = [&] {
    for (int i = 0; flow->step && i < 100000; ++i)
      if (flow->step(call.get(), session) != SYX_OK) return;
  };
  for (uint32_t sequence = 1; sequence <= how.utterances; ++sequence) {
    std::mt19937_64 random(how.seed);
    Padded<syx_begin> begin;
    begin.value.struct_size = how.begin_size;
    begin.value.key = how.key;
    begin.value.options = {"{}", 2};
    begin.value.slots = subject.slots().data();
    begin.value.slot_count = subject.slots().size();
    begin.value.sequence = sequence;
    out.status = flow->begin(call.get(), session, &begin.value);
    call.cancel = how.cancel;
    uint32_t port = 0;
    for (const auto& [name, spec] : Members(out.ports.value("in", Json::object()))) {
      std::string text;
      std::vector<syx_tensor> tensors;
      if (out.status == SYX_OK) {
        const std::string type = spec.value("type", name);
        if (!make_input(spec, type, random, &out.live_tensors, &text, &tensors)) skipped("an input of the unknown type " + type);
        if (how.malformed) {
          for (syx_tensor& t : tensors) t.dl->deleter(t.dl);
          tensors.clear();
          text = "\xff\xfe malformed";
        }
        for (Piece& piece : cut(type, std::move(text), std::move(tensors), how.parts, &out.live_tensors)) {
          std::vector<syx_tensor*> pointers;
          for (syx_tensor& t : piece.tensors) pointers.push_back(&t);
          if (out.status != SYX_OK) {  // refused before: nobody gets the rest
            for (syx_tensor& t : piece.tensors) t.dl->deleter(t.dl);
            continue;
          }
          Padded<syx_item> item;
          item.value.struct_size = how.item_size;
          item.value.sequence = sequence;
          item.value.offset = piece.offset;
          item.value.tensor_count = static_cast<uint32_t>(pointers.size());
          item.value.text = {piece.text.data(), piece.text.size()};
          item.value.tensors = pointers.data();
          out.status = flow->push(call.get(), session, port, &item.value);
          settle();
        }
      }
      if (out.status == SYX_OK && how.finish) out.status = flow->finish(call.get(), session, port, sequence);
      settle();
      ++port;
    }
    flow->end(call.get(), session, sequence, SYX_END);
    call.cancel = 0;
  }
  flow->close(session);
  stage->destroy(stage);
  out.items = std::move(call.items);
  out.failures = std::move(call.failures);
  out.breaches = std::move(call.breaches);
  out.live_tensors += call.live_tensors;
  return out;
}

}  // namespace syrinx::conform
