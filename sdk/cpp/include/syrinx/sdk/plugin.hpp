// A library's components and its entry.
//
//   SYX_PLUGIN("org.example.griffin", "1.2.0",
//              syrinx::component<GriffinLim>("vocoder", "vocoder").summary("Phase reconstruction. No weights."))
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "syrinx/ext/manifest.h"
#include "syrinx/sdk/flow.hpp"
#include "syrinx/sdk/sampler.hpp"

namespace syrinx {
namespace detail {

// std::void_t is an alias that ignores its arguments, so to some compilers two specialisations by it are one.
template <class...>
struct MakeVoid {
  using type = void;
};
template <class... T>
using Void = typename MakeVoid<T...>::type;

template <class T, class = void>
struct ShimOf {
  using type = FlowShim<T>;
};
template <class T>
struct ShimOf<T, Void<decltype(&T::sample_row)>> {
  using type = SamplerShim<T>;
};
// A class may bring its own shim: tokenizers with tables, devices.
template <class T>
struct ShimOf<T, Void<typename T::Shim>> {
  using type = typename T::Shim;
};

}  // namespace detail

// Kinds of ports.yaml, for those who want the compiler to check the spelling.
namespace kind {
inline constexpr char normalizer[] = "normalizer", refiner[] = "refiner", tokenizer[] = "tokenizer", speaker[] = "speaker",
                      encoder[] = "encoder", generator[] = "generator", sampler[] = "sampler", decoder[] = "decoder",
                      vocoder[] = "vocoder", effect[] = "effect", reader[] = "reader", writer[] = "writer", synthesizer[] = "synthesizer",
                      device[] = "device", judge[] = "judge";
}  // namespace kind

// A component and what its manifest says of it.
class Component {
 public:
  Component& summary(const std::string& text) { return put("summary", text); }
  Component& devices(const std::vector<std::string>& names) { return put("devices", names); }
  Component& streaming(const std::string& how) { return put("streaming", how); }
  // A stage it uses: {"sampler": "sampler"} by kind. One that is optional may stay empty.
  Component& slot(const std::string& name, const std::string& kind, bool optional = false) {
    facts["slots"][name] = {{"kind", kind}};
    if (optional) facts["slots"][name]["optional"] = true;
    return *this;
  }

  std::string name, kind, schema;
  Json facts = Json::object();
  syx_status (*describe)(syx_call*, syx_str, syx_str, syx_write, void*) = nullptr;
  syx_status (*create)(syx_call*, const syx_create*, syx_stage**) = nullptr;

 private:
  template <class T>
  Component& put(const char* key, const T& value) {
    facts[key] = value;
    return *this;
  }
};

template <class T>
Component component(const std::string& name, const std::string& kind) {
  using Shim = typename detail::ShimOf<T>::type;
  using Options = typename Shim::Options;
  Component out;
  out.name = name;
  out.kind = kind;
  out.schema = Options::describe().schema().dump();
  out.describe = [](syx_call* raw, syx_str options, syx_str inputs, syx_write write, void* sink) -> syx_status {
    return detail::guarded(raw, [&]() -> Status {
      const auto o = to_view(options), i = to_view(inputs);
      const Json fixed = i.empty() ? Json::object() : Json::parse(i.begin(), i.end());
      const Options parsed = Options::describe().read(o.empty() ? Json::object() : Json::parse(o.begin(), o.end()));
      if constexpr (std::is_same<Shim, SamplerShim<T>>::value) {
        write(sink, to_str(Shim::describe(parsed, fixed)));
      } else {
        write(sink, to_str(Shim::describe(parsed, Inputs(fixed))));
      }
      return ok;
    });
  };
  out.create = [](syx_call* raw, const syx_create* given, syx_stage** made) -> syx_status {
    return detail::guarded(raw, [&]() -> Status {
      const auto o = to_view(given->options);
      Create create;
      if (SYX_REACHES(syx_create, given, ports) && given->ports.size)
        create.ports = Json::parse(to_view(given->ports).begin(), to_view(given->ports).end());
      if (SYX_REACHES(syx_create, given, slot_count)) {
        create.slots = read_slots(given->slots, given->slot_count);
        create.devices.assign(given->devices, given->devices + given->device_count);
      }
      if (SYX_REACHES(syx_create, given, threads)) create.threads = given->threads;
      const Options parsed = Options::describe().read(o.empty() ? Json::object() : Json::parse(o.begin(), o.end()));
      return Shim::create(raw, parsed, create, made);
    });
  };
  return out;
}

// A library family that a process can hold only one version of, e.g. {"libtorch", "2.11", "cpu"}. The host reads it in the
// manifest and refuses a plugin that needs another version before it loads it.
struct Runtime {
  std::string name, version, build;
};

// What syx_plugin_v0 returns; made at the first call, lives for ever.
class Plugin {
 public:
  Plugin(std::string id, std::string version, std::vector<Component> components,
         const Runtime& runtime = {})
      : id_(std::move(id)), version_(std::move(version)), components_(std::move(components)) {
    Json facts = Json::object();
    if (!runtime.name.empty())
      facts["runtime"] = {
          {"name", runtime.name}, {"version", runtime.version}, {"build", runtime.build}};
    for (const Component& c : components_) {
      tables_.push_back({sizeof(syx_component), c.name.c_str(), c.kind.c_str(), c.schema.c_str(), c.describe, c.create});
      facts["components"][c.name] = c.facts;
    }
    for (const syx_component& table : tables_) pointers_.push_back(&table);
    manifest() = facts.dump();
    plugin_ = {};
    plugin_.struct_size = sizeof(plugin_);
    plugin_.abi_minor = SYX_ABI_MINOR;
    plugin_.abi_oldest = SYX_ABI_OLDEST;
    plugin_.component_count = static_cast<uint32_t>(pointers_.size());
    plugin_.components = pointers_.data();
    plugin_.id = id_.c_str();
    plugin_.version = version_.c_str();
    plugin_.build = "C++ " __VERSION__;
    plugin_.query = [](const char* interface_id) -> const void* {
      return std::string_view(interface_id) == SYX_MANIFEST_V1 ? manifest().c_str() : nullptr;
    };
  }
  const syx_plugin* table() const { return &plugin_; }

 private:
  static std::string& manifest() {
    static std::string text;
    return text;
  }

  std::string id_, version_;
  std::vector<Component> components_;
  std::vector<syx_component> tables_;
  std::vector<const syx_component*> pointers_;
  syx_plugin plugin_;
};

}  // namespace syrinx

#define SYX_PLUGIN_ON(runtime, id, version, ...)                                                \
  extern "C" SYX_EXPORT const syx_plugin* syx_plugin_v0(void) {                                 \
    try {                                                                                       \
      static const auto* const plugin = new syrinx::Plugin(id, version, {__VA_ARGS__}, runtime); \
      return plugin->table();                                                                   \
    } catch (...) {                                                                             \
      return nullptr;                                                                           \
    }                                                                                           \
  }
#define SYX_PLUGIN(id, version, ...) SYX_PLUGIN_ON(syrinx::Runtime(), id, version, __VA_ARGS__)
