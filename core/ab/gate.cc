#include "core/ab/gate.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace syrinx::ab {

struct Gate::Node {
  enum class Kind { kNumber, kName, kDefined, kNegative, kAbsolute, kArithmetic, kCompare, kNot, kAnd, kOr };
  Kind kind = Kind::kNumber;
  double number = 0;
  std::string text;  // a name, or the operator
  std::shared_ptr<const Node> left, right;

  bool is_truth() const { return kind == Kind::kDefined || kind >= Kind::kCompare; }

  std::optional<double> value(const Lookup& lookup) const {
    if (kind == Kind::kNumber) return number;
    if (kind == Kind::kName) return lookup(text);
    const auto l = left->value(lookup);
    if (kind == Kind::kNegative) return l ? std::optional(-*l) : l;
    if (kind == Kind::kAbsolute) return l ? std::optional(std::abs(*l)) : l;
    const auto r = right->value(lookup);
    if (!l || !r || (text == "/" && *r == 0)) return std::nullopt;
    return text == "+" ? *l + *r : text == "-" ? *l - *r : text == "*" ? *l * *r : *l / *r;
  }

  std::optional<bool> truth(const Lookup& lookup) const {
    if (kind == Kind::kDefined) return lookup(text).has_value();
    if (kind == Kind::kCompare) {
      const auto l = left->value(lookup), r = right->value(lookup);
      if (!l || !r) return std::nullopt;
      return text == "<" ? *l < *r : text == "<=" ? *l <= *r : text == ">" ? *l > *r : text == ">=" ? *l >= *r : text == "==" ? *l == *r : *l != *r;
    }
    const auto l = left->truth(lookup);
    if (kind == Kind::kNot) return l ? std::optional(!*l) : l;
    const auto r = right->truth(lookup);
    const bool decides = kind == Kind::kOr;  // one such side is enough
    if (l == decides || r == decides) return decides;
    if (!l || !r) return std::nullopt;
    return !decides;
  }
};

