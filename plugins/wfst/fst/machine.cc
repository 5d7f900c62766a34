#include "fst/machine.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>
#include <random>

namespace wfst {
namespace {

constexpr uint32_t kDenseFrom = 16;
constexpr size_t kMostDense = 4096;
constexpr int64_t kMostCycleWork = 50'000'000;

// Sums over a text must fit into 64 bits of millionths. Infinity: the arc cannot be taken.
bool usable(float weight) { return std::fabs(weight) <= 1e6f || weight == INFINITY; }

}  // namespace

// The file format: a header (magic, type, arc type, version, flags, properties, start, states, arcs), symbol tables, then either
// arrays of states and arcs (const) or each state followed by its arcs (vector). Little-endian throughout.
struct Machine::Parser {
  static constexpr int32_t kMagic = 2125659606, kSymbolsMagic = 2125658996;
  static constexpr int32_t kHasInputs = 1, kHasOutputs = 2, kAligned = 4;

  std::string_view bytes;
  size_t at = 0;
  std::string error;

  bool fail(const std::string& what) {
    if (error.empty()) error = what + ", at byte " + std::to_string(at);
    return false;
  }
  template <class T>
  bool get(T& out) {
    if (bytes.size() - at < sizeof(T)) return fail("the file ends too early");
    std::memcpy(&out, bytes.data() + at, sizeof(T));
    at += sizeof(T);
    return true;
  }
  bool get(std::string& out) {
    int32_t size = 0;
    if (!get(size)) return false;
    if (size < 0 || static_cast<size_t>(size) > bytes.size() - at) return fail("a text is longer than the file");
    out.assign(bytes.data() + at, static_cast<size_t>(size));
    at += static_cast<size_t>(size);
    return true;
  }
  bool align() {
    at = (at + 15) / 16 * 16;
    return at <= bytes.size() || fail("the file ends too early");
  }
  // Symbols of labels from kFirstMark up, into `out` if given.
  bool symbols(std::vector<std::string>* out) {
    int32_t magic = 0;
    int64_t next = 0, size = 0;
    std::string name;
    if (!get(magic)) return false;
    if (magic != kSymbolsMagic) return fail("this is no table of symbols");
    if (!get(name) || !get(next) || !get(size)) return false;
    for (int64_t i = 0; i < size; ++i) {
      std::string symbol;
      int64_t key = 0;
      if (!get(symbol) || !get(key)) return false;
      if (!out || key < kFirstMark) continue;
      if (key != kFirstMark + static_cast<int64_t>(out->size())) return fail("the marks are not numbered one by one");
      out->push_back(std::move(symbol));
    }
    return true;
  }

  bool run(Machine& out, const Limits& limits) {
    int32_t magic = 0, version = 0, flags = 0;
    uint64_t properties = 0;
    int64_t start = 0, states = 0, arcs = 0;
    std::string type, arc_type;
    if (!get(magic)) return false;
    if (magic != kMagic) return fail("this is no FST file");
    if (!get(type) || !get(arc_type) || !get(version) || !get(flags) || !get(properties) || !get(start) || !get(states) || !get(arcs)) return false;
    if (type != "vector" && type != "const") return fail("the FST is of type \"" + printable(type) + "\"; vector and const can be read");
    if (arc_type != "standard") return fail("the arcs are of type \"" + printable(arc_type) + "\"; standard can be read");
    if (version < 1 || version > 2) return fail("version " + std::to_string(version) + " of the file format is unknown; 1 and 2 can be read");
    std::vector<std::string> symbols_of_marks;
    if ((flags & kHasInputs) && !symbols(nullptr)) return false;
    if ((flags & kHasOutputs) && !symbols(limits.marks ? &symbols_of_marks : nullptr)) return false;
    for (const std::string& symbol : symbols_of_marks) {
      Mark mark;
      if (!from_symbol(symbol, mark)) return fail("the mark \"" + printable(symbol) + "\" is unknown");
      out.marks_.push_back(std::move(mark));
    }
    const bool constant = type == "const";
    // A state takes 20 bytes or 12, an arc 16: so much must be there.
    const size_t left = bytes.size() - at;
    if (states < 1 || static_cast<uint64_t>(states) > left / (constant ? 20 : 12)) return fail("the file is too short for " + std::to_string(states) + " states");
    if (start < 0 || start >= states) return fail("state " + std::to_string(start) + " cannot be the first of " + std::to_string(states));
    out.start_ = static_cast<int>(start);
    out.states_.resize(static_cast<size_t>(states));
    if (constant) return read_const(out, arcs, version == 1 || (flags & kAligned));
    return read_vector(out);
  }

