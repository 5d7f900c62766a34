// Reader of rule files.
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "rules/grammar_source.h"
#include "text/utf8.h"

namespace wfst {
namespace {

using Kind = Expression::Kind;
constexpr int kDeepest = 100, kMostRepeats = 1000, kLongestLook = 32, kIncludes = 16;
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

class Parser {
 public:
  using Names = std::map<std::string, ExpressionPtr>;

  Parser(std::string path, std::string text, bool files, int depth, GrammarSource& out, Names& names)
      : path_(std::move(path)), text_(std::move(text)), files_(files), depth_(depth), out_(out), names_(names) {}

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
  [[noreturn]] void fail(const std::string& what) const {
    const size_t at = std::min(at_, text_.size());
    const size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
    size_t end = text_.find('\n', at);
    if (end == std::string::npos) end = text_.size();
    size_t line = 1, column = 1;
    for (size_t i = 0; i < begin; ++i) line += text_[i] == '\n';
    std::string mark;
    for (size_t i = begin; i < at; ++i)
      if ((text_[i] & 0xC0) != 0x80) {
        ++column;
        mark += text_[i] == '\t' ? '\t' : ' ';
      }
    throw RuleError(path_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + what + "\n  " +
                    text_.substr(begin, end - begin) + "\n  " + mark + "^");
  }

  std::string place() const {
    size_t line = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) line += text_[i] == '\n';
    return path_ + ":" + std::to_string(line);
  }

  // Blanks and a comment; line ends too where a statement goes on.
  void skip_space() {
    for (;;) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
      if (at_ < text_.size() && text_[at_] == '#')
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      if (at_ >= text_.size() || text_[at_] != '\n') return;
      if (inside_ == 0 && !continued_ && !next_line_goes_on()) return;
      ++at_;
    }
  }
  bool next_line_goes_on() const {
    size_t at = at_;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r' || text_[at] == '\n')) ++at;
    return at < text_.size() && text_[at] == '|';
  }
  void skip_blank_lines() {
    do skip_space();
    while (at_ < text_.size() && text_[at_] == '\n' && ++at_);
  }

