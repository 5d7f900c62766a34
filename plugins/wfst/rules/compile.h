// Rule files to one FST: union, closure, epsilon removal, determinisation of the encoded machine, minimisation.
#pragma once

#include <cstdint>
#include <string>

#include "rules/grammar_source.h"

namespace wfst {

struct CompileReport {
  int64_t rule_states = 0;              // before
  int64_t states = 0, arcs = 0;         // after, with the machines of looks
  int64_t marks = 0;
};

// The bytes of a constant FST, aligned for mapping into memory, with its marks as output symbols (see fst/marks.h). Throws RuleError
// if a machine grows beyond two million states.
std::string compile_grammar(const GrammarSource& source, CompileReport* report = nullptr);

// Tables of `rewrite` statements as one text: "before|after TAB option TAB from TAB to" a line.
std::string compile_rewrites(const GrammarSource& source);

}  // namespace wfst
