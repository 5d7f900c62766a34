#include "fst/decoder.h"

#include <algorithm>
#include <cmath>

namespace wfst {

Decoder::Decoder(std::shared_ptr<const Machine> machine) : machine_(std::move(machine)) {
  const size_t states = machine_->states().size();
  for (Frontier& frontier : frontiers_) {
    frontier.slots.resize(states);
    frontier.active.reserve(std::min<size_t>(states, 1024));
  }
  queued_.resize(states);
  nodes_.reserve(kArena + 256);
  events_.reserve(256);
  look_at_.resize(machine_->marks().size());
  for (const Mark& mark : machine_->marks())
    counts_.push_back({mark.kind == Mark::Kind::kToken, mark.kind == Mark::Kind::kTokenEnd ? static_cast<uint32_t>(mark.rank) : 0, mark.kind == Mark::Kind::kLook});
  size_t epsilons = 0;
  for (const Machine::State& state : machine_->states()) epsilons += state.epsilons;
  most_relaxations_ = 4 * (states + epsilons) + 64;
}

// Nearly all arcs weigh nothing.
int64_t Decoder::units(float weight) { return weight == 0 ? 0 : static_cast<int64_t>(std::llround(static_cast<double>(weight) * kUnit)); }

void Decoder::clear(Frontier& frontier) {
  frontier.active.clear();
  if (++frontier.now == 0) {
    for (Slot& slot : frontier.slots) slot.stamp = 0;
    frontier.now = 1;
  }
}

// Whether the path that writes `label` behind node `previous` is to be preferred to the path of `current`, at equal cost.
bool Decoder::prefers(uint32_t previous, int label, uint32_t at, uint32_t current) const {
  Node mine = nodes_[previous];
  if (label >= kFirstMark) {
    const Count& count = counts_[static_cast<size_t>(label - kFirstMark)];
    mine.tokens += count.token;
    mine.ranks += count.rank;
  }
  mine.length += label != 0;
  const Node& other = nodes_[current];
  if (mine.tokens != other.tokens) return mine.tokens < other.tokens;
  if (mine.ranks != other.ranks) return mine.ranks < other.ranks;
  if (mine.length != other.length) return mine.length < other.length;
  // Both are equally long: step back together, and keep the earliest difference. Different entries may say the same, where paths
  // differed only in looks.
  Event a{label, at}, b = a;
  uint32_t x = previous, y = current;
  if (label != 0) {
    b = {other.label, other.at};
    y = other.previous;
  }
  for (; x != y; x = nodes_[x].previous, y = nodes_[y].previous) {
    if (nodes_[x].label == nodes_[y].label && nodes_[x].at == nodes_[y].at) continue;
    a = {nodes_[x].label, nodes_[x].at};
    b = {nodes_[y].label, nodes_[y].at};
  }
  if (a.at != b.at) return a.at > b.at;
  return a.label < b.label;
}

// Offers a path to a state; true if it is the best so far.
bool Decoder::relax(Frontier& to, int state, int64_t cost, uint32_t back, int label, uint32_t at) {
  ++relaxations_;
  Slot& slot = to.slots[static_cast<size_t>(state)];
  if (slot.stamp == to.now) {
    if (cost > slot.cost || (cost == slot.cost && !prefers(back, label, at, slot.back))) return false;
  } else {
    slot.stamp = to.now;
    to.active.push_back(state);
  }
  slot.cost = cost;
  if (label == 0) {
    slot.back = back;
    return true;
  }
  Node node{back, label, at, nodes_[back].tokens, nodes_[back].ranks, nodes_[back].length + 1};
  if (label >= kFirstMark) {
    const Count& count = counts_[static_cast<size_t>(label - kFirstMark)];
    node.tokens += count.token;
    node.ranks += count.rank;
  }
  slot.back = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  return true;
}

// Follows arcs that read nothing, as far as they lead to something that reads `next`.
bool Decoder::close(Frontier& frontier, std::string_view text, uint32_t at, int next_byte) {
  work_.clear();
  for (const int state : frontier.active)
    if (machine_->states()[static_cast<size_t>(state)].epsilons > 0) {
      work_.push_back(state);
      queued_[static_cast<size_t>(state)] = 1;
    }
  uint64_t budget = most_relaxations_;
  for (size_t next = 0; next < work_.size(); ++next) {
    const int state = work_[next];
    queued_[static_cast<size_t>(state)] = 0;
    for (const Arc& arc : machine_->epsilons(state)) {
      if (!machine_->goes_on(arc.next, next_byte) || std::isinf(arc.weight)) continue;
      if (budget-- == 0) {
        for (size_t i = next; i < work_.size(); ++i) queued_[static_cast<size_t>(work_[i])] = 0;
        return false;
      }
      int label = arc.output;
      if (label >= kFirstMark && counts_[static_cast<size_t>(label - kFirstMark)].look) {
        if (!look(label, text, at)) continue;
        label = 0;
      }
      const auto from = static_cast<size_t>(state);
      if (relax(frontier, arc.next, frontier.slots[from].cost + units(arc.weight), frontier.slots[from].back, label, at) &&
          !queued_[static_cast<size_t>(arc.next)] && machine_->states()[static_cast<size_t>(arc.next)].epsilons > 0) {
        queued_[static_cast<size_t>(arc.next)] = 1;
        work_.push_back(arc.next);
      }
    }
  }
  return true;
}

// A look asks the same at one position however many paths come by.
bool Decoder::look(int label, std::string_view text, uint32_t at) {
  const auto number = static_cast<size_t>(label - kFirstMark);
  const uint32_t key = 2 * (at - begin_) + 2;
  if ((look_at_[number] & ~1u) != key) {
    const Mark& mark = machine_->marks()[number];
    look_at_[number] = key | (accepts(mark, text, at) != mark.negated ? 1u : 0u);
  }
  return look_at_[number] & 1;
}

bool Decoder::accepts(const Mark& mark, std::string_view text, uint32_t at) const {
  int state = mark.state;
  for (size_t place = at;;) {
    if (!std::isinf(machine_->states()[static_cast<size_t>(state)].final)) return true;
    const bool edge = mark.behind ? place == 0 : place == text.size();
    const int label = edge ? kEdgeLabel : static_cast<unsigned char>(text[mark.behind ? place - 1 : place]);
    const auto arcs = machine_->reading(state, label);
    if (arcs.empty()) return false;
    state = arcs[0].next;
    // Behind the edge there is nothing to read.
    if (edge) return !std::isinf(machine_->states()[static_cast<size_t>(state)].final);
    place = mark.behind ? place - 1 : place + 1;
  }
}

// Writes out what all paths share and drops what no path needs.
void Decoder::compact(Frontier& frontier) {
  uint32_t common = frontier.slots[static_cast<size_t>(frontier.active[0])].back;
  for (const int state : frontier.active) {
    uint32_t other = frontier.slots[static_cast<size_t>(state)].back;
    while (common != other) {
      if (common > other)
        common = nodes_[common].previous;
      else
        other = nodes_[other].previous;
    }
  }
  write_back(common);
  moved_.assign(nodes_.size(), UINT32_MAX);
  moved_[common] = 0;
  for (const int state : frontier.active)
    for (uint32_t n = frontier.slots[static_cast<size_t>(state)].back; moved_[n] == UINT32_MAX; n = nodes_[n].previous) moved_[n] = 1;
  // The shared path's end becomes the root; the others keep their order.
  nodes_[0] = {0, 0, nodes_[common].at, nodes_[common].tokens, nodes_[common].ranks, nodes_[common].length};
  uint32_t kept = 1;
  for (uint32_t n = common + 1; n < moved_.size(); ++n) {
    if (moved_[n] == UINT32_MAX) continue;
    Node node = nodes_[n];
    node.previous = moved_[node.previous];
    moved_[n] = kept;
    nodes_[kept++] = node;
  }
  nodes_.resize(kept);
  for (const int state : frontier.active) {
    uint32_t& back = frontier.slots[static_cast<size_t>(state)].back;
    back = moved_[back];
  }
  compact_from_ = std::max<size_t>(kArena, 2 * nodes_.size());
}

void Decoder::write_back(uint32_t node) {
  turned_.clear();
  for (; node != 0; node = nodes_[node].previous) turned_.push_back({nodes_[node].label, nodes_[node].at});
  events_.insert(events_.end(), turned_.rbegin(), turned_.rend());
}

Decoder::Outcome Decoder::run(std::string_view text, Range span) {
  Frontier* now = &frontiers_[0];
  Frontier* next = &frontiers_[1];
  events_.clear();
  nodes_.clear();
  nodes_.push_back({0, 0, 0, 0, 0, 0});
  std::fill(look_at_.begin(), look_at_.end(), 0);
  compact_from_ = kArena;
  relaxations_ = 0;
  begin_ = span.begin;
  // What a path must be able to read behind the byte at `at`.
  const auto next_byte = [&](uint32_t at) { return at < span.end ? static_cast<unsigned char>(text[at]) : Machine::kEnd; };
  clear(*now);
  relax(*now, machine_->start(), 0, 0, 0, span.begin);
  if (!close(*now, text, span.begin, next_byte(span.begin))) return Outcome::kBroken;
  for (uint32_t at = span.begin; at < span.end; ++at) {
    const int byte = static_cast<unsigned char>(text[at]), behind = next_byte(at + 1);
    clear(*next);
    stopped_ = at;
    for (const int state : now->active) {
      const auto from = static_cast<size_t>(state);
      const std::span<const Arc> arcs = machine_->reading(state, byte);
      if (!arcs.empty()) stopped_ = at + 1;
      for (const Arc& arc : arcs)
        if (machine_->goes_on(arc.next, behind) && !std::isinf(arc.weight)) relax(*next, arc.next, now->slots[from].cost + units(arc.weight), now->slots[from].back, arc.output, at + 1);
    }
    if (next->active.empty()) return Outcome::kNoPath;
    if (!close(*next, text, at + 1, behind)) return Outcome::kBroken;
    if (nodes_.size() > compact_from_) {
      most_nodes_ = std::max(most_nodes_, nodes_.size());
      compact(*next);
    }
    std::swap(now, next);
  }
  most_nodes_ = std::max(most_nodes_, nodes_.size());
  // Among final states the same order decides as among paths to one state: a frontier of one more state.
  bool found = false;
  uint32_t best = 0;
  for (const int state : now->active) {
    const float final = machine_->states()[static_cast<size_t>(state)].final;
    if (std::isinf(final)) continue;
    const auto s = static_cast<size_t>(state);
    const int64_t cost = now->slots[s].cost + units(final);
    if (found && (cost > weight_ || (cost == weight_ && !prefers(now->slots[s].back, 0, 0, best)))) continue;
    found = true;
    weight_ = cost;
    best = now->slots[s].back;
  }
  stopped_ = span.end;
  if (!found) return Outcome::kNoPath;
  write_back(best);
  return Outcome::kFound;
}

}  // namespace wfst
