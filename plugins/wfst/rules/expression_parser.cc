#include "rules/expression_parser.h"

#include <algorithm>
#include <cstdint>

#include "text/utf8.h"

namespace wfst {
namespace {

using Kind = Expression::Kind;
constexpr int kDeepest = 100, kLongestLook = 32;

ExpressionPtr made(Expression e) { return std::make_shared<const Expression>(std::move(e)); }

ExpressionPtr of_set(CharSet set) {
  Expression out;
  out.kind = Kind::kSet;
  out.set = std::move(set);
  out.shortest = out.longest = 1;
  return made(std::move(out));
}

bool has_field(const Expression& e) {
  if (e.kind == Kind::kField || e.kind == Kind::kConstant) return true;
  for (const auto& part : e.parts)
    if (has_field(*part)) return true;
  return false;
}

bool fit_for_look(const Expression& e) {
  if (e.kind == Kind::kField || e.kind == Kind::kConstant || e.kind == Kind::kLook) return false;
  for (const auto& part : e.parts)
    if (!fit_for_look(*part)) return false;
  return true;
}

// The set that an expression amounts to, if it is one.
bool as_set(const Expression& e, CharSet& out) {
  if (e.kind == Kind::kSet) return out.add(e.set), true;
  if (e.kind == Kind::kLiteral && e.longest == 1 && !e.any_case) {
    size_t at = 0;
    const char32_t c = next_code_point(e.text, at);
    return out.add(c, c), true;
  }
  if (e.kind != Kind::kChoice) return false;
  for (const auto& part : e.parts)
    if (!as_set(*part, out)) return false;
  return true;
}

}  // namespace

struct ExpressionParser::Depth {
  explicit Depth(ExpressionParser& p) : parser(p) {
    if (++parser.nesting_ > kDeepest) parser.fail("expressions are nested more than 100 deep");
  }
  ~Depth() { --parser.nesting_; }
  ExpressionParser& parser;
};

ExpressionPtr ExpressionParser::expression() {
  const Depth depth(*this);
  Expression out;
  out.kind = Kind::kChoice;
  out.parts.push_back(sequence());
  while (take_operator("|")) out.parts.push_back(sequence());
  if (out.parts.size() == 1) return out.parts[0];
  out.shortest = out.parts[0]->shortest;
  for (const auto& part : out.parts) {
    out.shortest = std::min(out.shortest, part->shortest);
    out.longest = part->longest < 0 || out.longest < 0 ? -1 : std::max(out.longest, part->longest);
  }
  return made(std::move(out));
}

bool ExpressionParser::item_follows() {
  skip_space();
  if (at_ >= text_.size()) return false;
  const char c = text_[at_];
  return c == '"' || c == '\'' || c == '[' || c == '(' || is_letter(c);
}

ExpressionPtr ExpressionParser::sequence() {
  Expression out;
  while (item_follows()) out.parts.push_back(item());
  if (out.parts.empty()) fail("expected an expression");
  if (out.parts.size() == 1) return out.parts[0];
  for (const auto& part : out.parts) {
    out.shortest = std::min(out.shortest + part->shortest, 1 << 20);
    out.longest = part->longest < 0 || out.longest < 0 ? -1 : std::min(out.longest + part->longest, 1 << 20);
  }
  return made(std::move(out));
}

ExpressionPtr ExpressionParser::item() {
  const Depth depth(*this);
  skip_space();
  // name: and name= begin fields.
  if (is_letter(text_[at_])) {
    size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    if (end < text_.size() && text_[end] == ':') {
      Expression out;
      out.kind = Kind::kField;
      out.text = text_.substr(at_, end - at_);
      if (in_field_ || in_look_) fail("a field inside a field or a look");
      at_ = end + 1;
      if (!item_follows()) fail("expected what the field captures");
      in_field_ = true;
      out.parts.push_back(item());
      in_field_ = false;
      out.shortest = out.parts[0]->shortest;
      out.longest = out.parts[0]->longest;
      return made(std::move(out));
    }
    if (end + 1 < text_.size() && text_[end] == '=' && (text_[end + 1] == '"' || text_[end + 1] == '\'')) {
      Expression out;
      out.kind = Kind::kConstant;
      out.text = text_.substr(at_, end - at_);
      if (in_field_ || in_look_) fail("a field inside a field or a look");
      at_ = end + 1;
      out.value = quoted();
      return made(std::move(out));
    }
  }
  ExpressionPtr out = atom();
  for (;;) {
    // A mark of repetition follows directly.
    if (at_ >= text_.size()) return out;
    const char c = text_[at_];
    if (c == '?' || c == '*' || c == '+' || c == '{') {
      Expression repeat;
      const size_t begin = at_++;
      repeat.kind = Kind::kRepeat;
      repeat.least = c == '+';
      repeat.most = c == '?' ? 1 : -1;
      if (c == '{') {
        repeat.least = repeat.most = integer();
        if (at_ < text_.size() && text_[at_] == ',') {
          ++at_;
          repeat.most = at_ < text_.size() && text_[at_] == '}' ? -1 : integer();
        }
        if (at_ >= text_.size() || text_[at_] != '}') fail("expected }");
        ++at_;
        if (repeat.most >= 0 && repeat.most < repeat.least) {
          at_ = begin;
          fail("more repetitions at least than at most");
        }
      }
      if (repeat.most < 0 && out->shortest == 0) {
        at_ = begin;
        fail("what is repeated without bound must consume text");
      }
      repeat.shortest = std::min<int64_t>(int64_t{out->shortest} * repeat.least, 1 << 20);
      repeat.longest = out->longest < 0 || (repeat.most < 0 && out->longest != 0) ? -1 : std::min<int64_t>(int64_t{out->longest} * repeat.most, 1 << 20);
      repeat.parts.push_back(std::move(out));
      out = made(std::move(repeat));
    } else if (c == '<') {
      Expression weighted;
      weighted.kind = Kind::kWeight;
      ++at_;
      weighted.weight = number();
      if (at_ >= text_.size() || text_[at_] != '>') fail("expected >");
      ++at_;
      weighted.shortest = out->shortest;
      weighted.longest = out->longest;
      weighted.parts.push_back(std::move(out));
      out = made(std::move(weighted));
    } else {
      return out;
    }
  }
}

ExpressionPtr ExpressionParser::atom() {
  skip_space();
  if (at_ >= text_.size()) fail("expected an expression");
  const char c = text_[at_];
  if (c == '(') return group();
  if (c == '[') return set();
  if (c == '"' || c == '\'') return literal();
  const size_t begin = at_;
  const std::string name = word("an expression");
  if (name == "any") return of_set(CharSet::any());
  if (name == "edge") {
    if (!in_look_) {
      at_ = begin;
      fail("edge stands only in a look");
    }
    Expression out;
    out.kind = Kind::kEdge;
    return made(std::move(out));
  }
  const auto found = names_.find(name);
  if (found == names_.end()) {
    at_ = begin;
    fail("unknown name " + name + "; names are defined by let and table, above their use");
  }
  if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
    ++at_;
    const int column = integer();
    if (found->second->kind != Kind::kTable) fail(name + " is not a table");
    if (column < 1) fail("columns count from 1");
    Expression out = *found->second;
    out.column = column - 1;
    for (const Row& row : *out.rows)
      if (row.size() < static_cast<size_t>(column)) fail("the line of \"" + row[0] + "\" has no column " + std::to_string(column));
    return made(std::move(out));
  }
  if (in_field_ && has_field(*found->second)) {
    at_ = begin;
    fail(name + " holds a field, and stands in a field");
  }
  if (in_look_ && !fit_for_look(*found->second)) {
    at_ = begin;
    fail(name + " holds fields, looks or replacements, and stands in a look");
  }
  return found->second;
}