  bool read_const(Machine& out, int64_t arcs, bool aligned) {
    if (aligned && !align()) return false;
    for (State& state : out.states_) {
      uint32_t inputs = 0, outputs = 0;
      if (!get(state.final) || !get(state.first) || !get(state.count) || !get(inputs) || !get(outputs)) return false;
    }
    if (aligned && !align()) return false;
    if (arcs < 0 || static_cast<uint64_t>(arcs) > (bytes.size() - at) / sizeof(Arc)) return fail("the file is too short for " + std::to_string(arcs) + " arcs");
    out.arc_count_ = static_cast<size_t>(arcs);
    for (const State& state : out.states_)
      if (uint64_t{state.first} + state.count > out.arc_count_) return fail("a state has arcs beyond the last");
    const char* place = bytes.data() + at;
    if (out.mapping_ && reinterpret_cast<uintptr_t>(place) % alignof(Arc) == 0) {
      out.arcs_ = reinterpret_cast<const Arc*>(place);
    } else {
      out.own_arcs_.resize(out.arc_count_);
      if (out.arc_count_ > 0) std::memcpy(out.own_arcs_.data(), place, out.arc_count_ * sizeof(Arc));
    }
    return true;
  }

  bool read_vector(Machine& out) {
    for (State& state : out.states_) {
      int64_t count = 0;
      if (!get(state.final) || !get(count)) return false;
      if (count < 0 || static_cast<uint64_t>(count) > (bytes.size() - at) / sizeof(Arc)) return fail("the file is too short for the arcs of a state");
      state.first = static_cast<uint32_t>(out.own_arcs_.size());
      state.count = static_cast<uint32_t>(count);
      for (int64_t i = 0; i < count; ++i) {
        Arc arc{};
        if (!get(arc)) return false;
        out.own_arcs_.push_back(arc);
      }
    }
    out.arc_count_ = out.own_arcs_.size();
    return true;
  }

