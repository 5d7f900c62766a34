#include "rules.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "rule_checks.h"

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
