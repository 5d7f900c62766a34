// A's draws, and B's held against them: what a forced comparison counts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ab/forced.h"
#include "core/ab/sampler_tap.h"
#include "syrinx/abi.h"

namespace syrinx::ab {

// What was drawn from: the candidates that are left, ascending, with the logarithms of their probabilities.
struct Distribution {
  std::vector<int32_t> ids;
  std::vector<double> log_p;

  std::optional<size_t> find(int32_t id) const {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at == ids.end() || *at != id) return std::nullopt;
    return static_cast<size_t>(at - ids.begin());
  }
  int32_t top() const { return ids.empty() ? -1 : ids[static_cast<size_t>(std::max_element(log_p.begin(), log_p.end()) - log_p.begin())]; }
};

// Of one text. Draws come on several threads.
class ForcedLedger {
 public:
  void keep(const Draw& draw);             // of arm A
  int32_t hold_against(const Draw& draw);  // of arm B; gives the id that its generator gets
  void note(std::string reason);           // why there will be no numbers; the first one counts
  // Once, at the end.
  ForcedOutcome finish();

 private:
  struct Question {
    uint64_t key;
    uint32_t step;
    bool operator==(const Question&) const = default;
  };
  struct Hash {
    size_t operator()(const Question& q) const { return static_cast<size_t>(syx_mix(q.key + q.step)); }
  };
  struct Kept {
    size_t sampler;  // number in samplers_
    std::vector<float> raw;
    Distribution final;
    int32_t id;
    bool answered = false;
  };
  void note_locked(std::string reason);

  std::mutex mutex_;
  std::vector<std::string> samplers_;  // as they were first used
  std::unordered_map<Question, Kept, Hash> kept_;
  std::set<uint32_t> heads_a_, heads_b_;
  std::map<uint32_t, int64_t> draws_of_head_;
  std::optional<std::tuple<size_t, uint32_t, uint32_t, uint64_t>> first_;
  Forced out_;
  std::string reason_;
};

}  // namespace syrinx::ab