ExpressionPtr ExpressionParser::group() {
  ++at_;
  ++inside_;
  Expression look;
  look.kind = Kind::kLook;
  bool is_look = true;
  if (text_.compare(at_, 3, "?<=") == 0 || text_.compare(at_, 3, "?<!") == 0) {
    look.behind = true;
    look.negated = text_[at_ + 2] == '!';
    at_ += 3;
  } else if (text_.compare(at_, 2, "?=") == 0 || text_.compare(at_, 2, "?!") == 0) {
    look.negated = text_[at_ + 1] == '!';
    at_ += 2;
  } else {
    is_look = false;
  }
  const size_t begin = at_;
  if (is_look) {
    if (in_look_) fail("a look inside a look");
    in_look_ = true;
  }
  ExpressionPtr out = expression();
  if (is_look) {
    in_look_ = false;
    if (out->longest < 0 || out->longest > kLongestLook) {
      at_ = begin;
      fail("a look sees at most 32 code points");
    }
    look.parts.push_back(std::move(out));
    out = made(std::move(look));
  } else if (take_operator("=>")) {
    Expression replace;
    replace.kind = Kind::kReplace;
    replace.value = quoted();
    if (in_look_) fail("a replacement in a look");
    replace.shortest = out->shortest;
    replace.longest = out->longest;
    replace.parts.push_back(std::move(out));
    out = made(std::move(replace));
  }
  expect(")");
  --inside_;
  return out;
}

ExpressionPtr ExpressionParser::literal() {
  Expression out;
  out.kind = Kind::kLiteral;
  out.text = quoted();
  if (out.text.empty()) fail("an empty text");
  if (at_ < text_.size() && text_[at_] == 'i' && (at_ + 1 >= text_.size() || (!is_letter(text_[at_ + 1]) && !is_digit(text_[at_ + 1])))) {
    out.any_case = true;
    ++at_;
  }
  for (const char c : out.text) out.longest += (c & 0xC0) != 0x80;
  out.shortest = out.longest;
  return made(std::move(out));
}

ExpressionPtr ExpressionParser::set() {
  const size_t begin = at_++;
  bool negated = false;
  if (at_ < text_.size() && text_[at_] == '^') {
    negated = true;
    ++at_;
  }
  CharSet out;
  while (at_ < text_.size() && text_[at_] != ']') {
    if (text_[at_] == '{') {
      const size_t named = at_++;
      const std::string name = word("the name of a set");
      const auto found = names_.find(name);
      if (found == names_.end() || !as_set(*found->second, out)) {
        at_ = named;
        fail(name + " is not a set");
      }
      if (at_ >= text_.size() || text_[at_] != '}') fail("expected }");
      ++at_;
      continue;
    }
    const char32_t first = character();
    char32_t last = first;
    if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
      ++at_;
      last = character();
      if (last < first) fail("the range ends before it begins");
    }
    out.add(first, last);
  }
  if (at_ >= text_.size()) {
    at_ = begin;
    fail("the set has no end");
  }
  ++at_;
  if (negated) out = out.complement();
  if (out.empty()) {
    at_ = begin;
    fail("the set is empty");
  }
  return of_set(std::move(out));
}

}  // namespace wfst