namespace {

using Node = Gate::Node;
using NodePtr = std::shared_ptr<const Node>;
using Kind = Node::Kind;

constexpr int kDeepest = 100;
constexpr struct {
  std::string_view name;
  double scale;
} kUnits[] = {{"%", 0.01}, {"ms", 0.001}, {"s", 1}, {"dB", 1}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}};

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool in_name(char c) { return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePtr gate() {
    NodePtr node = logic(Kind::kOr);
    if (kind_ != Token::kEnd) fail(at_, "nothing more was expected here");
    if (!node->is_truth()) fail(0, "a gate is a comparison, such as wer.ci_hi > 1%");
    return node;
  }

  void begin() { next(); }
  std::vector<std::string> names;

  [[noreturn]] static void fail(size_t at, std::string message) { throw GateError{static_cast<int>(at) + 1, std::move(message)}; }

 private:
  enum class Token { kEnd, kNumber, kName, kOperator };

  NodePtr make(Kind kind, std::string text, NodePtr left, NodePtr right = nullptr) const {
    Node node;
    node.kind = kind;
    node.text = std::move(text);
    node.left = std::move(left);
    node.right = std::move(right);
    return std::make_shared<const Node>(std::move(node));
  }

  // || and below it &&.
  NodePtr logic(Kind kind) {
    const std::string_view word = kind == Kind::kOr ? "||" : "&&";
    const auto part = [&] { return kind == Kind::kOr ? logic(Kind::kAnd) : negation(); };
    const size_t from = at_;
    NodePtr left = part();
    while (is(word)) {
      next();
      const size_t behind = at_;
      NodePtr right = part();
      if (!left->is_truth()) fail(from, "a comparison was expected before " + std::string(word));
      if (!right->is_truth()) fail(behind, "a comparison was expected behind " + std::string(word));
      left = make(kind, std::string(word), std::move(left), std::move(right));
    }
    return left;
  }

  NodePtr negation() {
    if (!is("!")) return comparison();
    const Depth depth(*this);
    next();
    const size_t from = at_;
    NodePtr inner = negation();
    if (!inner->is_truth()) fail(from, "a comparison was expected behind !");
    return make(Kind::kNot, "!", std::move(inner));
  }

  NodePtr comparison() {
    const size_t from = at_;
    NodePtr left = sum();
    if (kind_ != Token::kOperator || (token_ != "<" && token_ != "<=" && token_ != ">" && token_ != ">=" && token_ != "==" && token_ != "!=")) return left;
    const std::string word(token_);
    next();
    const size_t behind = at_;
    NodePtr right = sum();
    number(*left, from);
    number(*right, behind);
    return make(Kind::kCompare, word, std::move(left), std::move(right));
  }

  NodePtr sum() { return arithmetic("+", "-", [this] { return product(); }); }
  NodePtr product() { return arithmetic("*", "/", [this] { return atom(); }); }

  template <class Part>
  NodePtr arithmetic(std::string_view one, std::string_view other, Part part) {
    const size_t from = at_;
    NodePtr left = part();
    while (is(one) || is(other)) {
      const std::string word(token_);
      next();
      const size_t behind = at_;
      NodePtr right = part();
      number(*left, from);
      number(*right, behind);
      left = make(Kind::kArithmetic, word, std::move(left), std::move(right));
    }
    return left;
  }

  NodePtr atom() {
    const Depth depth(*this);
    const size_t from = at_;
    if (kind_ == Token::kNumber) {
      Node node;
      node.number = value_;
      next();
      return std::make_shared<const Node>(node);
    }
    if (kind_ == Token::kName) {
      const std::string name(token_);
      next();
      if (name == "defined") {
        expect("(");
        if (kind_ != Token::kName) fail(at_, "a name was expected");
        const std::string what = remember(token_);
        next();
        expect(")");
        return make(Kind::kDefined, what, nullptr);
      }
      if (name == "abs") {
        expect("(");
        const size_t inside = at_;
        NodePtr inner = sum();
        number(*inner, inside);
        expect(")");
        return make(Kind::kAbsolute, "abs", std::move(inner));
      }
      return make(Kind::kName, remember(name), nullptr);
    }
    if (is("-")) {
      next();
      const size_t inside = at_;
      NodePtr inner = atom();
      number(*inner, inside);
      return make(Kind::kNegative, "-", std::move(inner));
    }
    if (is("(")) {
      next();
      NodePtr inner = logic(Kind::kOr);
      expect(")");
      return inner;
    }
    fail(from, kind_ == Token::kEnd ? "something is missing at the end" : "a number or a name was expected");
  }

  // What compares and computes takes numbers.
  static void number(const Node& node, size_t at) {
    if (node.is_truth()) fail(at, "a number was expected, and this is a comparison");
  }

  std::string remember(std::string_view name) {
    std::string out(name);
    if (std::find(names.begin(), names.end(), out) == names.end()) names.push_back(out);
    return out;
  }

  bool is(std::string_view word) const { return kind_ == Token::kOperator && token_ == word; }
  void expect(std::string_view word) {
    if (!is(word)) fail(at_, "\"" + std::string(word) + "\" was expected");
    next();
  }

  void take(Token kind, size_t size) {
    kind_ = kind;
    token_ = text_.substr(at_, size);
    end_ = at_ + size;
  }

  void next() {
    at_ = end_;
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    if (at_ == text_.size()) return take(Token::kEnd, 0);
    const char c = text_[at_], after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (std::isdigit(static_cast<unsigned char>(c)) || (c == '.' && std::isdigit(static_cast<unsigned char>(after)))) return take_number();
    if (starts_name(c)) return take_name();
    for (const std::string_view word : {"&&", "||", "<=", ">=", "==", "!="})
      if (text_.substr(at_, 2) == word) return take(Token::kOperator, 2);
    if (std::string_view("()<>!+-*/").find(c) != std::string_view::npos) return take(Token::kOperator, 1);
    fail(at_, "this character has no meaning here");
  }

  void take_number() {
    const char* from = text_.data() + at_;
    const auto result = std::from_chars(from, text_.data() + text_.size(), value_);
    if (result.ec != std::errc()) fail(at_, "this number is too large or too small");
    size_t size = static_cast<size_t>(result.ptr - from);
    const std::string_view rest = text_.substr(at_ + size);
    for (const auto& unit : kUnits) {
      if (rest.substr(0, unit.name.size()) != unit.name) continue;
      if (unit.name != "%" && rest.size() > unit.name.size() && in_name(rest[unit.name.size()])) continue;
      value_ *= unit.scale;
      size += unit.name.size();
      break;
    }
    take(Token::kNumber, size);
    if (end_ < text_.size() && in_name(text_[end_])) fail(end_, "unknown unit; there are % ms s dB MiB GiB");
  }

  // name[arm or stage].field[...]
  void take_name() {
    size_t i = at_;
    const auto part = [&] {
      while (i < text_.size() && in_name(text_[i])) ++i;
      if (i >= text_.size() || text_[i] != '[') return;
      const size_t close = text_.find(']', i);
      if (close == std::string_view::npos) fail(i, "the ] is missing");
      i = close + 1;
    };
    part();
    while (i + 1 < text_.size() && text_[i] == '.' && starts_name(text_[i + 1])) {
      ++i;
      part();
    }
    take(Token::kName, i - at_);
  }

  struct Depth {
    explicit Depth(Parser& p) : parser(p) {
      if (++parser.depth_ > kDeepest) fail(parser.at_, "this is nested too deeply");
    }
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };

  std::string_view text_, token_;
  size_t at_ = 0, end_ = 0;
  double value_ = 0;
  Token kind_ = Token::kEnd;
  int depth_ = 0;
};

}  // namespace

std::variant<Gate, GateError> Gate::parse(std::string_view text) {
  try {
    Parser parser(text);
    parser.begin();
    Gate gate;
    gate.root_ = parser.gate();
    gate.names_ = std::move(parser.names);
    return gate;
  } catch (GateError& error) {
    return std::move(error);
  }
}

std::optional<bool> Gate::decide(const Lookup& lookup) const { return root_->truth(lookup); }

}  // namespace syrinx::ab
