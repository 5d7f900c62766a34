#include "rule_checks.h"

#include <cctype>
#include <cstddef>
#include <cstring>
#include <set>

namespace syrinx::conform {

void describes_itself(const Request& request) {
  const syx_plugin& p = load(request.library);
  require(p.struct_size >= offsetof(syx_plugin, query), "struct_size of syx_plugin is too small");
  require(p.abi_oldest <= p.abi_minor, "abi_oldest is newer than abi_minor");
  require(p.id && std::strchr(p.id, '.'), "the id is not a reverse domain name");
  require(p.version && std::isdigit(static_cast<unsigned char>(p.version[0])), "the version is not semantic");
  require(p.component_count > 0, "it has no components");
  std::set<std::string> names;
  for (uint32_t i = 0; i < p.component_count; ++i) {
    const syx_component* c = p.components[i];
    require(c && c->name && c->kind && c->schema && c->describe && c->create, "a component lacks a field");
    require(c->struct_size >= sizeof(syx_component), "struct_size of a component is too small");
    require(names.insert(c->name).second, std::string("two components are called ") + c->name);
  }
}

void unknown_ids(const Request&, const syx_plugin& plugin, const Subject& subject) {
  RecordingCall call;
  syx_stage* stage = subject.create(call);
  for (const char* id : {"", "org.example.nothing/1", "syrinx.flow/99", "syrinx.flow/1x", "syrinx.flow/1 ", "syrinx.sampler/1.0"}) {
    if (plugin.query) require(plugin.query(id) == nullptr, std::string("the plugin answers the unknown id \"") + id + "\"");
    if (stage) require(stage->query(stage, id) == nullptr, std::string("a stage answers the unknown id \"") + id + "\"");
  }
  if (stage) stage->destroy(stage);
}

void older_host(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run now = good_run(request, subject);
  Drive how;
  how.seed = request.seed;
  how.call_size = offsetof(syx_call, query);          // a host without services
  how.create_size = offsetof(syx_create, threads);
  how.begin_size = sizeof(syx_begin);
  same_output(now, drive(subject, how), "under an older host");
}

void newer_host(const Request& request, const syx_plugin&, const Subject& subject) {
  const Run now = good_run(request, subject);
  Drive how;
  how.seed = request.seed;
  how.call_size = sizeof(syx_call) + 64;
  how.create_size = sizeof(syx_create) + 64;
  how.begin_size = sizeof(syx_begin) + 64;
  how.item_size = sizeof(syx_item) + 64;
  same_output(now, drive(subject, how), "under a newer host");
}

}  // namespace syrinx::conform
