#include "rule_checks.h"

#include "cut.h"

namespace syrinx::conform {

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

}  // namespace syrinx::conform
