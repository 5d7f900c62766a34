#include "rules/compile.h"

#include <fst/arcsort.h>
#include <fst/const-fst.h>
#include <fst/determinize.h>
#include <fst/encode.h>
#include <fst/equal.h>
#include <fst/minimize.h>
#include <fst/rmepsilon.h>
#include <fst/vector-fst.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "fst/marks.h"

namespace wfst {
namespace {

using fst::StdArc;
using fst::StdVectorFst;
using Weight = fst::TropicalWeight;
using Kind = Expression::Kind;
constexpr int64_t kMostStates = 2'000'000;

// Names of marks to labels, in the order in which they appear.
class Marks {
 public:
  int label(const Mark& mark) {
    const auto [found, added] = labels_.emplace(to_symbol(mark), kFirstMark + static_cast<int>(symbols_.size()));
    if (added) symbols_.push_back(found->first);
    return found->second;
  }
  int label(Mark::Kind kind) {
    Mark mark;
    mark.kind = kind;
    return label(mark);
  }
  // A look's state is known only when all machines stand in one FST: the label holds its number first.
  std::vector<std::string>& symbols() { return symbols_; }

 private:
  std::map<std::string, int> labels_;
  std::vector<std::string> symbols_;
};

struct Look {
  int label = 0;
  bool behind = false, negated = false;
  StdVectorFst machine;
};

class Builder {
 public:
  Builder(StdVectorFst& out, Marks& marks, std::vector<Look>& looks, std::string place) : out_(out), marks_(marks), looks_(looks), place_(std::move(place)) {}

  // Adds paths for `e` that begin at `from`; returns where they end.
  int add(const Expression& e, int from, bool backwards = false) {
    switch (e.kind) {
      case Kind::kLiteral: return literal(e, from, backwards);
      case Kind::kSet: return set(e.set, from, backwards);
      case Kind::kSequence:
        for (size_t i = 0; i < e.parts.size(); ++i) from = add(*e.parts[backwards ? e.parts.size() - 1 - i : i], from, backwards);
        return from;
      case Kind::kChoice: {
        const int to = state();
        for (const auto& part : e.parts) epsilon(add(*part, from_copy(from), backwards), to);
        return to;
      }
      case Kind::kRepeat: return repeat(e, from, backwards);
      case Kind::kWeight: {
        const int inner = add(*e.parts[0], from, backwards), to = state();
        arc(inner, 0, 0, e.weight, to);
        return to;
      }
      case Kind::kField: {
        Mark end;
        end.kind = Mark::Kind::kFieldEnd;
        end.name = e.text;
        return marked(add(*e.parts[0], marked(from, marks_.label(Mark::Kind::kField)), backwards), marks_.label(end));
      }
      case Kind::kConstant: {
        Mark mark;
        mark.kind = Mark::Kind::kConstant;
        mark.name = e.text;
        mark.value = e.value;
        return marked(from, marks_.label(mark));
      }
      case Kind::kReplace: return replaced(*e.parts[0], e.value, from, backwards);
      case Kind::kLook: return marked(from, look(e));
      case Kind::kEdge: {
        const int to = state();
        arc(from, kEdgeLabel, 0, 0, to);
        return to;
      }
      case Kind::kTable: return table(e, from, backwards);
    }
    return from;
  }

  int marked(int from, int label, float weight = 0) {
    const int to = state();
    arc(from, 0, label, weight, to);
    return to;
  }
  void epsilon(int from, int to) { arc(from, 0, 0, 0, to); }
  int state() {
    if (out_.NumStates() > kMostStates / 4) throw RuleError(place_ + ": the rule needs too many states; repeat less");
    return out_.AddState();
  }
  void arc(int from, int in, int label, float weight, int to) { out_.AddArc(from, StdArc(in, label, Weight(weight), to)); }

 private:
  // A begin of its own for each alternative, so that loops inside one do not lead into another.
  int from_copy(int from) {
    const int to = state();
    epsilon(from, to);
    return to;
  }

  int byte(int from, unsigned char b) {
    const int to = state();
    arc(from, b, 0, 0, to);
    return to;
  }