  static std::string printable(std::string text) {
    if (text.size() > 40) text = text.substr(0, 40) + "...";
    for (char& c : text)
      if (c < ' ' || c > '~') c = '?';
    return text;
  }
};

std::shared_ptr<const Machine> Machine::open(const std::string& path, const Limits& limits, std::string* error) {
  const auto system = [&](const char* what) {
    *error = std::string("cannot ") + what + " " + path + ": " + std::strerror(errno);
    return nullptr;
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system("open");
  struct stat facts {};
  if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(file);
    *error = path + " is no file";
    return nullptr;
  }
  const auto size = static_cast<uint64_t>(facts.st_size);
  if (size == 0 || size > limits.bytes) {
    ::close(file);
    *error = path + " has " + std::to_string(size) + " bytes; between 1 and " + std::to_string(limits.bytes) + " are allowed";
    return nullptr;
  }
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (mapping == MAP_FAILED) return system("map");
  std::shared_ptr<Machine> out(new Machine);
  out->mapping_ = mapping;
  out->mapped_ = size;
  out->bytes_ = size;
  Parser parser{{static_cast<const char*>(mapping), size}, 0, {}};
  if (!parser.run(*out, limits)) {
    *error = path + ": " + parser.error;
    return nullptr;
  }
  if (!out->check(limits, error)) {
    *error = path + ": " + *error;
    return nullptr;
  }
  return out;
}

std::shared_ptr<const Machine> Machine::read(std::string_view bytes, const Limits& limits, std::string* error) {
  std::shared_ptr<Machine> out(new Machine);
  Parser parser{bytes, 0, {}};
  out->bytes_ = bytes.size();
  if (bytes.size() > limits.bytes) {
    *error = "the FST is larger than " + std::to_string(limits.bytes) + " bytes";
    return nullptr;
  }
  if (!parser.run(*out, limits)) {
    *error = parser.error;
    return nullptr;
  }
  return out->check(limits, error) ? out : nullptr;
}

Machine::~Machine() {
  if (mapping_) ::munmap(mapping_, mapped_);
}

// Labels, weights and targets; sorts arcs that are not sorted.
bool Machine::check(const Limits& limits, std::string* error) {
  if (!own_arcs_.empty() || !arcs_) arcs_ = own_arcs_.data();
  const int most_output = limits.marks ? kFirstMark + static_cast<int>(marks_.size()) - 1 : 255;
  const int most_input = limits.marks ? kEdgeLabel : 255;
  const auto by_input = [](const Arc& a, const Arc& b) { return a.input < b.input; };
  bool sorted = true;
  for (size_t i = 0; i < arc_count_; ++i) {
    const Arc& arc = arcs_[i];
    const auto where = [&] { return "arc " + std::to_string(i); };
    if (arc.input < 0 || arc.input > most_input) return *error = where() + " reads label " + std::to_string(arc.input) + "; labels are bytes, 0 to 255", false;
    if (arc.output < 0 || arc.output > most_output) return *error = where() + " writes label " + std::to_string(arc.output) + (limits.marks ? ", which is no mark" : "; labels are bytes, 0 to 255"), false;
    if (arc.next < 0 || static_cast<size_t>(arc.next) >= states_.size()) return *error = where() + " leads to state " + std::to_string(arc.next) + " of " + std::to_string(states_.size()), false;
    if (!usable(arc.weight)) return *error = where() + " has no usable weight", false;
  }
  for (const State& state : states_) {
    if (!usable(state.final)) return *error = "a final weight is unusable", false;
    sorted = sorted && std::is_sorted(arcs_ + state.first, arcs_ + state.first + state.count, by_input);
  }
  for (const Mark& mark : marks_)
    if (mark.kind == Mark::Kind::kLook && static_cast<size_t>(mark.state) >= states_.size()) return *error = "a look begins at state " + std::to_string(mark.state) + " of " + std::to_string(states_.size()), false;
  if (!sorted) {
    if (own_arcs_.empty()) own_arcs_.assign(arcs_, arcs_ + arc_count_);
    // States of a damaged file may share arcs: sorting them again and again would take for ever.
    uint64_t all = 0;
    for (const State& state : states_) all += state.count;
    if (all > arc_count_) return *error = "states share arcs", false;
    for (const State& state : states_) std::stable_sort(own_arcs_.begin() + state.first, own_arcs_.begin() + state.first + state.count, by_input);
    arcs_ = own_arcs_.data();
  }
  for (State& state : states_)
    state.epsilons = static_cast<uint32_t>(std::upper_bound(arcs_ + state.first, arcs_ + state.first + state.count, Arc{0, 0, 0, 0}, by_input) - (arcs_ + state.first));
  if (!no_negative_cycle()) return *error = "arcs without input make a cycle of negative weight", false;
  index();
  return true;
}

bool Machine::no_negative_cycle() const {
  bool negative = false;
  for (size_t s = 0; s < states_.size() && !negative; ++s)
    for (const Arc& arc : epsilons(static_cast<int>(s))) negative = negative || arc.weight < 0;
  if (!negative) return true;
  // Relaxes all epsilon arcs until nothing improves; a cycle never stops improving. Files for which this takes too long are
  // refused as well.
  std::vector<double> cost(states_.size(), 0);
  int64_t work = 0;
  for (size_t round = 0; round <= states_.size(); ++round) {
    bool better = false;
    for (size_t s = 0; s < states_.size(); ++s)
      for (const Arc& arc : epsilons(static_cast<int>(s))) {
        if (++work > kMostCycleWork) return false;
        const double to = cost[s] + static_cast<double>(arc.weight);
        if (to < cost[static_cast<size_t>(arc.next)] - 1e-9) {
          cost[static_cast<size_t>(arc.next)] = to;
          better = true;
        }
      }
    if (!better) return true;
  }
  return false;
}

void Machine::index() {
  find_first_bytes();
  starts_.clear();
  size_t count = 0;
  for (size_t s = 0; s < states_.size() && count < kMostDense; ++s) {
    State& state = states_[s];
    state.dense = -1;
    if (state.count - state.epsilons < kDenseFrom) continue;
    state.dense = static_cast<int32_t>(starts_.size());
    ++count;
    uint32_t at = state.first + state.epsilons;
    for (int label = 0; label <= 256; ++label) {
      while (at < state.first + state.count && arcs_[at].input < label) ++at;
      starts_.push_back(at);
    }
  }
}

void Machine::find_first_bytes() {
  const size_t count = states_.size();
  std::vector<ByteSet> sets(count, ByteSet{});
  // Arcs without input, backwards: what a state can go on with, those before it can too.
  std::vector<uint32_t> begin(count + 1, 0), before;
  for (size_t s = 0; s < count; ++s)
    for (const Arc& arc : epsilons(static_cast<int>(s))) ++begin[static_cast<size_t>(arc.next) + 1];
  for (size_t s = 0; s < count; ++s) begin[s + 1] += begin[s];
  before.resize(begin[count]);
  std::vector<uint32_t> fill(begin.begin(), begin.end() - 1);
  std::vector<uint32_t> work;
  for (size_t s = 0; s < count; ++s) {
    for (const Arc& arc : epsilons(static_cast<int>(s))) before[fill[static_cast<size_t>(arc.next)]++] = static_cast<uint32_t>(s);
    const State& state = states_[s];
    for (uint32_t i = state.first + state.epsilons; i < state.first + state.count; ++i) sets[s][static_cast<size_t>(arcs_[i].input) / 64] |= uint64_t{1} << (arcs_[i].input % 64);
    if (!std::isinf(state.final)) sets[s][kEnd / 64] |= uint64_t{1} << (kEnd % 64);
    work.push_back(static_cast<uint32_t>(s));
  }
  while (!work.empty()) {
    const uint32_t s = work.back();
    work.pop_back();
    for (uint32_t i = begin[s]; i < begin[s + 1]; ++i) {
      ByteSet& set = sets[before[i]];
      bool more = false;
      for (size_t w = 0; w < set.size(); ++w) {
        more = more || (sets[s][w] & ~set[w]);
        set[w] |= sets[s][w];
      }
      if (more) work.push_back(before[i]);
    }
  }
  std::map<ByteSet, uint32_t> known;
  sets_.clear();
  for (size_t s = 0; s < count; ++s) {
    const auto [found, added] = known.emplace(sets[s], static_cast<uint32_t>(sets_.size()));
    if (added) sets_.push_back(sets[s]);
    states_[s].set = found->second;
  }
}

std::span<const Arc> Machine::reading(int state, int label) const {
  const State& facts = states_[static_cast<size_t>(state)];
  if (facts.dense >= 0 && label < 256) {
    const uint32_t* starts = starts_.data() + facts.dense + label;
    return {arcs_ + starts[0], starts[1] - starts[0]};
  }
  const Arc* const begin = arcs_ + facts.first + facts.epsilons;
  const Arc* const end = arcs_ + facts.first + facts.count;
  const Arc* first = begin;
  if (end - begin <= 8) {
    while (first != end && first->input < label) ++first;
  } else {
    first = std::lower_bound(begin, end, label, [](const Arc& arc, int l) { return arc.input < l; });
  }
  const Arc* last = first;
  while (last != end && last->input == label) ++last;
  return {first, static_cast<size_t>(last - first)};
}

std::shared_ptr<const Machine> Machine::shuffled(uint64_t seed) const {
  std::shared_ptr<Machine> out(new Machine);
  out->start_ = start_;
  out->states_ = states_;
  out->own_arcs_.assign(arcs_, arcs_ + arc_count_);
  out->marks_ = marks_;
  std::mt19937_64 random(seed);
  for (const State& state : states_) {
    const auto begin = out->own_arcs_.begin() + state.first;
    std::shuffle(begin, begin + state.count, random);
    std::stable_sort(begin, begin + state.count, [](const Arc& a, const Arc& b) { return a.input < b.input; });
  }
  out->arcs_ = out->own_arcs_.data();
  out->arc_count_ = arc_count_;
  out->bytes_ = bytes_;
  out->index();
  return out;
}

}  // namespace wfst
