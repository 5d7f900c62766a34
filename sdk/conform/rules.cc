#include "rules.h"

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "cut.h"
#include "elf.h"
#include "subject.h"
#include "syrinx/sampler.h"

namespace syrinx::conform {
namespace {

constexpr int kMostSeconds = 20;  // of one rule

struct Rule {
  const char* id;
  const char* text;         // what must hold
  const char* consequence;  // of breaking it
  const char* enforced;     // "load", "checker" or "run"
  void (*whole)(const Request&);                                        // of the library, or
  void (*each)(const Request&, const syx_plugin&, const Subject&);  // of each component
};

std::vector<RecordedItem> of_port(const Run& run, uint32_t port) {
  std::vector<RecordedItem> out;
  for (const RecordedItem& item : run.items)
    if (item.port == port) out.push_back(item);
  return out;
}

Run good_run(const Request& request, const Subject& subject) {
  Drive how;
  how.seed = request.seed;
  Run run = drive(subject, how);
  require(run.status >= 0, "an utterance failed: " + (run.failures.empty() ? std::to_string(run.status) : run.failures[0]));
  return run;
}

size_t count_entries(const char* folder) {
  size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
  return n;
}

// ---- Binary

void exports_only_the_entry(const Request& request) {
  std::string error;
  const auto symbols = dynamic_symbols(request.library, &error);
  require(error.empty(), error);
  std::string found;
  for (const Symbol& s : symbols)
    if (s.defined && s.exported && s.name.rfind("syx_plugin_v", 0) != 0 && s.name != "_init" && s.name != "_fini")
      found += " " + s.name;
  require(found.empty(), "it exports also:" + found.substr(0, 400));
}

void no_unique_symbols(const Request& request) {
  std::string error;
  const auto symbols = dynamic_symbols(request.library, &error);
  require(error.empty(), error);
  for (const Symbol& s : symbols)
    require(!(s.unique && s.defined), "unique symbol " + s.name + "; compile with -fno-gnu-unique");
}

void loads(const Request& request) { load(request.library); }

void loading_leaves_traces(const Request& request) {
  const auto threads = count_entries("/proc/self/task"), files = count_entries("/proc/self/fd");
  const auto folder = std::filesystem::current_path();
  struct sigaction before[32], after;
  for (int s = 1; s < 32; ++s) sigaction(s, nullptr, &before[s]);
  const std::string locale = setlocale(LC_ALL, nullptr);
  load(request.library);
  require(count_entries("/proc/self/task") == threads, "loading starts a thread");
  require(count_entries("/proc/self/fd") == files, "loading leaves a file open");
  require(std::filesystem::current_path() == folder, "loading changes the working directory");
  require(locale == setlocale(LC_ALL, nullptr), "loading changes the locale");
  for (int s = 1; s < 32; ++s) {
    sigaction(s, nullptr, &after);
    require(before[s].sa_handler == after.sa_handler, std::string("loading takes the signal ") + strsignal(s));
  }
}

// ---- Versions

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

void same_output(const Run& a, const Run& b, const char* when) {
  require(a.items.size() == b.items.size(), std::string("another number of items ") + when);
  for (size_t i = 0; i < a.items.size(); ++i) {
    bool same = a.items[i].text == b.items[i].text && a.items[i].tensors.size() == b.items[i].tensors.size();
    for (size_t t = 0; same && t < a.items[i].tensors.size(); ++t) same = a.items[i].tensors[t].bytes == b.items[i].tensors[t].bytes;
    require(same, "item " + std::to_string(i) + " differs " + when);
  }
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

// ---- Contract

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

// ---- Meaning

void cuts_are_not_heard(const Request& request, const syx_plugin&, const Subject& subject) {
  if (subject.facts().value("streaming", "") == "approximate") skipped("it says that streaming is approximate");
  const Run whole = good_run(request, subject);
  for (const int64_t parts : {2, 5}) {
    Drive how;
    how.seed = request.seed;
    how.parts = parts;
    const Run run = drive(subject, how);
    require(run.status >= 0, "an utterance failed whose input came in pieces" + (run.failures.empty() ? "" : ": " + run.failures[0]));
    uint32_t port = 0;
    for (const auto& [name, spec] : Members(whole.ports.value("out", Json::object()))) {
      const std::string type = spec.value("type", name);
      const Joined a = join(type, of_port(whole, port)), b = join(type, of_port(run, port));
      require(a.text == b.text && a.tensors == b.tensors, "port \"" + name + "\" differs if the input comes in " + std::to_string(parts) + " pieces");
      ++port;
    }
  }
}

constexpr Rule kRules[] = {
    {"B-001", "exports syx_plugin_v* and nothing else", "clashes with other plugins", "checker", exports_only_the_entry, nullptr},
    {"B-002", "defines no GNU unique symbols", "two plugins share inline statics", "checker", no_unique_symbols, nullptr},
    {"B-003", "loads with immediate binding and returns its description", "is not loaded", "load", loads, nullptr},
    {"B-004", "loading starts no thread, leaves no file open, takes no signal, keeps locale and working directory",
     "changes the program that only lists it", "checker", loading_leaves_traces, nullptr},
    {"V-001", "describes itself completely: id, version, minors, components", "is not loaded", "load", describes_itself, nullptr},
    {"V-002", "answers unknown interface ids with NULL", "is called through a wrong table", "checker", nullptr, unknown_ids},
    {"V-003", "works the same under an older host: shorter structs", "crashes on old installations", "checker", nullptr, older_host},
    {"V-004", "works the same under a newer host: longer structs with anything behind the known part", "crashes after an update", "checker", nullptr, newer_host},
    {"C-001", "the option schema is a JSON Schema object", "its options cannot be checked", "load", nullptr, schema_is_json_schema},
    {"C-002", "describe is pure and writes a JSON object of ports", "cannot be negotiated", "load", nullptr, describe_is_pure},
    {"C-003", "a stage offers the table of its kind", "cannot be run", "load", nullptr, has_its_table},
    {"C-004", "emits on described ports only, and LAST exactly once on each, at the end", "the utterance fails", "run", nullptr, last_once},
    {"C-005", "offsets continue without gaps", "marks and streams shift", "checker", nullptr, offsets_continue},
    {"C-006", "emits no NaN or infinity, and tensors of the described shape", "noise at full scale", "checker", nullptr, finite_and_fitting},
    {"C-007", "an error carries a text", "a user cannot act on it", "run", nullptr, errors_carry_text},
    {"C-008", "an utterance may end without finish, and the session goes on", "a cancelled utterance breaks the next", "checker", nullptr, end_without_finish},
    {"C-009", "returns promptly when it is cancelled or asked to finish early", "Ctrl-C hangs", "run", nullptr, cancel_returns},
    {"C-010", "the same key and input give the same output", "runs cannot be compared or repeated", "checker", nullptr, same_key_same_output},
    {"C-011", "gives up every tensor", "memory grows", "checker", nullptr, tensors_are_given_up},
    {"C-012", "a sampler draws allowed ids of the vocabulary, the same for the same key", "speech breaks", "checker", nullptr, sampler_draws},
    {"M-001", "how the input was cut into items makes no difference", "the same text sounds different every time", "checker", nullptr, cuts_are_not_heard},
};

struct Verdict {
  char result = 'F';  // P passed, F failed, S skipped
  std::string text;
};

Verdict judge(const Rule& rule, const Request& request) {
  try {
    if (rule.whole) {
      rule.whole(request);
      return {'P', ""};
    }
    const syx_plugin& plugin = load(request.library);
    std::string failed, skips;
    int held = 0;
    for (uint32_t i = 0; i < plugin.component_count; ++i) {
      const syx_component& component = *plugin.components[i];
      if (!request.component.empty() && request.component != component.name) continue;
      try {
        rule.each(request, plugin, Subject(plugin, component, request.options));
        ++held;
      } catch (const Broken& b) {
        failed += std::string(failed.empty() ? "" : "; ") + component.name + ": " + b.what;
      } catch (const Skipped& s) {
        skips += std::string(skips.empty() ? "" : "; ") + component.name + ": " + s.why;
      }
    }
    if (!failed.empty()) return {'F', failed};
    return {held ? 'P' : 'S', skips};
  } catch (const Broken& b) {
    return {'F', b.what};
  } catch (const Skipped& s) {
    return {'S', s.why};
  } catch (const std::exception& error) {
    return {'F', error.what()};
  }
}

// In a child, whose output shows what the plugin prints; the verdict comes through a pipe of its own. What a writer writes
// lands in a folder that is removed.
Verdict judge_apart(const Rule& rule, const Request& request) {
  int result[2], printed[2];
  if (pipe(result) != 0 || pipe(printed) != 0) return {'F', "no pipe"};
  std::error_code ignored;
  std::string folder = (std::filesystem::temp_directory_path(ignored) / "syrinx-conform-XXXXXX").string();
  if (!mkdtemp(folder.data())) return {'F', "no temporary folder"};
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::filesystem::current_path(folder, ignored);
    dup2(printed[1], 1);
    dup2(printed[1], 2);
    for (int fd : {result[0], printed[0], printed[1]}) close(fd);
    alarm(kMostSeconds);
    const Verdict verdict = judge(rule, request);
    const std::string text = verdict.result + verdict.text.substr(0, 3000);
    [[maybe_unused]] const auto n = write(result[1], text.data(), text.size());
    std::fflush(nullptr);
    _exit(0);
  }
  close(result[1]);
  close(printed[1]);
  std::string verdict, output;
  char buffer[4096];
  for (auto [fd, to] : {std::pair{printed[0], &output}, std::pair{result[0], &verdict}}) {
    for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;) to->append(buffer, static_cast<size_t>(n));
    close(fd);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::filesystem::remove_all(folder, ignored);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return {'F', "did not end within " + std::to_string(kMostSeconds) + " s"};
  if (WIFSIGNALED(status)) return {'F', std::string("crashed: ") + strsignal(WTERMSIG(status))};
  if (verdict.empty()) return {'F', "the process ended without a word: " + output.substr(0, 500)};
  if (!output.empty() && verdict[0] == 'P') return {'F', "it prints: " + output.substr(0, 200)};
  return {verdict[0], verdict.substr(1)};
}

// The command that tries a rule once more, for a debugger.
std::string again(const Rule& rule, const Request& request) {
  std::string out = std::string("syrinx-conform --rule ") + rule.id + " --in-process --seed " + std::to_string(request.seed);
  if (!request.component.empty()) out += " --component " + request.component;
  if (!request.options.empty()) out += " --options '" + request.options + "'";
  return out + " " + request.library;
}

}  // namespace

int check(const Request& request) {
  int failed = 0, passed = 0, skips = 0;
  for (const Rule& rule : kRules) {
    if (!request.rule.empty() && request.rule != rule.id) continue;
    const Verdict verdict = request.in_process ? judge(rule, request) : judge_apart(rule, request);
    (verdict.result == 'P' ? passed : verdict.result == 'S' ? skips : failed)++;
    const char* word = verdict.result == 'P' ? "ok" : verdict.result == 'S' ? "skipped" : "FAILED";
    if (request.json) {
      std::printf("%s\n", Json{{"rule", rule.id}, {"result", word}, {"text", verdict.text}}.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
      continue;
    }
    std::printf("%s  %-7s  %s\n", rule.id, word, rule.text);
    if (verdict.result == 'F')
      std::printf("       happened: %s\n       consequence: %s\n       again: %s\n", verdict.text.c_str(), rule.consequence, again(rule, request).c_str());
    else if (!verdict.text.empty())
      std::printf("       not tried: %s\n", verdict.text.c_str());
  }
  if (!request.json) std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skips);
  if (passed + failed + skips == 0) {
    std::fprintf(stderr, "error: no rule %s; syrinx-conform --list shows them\n", request.rule.c_str());
    return 2;
  }
  return failed ? 1 : 0;
}

std::string list_rules(bool markdown) {
  std::string out;
  if (markdown)
    out = "# Rules of the border\n\nMade by `syrinx-conform --list --markdown`; do not edit. Groups: B binary, V versions, C contract, M meaning.\n"
          "Enforced: `load` by the host when it loads a plugin, `run` by the host while it runs, `checker` by nobody but the checker.\n\n"
          "| rule | what must hold | otherwise | enforced |\n| --- | --- | --- | --- |\n";
  for (const Rule& rule : kRules)
    out += markdown ? std::string("| ") + rule.id + " | " + rule.text + " | " + rule.consequence + " | " + rule.enforced + " |\n"
                    : std::string(rule.id) + "  " + rule.text + "\n";
  return out;
}

}  // namespace syrinx::conform