  int literal(const Expression& e, int from, bool backwards) {
    for (size_t i = 0; i < e.text.size(); ++i) {
      const char c = e.text[backwards ? e.text.size() - 1 - i : i];
      const int to = state();
      arc(from, static_cast<unsigned char>(c), 0, 0, to);
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (e.any_case && letter) arc(from, static_cast<unsigned char>(c ^ 0x20), 0, 0, to);
      from = to;
    }
    return from;
  }

  int set(const CharSet& set, int from, bool backwards) {
    const int to = state();
    for (ByteRanges ranges : utf8_ranges(set)) {
      if (backwards) std::reverse(ranges.begin(), ranges.end());
      int at = from;
      for (size_t i = 0; i < ranges.size(); ++i) {
        const int next = i + 1 == ranges.size() ? to : state();
        for (int b = ranges[i].first; b <= ranges[i].last; ++b) arc(at, b, 0, 0, next);
        at = next;
      }
    }
    return to;
  }

  int repeat(const Expression& e, int from, bool backwards) {
    const Expression& inner = *e.parts[0];
    for (int i = 0; i < e.least; ++i) from = add(inner, from, backwards);
    if (e.most < 0) {
      const int loop = from_copy(from);
      epsilon(add(inner, loop, backwards), loop);
      return from_copy(loop);
    }
    const int to = state();
    epsilon(from, to);
    for (int i = e.least; i < e.most; ++i) {
      from = add(inner, from_copy(from), backwards);
      epsilon(from, to);
    }
    return to;
  }

  int replaced(const Expression& inner, const std::string& value, int from, bool backwards) {
    Mark end;
    end.kind = Mark::Kind::kCutEnd;
    end.value = value;
    return marked(add(inner, marked(from, marks_.label(Mark::Kind::kCut)), backwards), marks_.label(end));
  }

  // Rows as a trie; with another column than the first, what it holds follows the row.
  int table(const Expression& e, int from, bool backwards) {
    const int to = state();
    const int root = e.column > 0 ? marked(from, marks_.label(Mark::Kind::kCut)) : from_copy(from);
    std::map<std::pair<int, unsigned char>, int> trie;
    for (const Row& row : *e.rows) {
      int at = root;
      for (size_t i = 0; i < row[0].size(); ++i) {
        const auto c = static_cast<unsigned char>(row[0][backwards ? row[0].size() - 1 - i : i]);
        auto [found, added] = trie.emplace(std::make_pair(at, c), 0);
        if (added) found->second = byte(at, c);
        at = found->second;
      }
      if (e.column == 0) {
        epsilon(at, to);
        continue;
      }
      Mark end;
      end.kind = Mark::Kind::kCutEnd;
      end.value = row[static_cast<size_t>(e.column)];
      epsilon(marked(at, marks_.label(end)), to);
    }
    return to;
  }

  int look(const Expression& e) {
    Look look;
    look.behind = e.behind;
    look.negated = e.negated;
    Builder builder(look.machine, marks_, looks_, place_);
    const int start = builder.state();
    look.machine.SetStart(start);
    look.machine.SetFinal(builder.add(*e.parts[0], start, e.behind), Weight::One());
    // Alike looks share their mark: the machine's text is its identity.
    const int number = same_look(look);
    Mark mark;
    mark.kind = Mark::Kind::kLook;
    mark.behind = look.behind;
    mark.negated = look.negated;
    mark.state = number;
    const int label = marks_.label(mark);
    if (number == static_cast<int>(looks_.size())) {
      look.label = label;
      looks_.push_back(std::move(look));
    }
    return label;
  }

  int same_look(Look& look);

