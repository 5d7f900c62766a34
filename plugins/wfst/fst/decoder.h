// The cheapest path of a text through a machine: a frontier search, since one side is a plain string.
//
// Active states have their best cost and a back pointer into an arena of (previous, output label, position). Each byte moves
// the frontier along arcs that read it, then along arcs that read nothing; states that cannot go on with the byte after it are left
// out, which is most of them. Costs are whole numbers of millionths, so sums are exact
// however long the text, and do not depend on the order of additions.
//
// Equal costs are decided by fewer tokens, then the lower sum of class ranks, then fewer output labels, then, at the first difference
// of what the paths write, the later position and the smaller label: never by the order of arcs or states. Each of these stays as it is
// when both paths go on alike, so it does not matter which of two is seen first.
//
// What all active paths have in common leaves the arena from time to time, so that its size does not grow with the text. After
// the first texts nothing is allocated.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fst/machine.h"
#include "tokens/token.h"

namespace wfst {

// An output label and how much of the text was read when it was written.
struct Event {
  int label;
  uint32_t at;
  friend bool operator==(const Event&, const Event&) = default;
};

// Owns the scratch memory of one thread.
class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const Machine> machine);

  enum class Outcome { kFound, kNoPath, kBroken };
  // Decodes text[span]. Looks of own grammars see the text around it. kBroken: arcs without input go round and round, which the
  // machine's check makes impossible.
  Outcome run(std::string_view text, Range span);
  Outcome run(std::string_view text) { return run(text, {0, static_cast<uint32_t>(text.size())}); }

  // Of the last run, valid until the next.
  std::span<const Event> events() const { return events_; }
  // After kNoPath: the byte that no path could go on with, or the end of the span.
  uint32_t stopped() const { return stopped_; }
  double weight() const { return static_cast<double>(weight_) / kUnit; }
  // Arcs tried, and the most entries that the arena had: what tests bound instead of time.
  uint64_t relaxations() const { return relaxations_; }
  size_t arena() const { return most_nodes_; }

  const Machine& machine() const { return *machine_; }

 private:
  static constexpr double kUnit = 1e6;
  static constexpr size_t kArena = 4096;

  struct Node {
    uint32_t previous;
    int32_t label;
    uint32_t at;
    uint32_t tokens, ranks, length;
  };
  // What of a mark counts while paths compete.
  struct Count {
    uint32_t token = 0, rank = 0;
    bool look = false;
  };
  // The best path to a state, valid while `stamp` is the frontier's `now`. Together, since states are met in no order and memory is
  // what their visits wait for.
  struct Slot {
    int64_t cost;
    uint32_t back, stamp;
  };
  struct Frontier {
    std::vector<Slot> slots;  // by state
    std::vector<int> active;
    uint32_t now = 0;
  };

  void clear(Frontier& frontier);
  bool relax(Frontier& to, int state, int64_t cost, uint32_t back, int label, uint32_t at);
  bool prefers(uint32_t previous, int label, uint32_t at, uint32_t current) const;
  bool close(Frontier& frontier, std::string_view text, uint32_t at, int next);
  bool look(int label, std::string_view text, uint32_t at);
  bool accepts(const Mark& mark, std::string_view text, uint32_t at) const;
  void compact(Frontier& frontier);
  void write_back(uint32_t node);
  static int64_t units(float weight);

  std::shared_ptr<const Machine> machine_;
  std::vector<Count> counts_;  // by mark
  Frontier frontiers_[2];
  std::vector<Node> nodes_;
  std::vector<uint32_t> moved_;
  std::vector<int> work_;
  std::vector<uint8_t> queued_;
  std::vector<Event> events_, turned_;
  std::vector<uint32_t> look_at_;  // by mark: 2 * position + result + 2 of the last look
  size_t compact_from_ = kArena, most_nodes_ = 0;
  uint64_t relaxations_ = 0, most_relaxations_ = 0;
  int64_t weight_ = 0;
  uint32_t begin_ = 0, stopped_ = 0;
};

}  // namespace wfst
