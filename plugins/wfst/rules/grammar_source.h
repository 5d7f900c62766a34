// A rule file as it was read: see rules/format.h.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "rules/char_set.h"

namespace wfst {

// One row of a table.
using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Expression {
  enum class Kind {
    kLiteral,  // text
    kSet,      // set
    kSequence, // parts
    kChoice,   // parts
    kRepeat,   // parts[0], least to most times; most < 0: without bound
    kWeight,   // parts[0], weight
    kField,    // parts[0], text: the name
    kConstant, // text: the name, value
    kReplace,  // parts[0], value
    kLook,     // parts[0]; behind, negated
    kEdge,     // in a look: the begin or end of the text
    kTable,    // rows, column (from 0)
  };
  Kind kind = Kind::kSequence;
  std::vector<ExpressionPtr> parts;
  std::string text, value;
  bool any_case = false, behind = false, negated = false;
  CharSet set;
  int least = 0, most = 0, column = 0;
  float weight = 0;
  std::shared_ptr<const Rows> rows;
  // Code points it takes; most < 0: no bound.
  int shortest = 0, longest = 0;
};

struct Rule {
  std::string klass, name;
  float weight = 0;
  bool ordered = false, fallback = false;
  ExpressionPtr body;
  std::string place;  // "file:line"
};

struct RewriteTable {
  std::string name;
  bool before = true;
  Rows rows;
};

struct GrammarSource {
  std::string language;
  std::vector<Rule> rules;
  std::vector<RewriteTable> rewrites;
  std::vector<std::string> files;  // everything that was read, for dependencies of a build
};

// What is wrong with a rule file: "FILE:LINE:COLUMN: what", the line, and a mark below the place.
struct RuleError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads the file and those it includes. Throws RuleError.
GrammarSource read_grammar(const std::string& path);

// The same from memory; includes and tables are looked for beside `path`, if `files` allows them.
GrammarSource parse_grammar(const std::string& path, const std::string& text, bool files = true);

}  // namespace wfst
