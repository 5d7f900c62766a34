// Statements of rule files, and the files they include.
#include <fstream>
#include <sstream>

#include "rules/expression_parser.h"
#include "text/utf8.h"

namespace wfst {
namespace {

constexpr int kIncludes = 16;
constexpr size_t kLargestFile = 16 << 20;

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

std::string read_file(const std::string& path, bool* found) {
  std::ifstream in(path, std::ios::binary);
  std::string out;
  *found = static_cast<bool>(in);
  if (in) {
    std::ostringstream all;
    all << in.rdbuf();
    out = all.str();
  }
  return out;
}

void measure_table(Expression& table) {
  table.shortest = 1 << 20;
  for (const Row& row : *table.rows) {
    int length = 0;
    for (const char c : row[0]) length += (c & 0xC0) != 0x80;
    table.shortest = std::min(table.shortest, length);
    table.longest = std::max(table.longest, length);
  }
  if (table.rows->empty()) table.shortest = table.longest = 1;
}

class GrammarParser : ExpressionParser {
 public:
  using ExpressionParser::Names;

  GrammarParser(std::string path, std::string text, bool files, int depth, GrammarSource& out, Names& names)
      : ExpressionParser(std::move(path), std::move(text), names), files_(files), depth_(depth), out_(out) {}

  void run() {
    out_.files.push_back(path_);
    if (text_.size() > kLargestFile) fail("the file is larger than 16 MiB");
    if (const size_t bad = first_bad_utf8(text_); bad != std::string::npos) {
      at_ = bad;
      fail("this is not UTF-8");
    }
    for (;;) {
      skip_blank_lines();
      if (at_ >= text_.size()) break;
      statement();
      skip_space();
      if (at_ < text_.size() && text_[at_] != '\n') fail("unexpected text behind the statement");
    }
  }

 private:
  void statement() {
    const size_t begin = at_;
    const std::string keyword = word("a statement");
    if (keyword == "grammar") {
      if (!out_.language.empty()) fail("the grammar is named already");
      out_.language = word("a language");
    } else if (keyword == "include") {
      include();
    } else if (keyword == "let") {
      define([this] { return expression(); });
    } else if (keyword == "table") {
      define_table();
    } else if (keyword == "rule") {
      rule();
    } else if (keyword == "fallback") {
      Rule out;
      out.place = place();
      out.fallback = true;
      out.weight = number();
      out.body = body();
      for (const Rule& other : out_.rules)
        if (other.fallback) fail("there is a fallback already, at " + other.place);
      out_.rules.push_back(std::move(out));
    } else if (keyword == "rewrite") {
      rewrite();
    } else {
      at_ = begin;
      fail("unknown statement: grammar, include, let, table, rule, fallback and rewrite exist");
    }
  }

  void include() {
    const std::string name = quoted();
    if (!files_) return;
    if (depth_ >= kIncludes) fail("includes are nested more than 16 deep");
    const std::string path = folder_of(path_) + name;
    bool found = false;
    std::string text = read_file(path, &found);
    if (!found) fail("cannot read " + path);
    GrammarParser(path, std::move(text), files_, depth_ + 1, out_, names_).run();
  }

  template <class Make>
  void define(Make make) {
    const size_t begin = at_;
    const std::string name = word("a name");
    if (names_.count(name) || name == "any" || name == "edge") {
      at_ = begin;
      fail("the name " + name + " is taken");
    }
    if (!take_operator("=")) fail("expected =");
    names_[name] = make();
  }

  void define_table() {
    const std::string name = word("a name");
    if (names_.count(name)) fail("the name " + name + " is taken");
    take("=");
    const std::string file = quoted();
    auto out = std::make_shared<Expression>();
    out->kind = Expression::Kind::kTable;
    out->rows = std::make_shared<Rows>(table(file));
    measure_table(*out);
    names_[name] = std::move(out);
  }

  Rows table(const std::string& name) {
    Rows rows;
    if (!files_) return rows;
    const std::string path = folder_of(path_) + name;
    bool found = false;
    const std::string text = read_file(path, &found);
    if (!found) fail("cannot read " + path);
    if (first_bad_utf8(text) != std::string::npos) fail(path + " is not UTF-8");
    out_.files.push_back(path);
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.empty() || line[0] == '#') continue;
      Row row(1);
      for (const char c : line)
        if (c == '\t')
          row.emplace_back();
        else
          row.back() += c;
      if (row[0].empty()) fail(path + " has a line without a first column");
      rows.push_back(std::move(row));
    }
    if (rows.empty()) fail(path + " is empty");
    return rows;
  }

  void rule() {
    Rule out;
    out.place = place();
    out.klass = plain_name("a class");
    out.weight = number();
    out.name = word("a name for the rule");
    skip_space();
    if (out.name == "ordered" && at_ < text_.size() && text_[at_] != '=') fail("the rule's name comes before ordered");
    if (take("ordered")) out.ordered = true;
    for (const Rule& other : out_.rules)
      if (other.klass == out.klass && other.name == out.name) fail("there is a rule " + out.klass + "." + out.name + " already, at " + other.place);
    out.body = body();
    out_.rules.push_back(std::move(out));
  }

  ExpressionPtr body() {
    if (!take_operator("=")) fail("expected =");
    const size_t begin = at_;
    ExpressionPtr out = expression();
    if (out->shortest == 0) {
      at_ = begin;
      fail("this takes an empty text; a rule must consume something");
    }
    return out;
  }

  void rewrite() {
    const std::string when = word("before or after");
    if (when != "before" && when != "after") fail("expected before or after");
    RewriteTable out;
    out.before = when == "before";
    out.name = word("a name");
    out.rows = table(quoted());
    for (Row& row : out.rows) row.resize(2);
    out_.rewrites.push_back(std::move(out));
  }

  const bool files_;
  const int depth_;
  GrammarSource& out_;
};

}  // namespace

GrammarSource parse_grammar(const std::string& path, const std::string& text, bool files) {
  GrammarSource out;
  GrammarParser::Names names;
  GrammarParser(path, text, files, 0, out, names).run();
  if (out.language.empty()) throw RuleError(path + ":1:1: the file does not say which grammar it is; begin with: grammar zh");
  bool fallback = false;
  for (const Rule& rule : out.rules) fallback = fallback || rule.fallback;
  if (!fallback) throw RuleError(path + ":1:1: there is no fallback, so most texts would have no reading; add: fallback 100 = any");
  return out;
}

GrammarSource read_grammar(const std::string& path) {
  bool found = false;
  const std::string text = read_file(path, &found);
  if (!found) throw RuleError(path + ": cannot be read");
  return parse_grammar(path, text);
}

}  // namespace wfst