  bool take(std::string_view token) {
    skip_space();
    if (text_.compare(at_, token.size(), token) != 0) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail("expected " + std::string(token));
  }
  // What follows may stand on the next line.
  bool take_operator(std::string_view token) {
    if (!take(token)) return false;
    continued_ = true;
    skip_space();
    continued_ = false;
    return true;
  }

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string word(const char* what) {
    skip_space();
    const size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || (at_ > begin && is_digit(text_[at_])))) ++at_;
    if (at_ == begin) fail(std::string("expected ") + what);
    return text_.substr(begin, at_ - begin);
  }
  // A name that markers and the token format can hold.
  std::string plain_name(const char* what) {
    const size_t begin = at_;
    std::string out = word(what);
    for (const char c : out)
      if (is_digit(c)) {
        at_ = begin;
        fail(std::string(what) + " has letters and _ only");
      }
    return out;
  }
  float number() {
    skip_space();
    const size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    try {
      size_t used = 0;
      const std::string text = text_.substr(begin, at_ - begin);
      const float out = std::stof(text, &used);
      if (used == text.size() && out > -1000 && out < 1e6f) return out;
    } catch (const std::exception&) {
    }
    at_ = begin;
    fail("expected a weight, such as 1.05");
  }
  int integer() {
    const size_t begin = at_;
    int out = 0;
    while (at_ < text_.size() && is_digit(text_[at_]) && out <= kMostRepeats) out = out * 10 + (text_[at_++] - '0');
    if (at_ == begin || out > kMostRepeats) {
      at_ = begin;
      fail("expected a number of repetitions, at most 1000");
    }
    return out;
  }

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
    Parser(path, std::move(text), files_, depth_ + 1, out_, names_).run();
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
    out->kind = Kind::kTable;
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

  // Expressions.

  struct Depth {
    explicit Depth(Parser& p) : parser(p) {
      if (++parser.nesting_ > kDeepest) parser.fail("expressions are nested more than 100 deep");
    }
    ~Depth() { --parser.nesting_; }
    Parser& parser;
  };

  static ExpressionPtr made(Expression e) { return std::make_shared<const Expression>(std::move(e)); }

  ExpressionPtr expression() {
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

  bool item_follows() {
    skip_space();
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    return c == '"' || c == '\'' || c == '[' || c == '(' || is_letter(c);
  }

  ExpressionPtr sequence() {
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

  ExpressionPtr item() {
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

  ExpressionPtr atom() {
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

  static bool has_field(const Expression& e) {
    if (e.kind == Kind::kField || e.kind == Kind::kConstant) return true;
    for (const auto& part : e.parts)
      if (has_field(*part)) return true;
    return false;
  }
  static bool fit_for_look(const Expression& e) {
    if (e.kind == Kind::kField || e.kind == Kind::kConstant || e.kind == Kind::kLook) return false;
    for (const auto& part : e.parts)
      if (!fit_for_look(*part)) return false;
    return true;
  }

  ExpressionPtr group() {
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

  ExpressionPtr of_set(CharSet set) {
    Expression out;
    out.kind = Kind::kSet;
    out.set = std::move(set);
    out.shortest = out.longest = 1;
    return made(std::move(out));
  }

  // A character of a literal or a set, with escapes.
  char32_t character() {
    if (at_ >= text_.size() || text_[at_] == '\n') fail("the text or set does not end on this line");
    if (text_[at_] != '\\') return next_code_point(text_, at_);
    ++at_;
    if (at_ >= text_.size()) fail("an escape without a character");
    const char c = text_[at_++];
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 's': return ' ';
      case 'u': {
        if (at_ >= text_.size() || text_[at_] != '{') fail("expected { as in \\u{3000}");
        const size_t end = text_.find('}', at_);
        uint32_t value = 0;
        bool good = end != std::string::npos && end > at_ + 1 && end <= at_ + 7;
        for (size_t i = at_ + 1; good && i < end; ++i) {
          const char h = text_[i];
          const int digit = is_digit(h) ? h - '0' : h >= 'a' && h <= 'f' ? h - 'a' + 10 : h >= 'A' && h <= 'F' ? h - 'A' + 10 : -1;
          good = digit >= 0;
          value = value * 16 + static_cast<uint32_t>(digit);
        }
        if (!good || value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) fail("this is no code point");
        at_ = end + 1;
        return value;
      }
      default:
        if (is_digit(c) || (is_letter(c) && c != '_') || static_cast<unsigned char>(c) >= 0x80 || c == '\n') {
          at_ -= 2;
          fail("unknown escape; \\n \\t \\s \\u{..} and escaped punctuation exist");
        }
        return static_cast<unsigned char>(c);
    }
  }

  std::string quoted() {
    skip_space();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) fail("expected a text in quotes");
    const char quote = text_[at_++];
    std::string out;
    for (;;) {
      if (at_ < text_.size() && text_[at_] == quote) break;
      append_utf8(out, character());
    }
    ++at_;
    return out;
  }

  ExpressionPtr literal() {
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

  // The set that an expression amounts to, if it is one.
  static bool as_set(const Expression& e, CharSet& out) {
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

  ExpressionPtr set() {
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

  static void measure_table(Expression& table) {
    table.shortest = 1 << 20;
    for (const Row& row : *table.rows) {
      int length = 0;
      for (const char c : row[0]) length += (c & 0xC0) != 0x80;
      table.shortest = std::min(table.shortest, length);
      table.longest = std::max(table.longest, length);
    }
    if (table.rows->empty()) table.shortest = table.longest = 1;
  }

  const std::string path_, text_;
  const bool files_;
  const int depth_;
  GrammarSource& out_;
  Names& names_;
  size_t at_ = 0;
  int inside_ = 0, nesting_ = 0;
  bool continued_ = false, in_field_ = false, in_look_ = false;
};

}  // namespace

GrammarSource parse_grammar(const std::string& path, const std::string& text, bool files) {
  GrammarSource out;
  Parser::Names names;
  Parser(path, text, files, 0, out, names).run();
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