  StdVectorFst& out_;
  Marks& marks_;
  std::vector<Look>& looks_;
  const std::string place_;
};

// Determinised and minimised as an acceptor of (input, output, weight), which always ends but may grow: bounded.
void optimise(StdVectorFst& machine, const std::string& place) {
  fst::RmEpsilon(&machine);
  fst::EncodeMapper<StdArc> encoder(fst::kEncodeLabels | fst::kEncodeWeights, fst::ENCODE);
  fst::Encode(&machine, &encoder);
  fst::DeterminizeFst<StdArc> lazy(machine);
  int64_t states = 0;
  for (fst::StateIterator<fst::DeterminizeFst<StdArc>> at(lazy); !at.Done(); at.Next()) {
    if (++states > kMostStates) throw RuleError(place + ": the determinised grammar has more than two million states");
    for (fst::ArcIterator<fst::DeterminizeFst<StdArc>> arcs(lazy, at.Value()); !arcs.Done(); arcs.Next()) {
    }
  }
  StdVectorFst determinised(lazy);
  fst::Minimize(&determinised);
  fst::Decode(&determinised, encoder);
  fst::ArcSort(&determinised, fst::ILabelCompare<StdArc>());
  machine = determinised;
}

int Builder::same_look(Look& look) {
  optimise(look.machine, place_);
  for (size_t i = 0; i < looks_.size(); ++i)
    if (looks_[i].behind == look.behind && looks_[i].negated == look.negated && fst::Equal(looks_[i].machine, look.machine)) return static_cast<int>(i);
  return static_cast<int>(looks_.size());
}

}  // namespace

std::string compile_grammar(const GrammarSource& source, CompileReport* report) {
  StdVectorFst machine;
  Marks marks;
  std::vector<Look> looks;
  machine.AddState();
  machine.SetStart(0);
  machine.SetFinal(0, Weight::One());
  std::map<std::string, int> ranks;
  for (const Rule& rule : source.rules)
    if (!rule.fallback) ranks.emplace(rule.klass, static_cast<int>(ranks.size()));
  // Marks that all rules share come first, so that labels do not depend on the rules.
  for (const Mark::Kind kind : {Mark::Kind::kToken, Mark::Kind::kField, Mark::Kind::kCut}) marks.label(kind);
  for (const Rule& rule : source.rules) {
    Builder builder(machine, marks, looks, rule.place);
    const int begin = builder.state();
    builder.epsilon(0, begin);
    if (rule.fallback) {
      builder.arc(builder.add(*rule.body, begin), 0, 0, rule.weight, 0);
      continue;
    }
    Mark end;
    end.kind = Mark::Kind::kTokenEnd;
    end.name = rule.klass;
    end.value = rule.name;
    end.rank = ranks[rule.klass];
    end.ordered = rule.ordered;
    end.weight = rule.weight;
    builder.arc(builder.add(*rule.body, builder.marked(begin, marks.label(Mark::Kind::kToken))), 0, marks.label(end), rule.weight, 0);
  }
  const int64_t before = machine.NumStates();
  optimise(machine, source.files.empty() ? "grammar" : source.files[0]);

  // The machines of looks beside it, and where they begin into their marks.
  for (const Look& look : looks) {
    const int offset = machine.NumStates();
    for (int s = 0; s < look.machine.NumStates(); ++s) {
      machine.AddState();
      machine.SetFinal(offset + s, look.machine.Final(s));
    }
    for (int s = 0; s < look.machine.NumStates(); ++s)
      for (fst::ArcIterator<StdVectorFst> arcs(look.machine, s); !arcs.Done(); arcs.Next()) {
        StdArc arc = arcs.Value();
        arc.nextstate += offset;
        arc.olabel = 0;
        machine.AddArc(offset + s, arc);
      }
    Mark mark;
    mark.kind = Mark::Kind::kLook;
    mark.behind = look.behind;
    mark.negated = look.negated;
    mark.state = offset + look.machine.Start();
    marks.symbols()[static_cast<size_t>(look.label - kFirstMark)] = to_symbol(mark);
  }
  fst::SymbolTable symbols("marks");
  symbols.AddSymbol("epsilon", 0);
  for (size_t i = 0; i < marks.symbols().size(); ++i) symbols.AddSymbol(marks.symbols()[i], kFirstMark + static_cast<int>(i));
  machine.SetOutputSymbols(&symbols);
  if (report) {
    *report = {before, machine.NumStates(), 0, static_cast<int64_t>(marks.symbols().size())};
    for (int s = 0; s < machine.NumStates(); ++s) report->arcs += static_cast<int64_t>(machine.NumArcs(s));
  }
  const fst::ConstFst<StdArc> constant(machine);
  std::ostringstream out;
  fst::FstWriteOptions options("grammar");
  options.align = true;
  constant.Write(out, options);
  return out.str();
}

std::string compile_rewrites(const GrammarSource& source) {
  std::string out;
  for (const RewriteTable& table : source.rewrites)
    for (const Row& row : table.rows) out += std::string(table.before ? "before" : "after") + "\t" + table.name + "\t" + row[0] + "\t" + row[1] + "\n";
  return out;
}

}  // namespace wfst
