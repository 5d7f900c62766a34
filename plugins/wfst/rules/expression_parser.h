// Expressions of rule files: choices of sequences of items, each with marks of repetition and weights (see rules/format.h).
#pragma once

#include <map>
#include <string>

#include "rules/rule_text.h"

namespace wfst {

// Reads one expression at a place; checks what may stand where, and measures how much text each takes.
class ExpressionParser : public RuleText {
 public:
  using Names = std::map<std::string, ExpressionPtr>;

  // `names`: what let and table defined so far; outlives the parser.
  ExpressionParser(std::string path, std::string text, Names& names) : RuleText(std::move(path), std::move(text)), names_(names) {}

 protected:
  ExpressionPtr expression();

  Names& names_;

 private:
  struct Depth;

  bool item_follows();
  ExpressionPtr sequence();
  ExpressionPtr item();
  ExpressionPtr atom();
  ExpressionPtr group();
  ExpressionPtr literal();
  ExpressionPtr set();

  int nesting_ = 0;
  bool in_field_ = false, in_look_ = false;
};

}  // namespace wfst
