#include "rule_checks.h"

namespace syrinx::conform {

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

void same_output(const Run& a, const Run& b, const char* when) {
  require(a.items.size() == b.items.size(), std::string("another number of items ") + when);
  for (size_t i = 0; i < a.items.size(); ++i) {
    bool same = a.items[i].text == b.items[i].text && a.items[i].tensors.size() == b.items[i].tensors.size();
    for (size_t t = 0; same && t < a.items[i].tensors.size(); ++t) same = a.items[i].tensors[t].bytes == b.items[i].tensors[t].bytes;
    require(same, "item " + std::to_string(i) + " differs " + when);
  }
}

}  // namespace syrinx::conform
