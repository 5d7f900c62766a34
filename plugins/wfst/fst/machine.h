// A read-only transducer in OpenFst's file formats, ready for decoding: mapped into memory where the file allows it, checked
// once, shared by all threads. OpenFst itself is not needed to run it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fst/marks.h"

namespace wfst {

// As OpenFst's constant type has it on disk.
struct Arc {
  int32_t input, output;
  float weight;
  int32_t next;
};
static_assert(sizeof(Arc) == 16);

class Machine {
 public:
  struct State {
    uint32_t first = 0, count = 0;  // arcs, sorted by input label
    uint32_t epsilons = 0;          // how many of them take no input; they come first
    float final = 0;                // infinity: not final
    int32_t dense = -1;             // where its row of starts_ begins, if it has one
    uint32_t set = 0;               // in sets_: what it can go on with
  };
  struct Limits {
    uint64_t bytes = uint64_t{1} << 30;
    bool marks = false;  // an own grammar: labels above 255 are marks, the file must describe them
  };

  // Reads a file of type vector or const with standard arcs. Null, and what is wrong in `error`, if it cannot be read, is damaged,
  // has labels that are no bytes, or input epsilons in a cycle of negative weight.
  static std::shared_ptr<const Machine> open(const std::string& path, const Limits& limits, std::string* error);
  // The same from memory, which is copied.
  static std::shared_ptr<const Machine> read(std::string_view bytes, const Limits& limits, std::string* error);

  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  int start() const { return start_; }
  std::span<const State> states() const { return states_; }
  std::span<const Arc> arcs() const { return {arcs_, arc_count_}; }
  std::span<const Arc> epsilons(int state) const {
    const State& s = states_[static_cast<size_t>(state)];
    return {arcs_ + s.first, s.epsilons};
  }
  // Arcs of a state that read this label, which is not 0.
  std::span<const Arc> reading(int state, int label) const;
  // Whether a path from this state can go on with this byte next, or with kEnd end; what cannot need not be followed.
  static constexpr int kEnd = 256;
  bool goes_on(int state, int next) const { return sets_[states_[static_cast<size_t>(state)].set][static_cast<size_t>(next) / 64] >> (next % 64) & 1; }
  // Marks by label - kFirstMark; empty for foreign machines.
  std::span<const Mark> marks() const { return marks_; }
  const Mark& mark(int label) const { return marks_[static_cast<size_t>(label - kFirstMark)]; }
  uint64_t bytes() const { return bytes_; }

  // A copy with the arcs of each state in another order among those of one label: what comes out must not depend on it (tests).
  std::shared_ptr<const Machine> shuffled(uint64_t seed) const;

 private:
  Machine() = default;
  struct Parser;
  bool check(const Limits& limits, std::string* error);
  bool no_negative_cycle() const;
  void index();
  void find_first_bytes();

  int start_ = 0;
  std::vector<State> states_;
  const Arc* arcs_ = nullptr;
  size_t arc_count_ = 0;
  std::vector<Arc> own_arcs_;  // unless they stay in the mapping
  std::vector<Mark> marks_;
  // For states with many arcs: where the arcs of each byte begin, 257 entries.
  std::vector<uint32_t> starts_;
  // Which bytes a state can go on with: a set of 257 bits, shared by the states that have the same.
  using ByteSet = std::array<uint64_t, 5>;
  std::vector<ByteSet> sets_;
  void* mapping_ = nullptr;
  size_t mapped_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace wfst
