#include "tokens/token_text.h"

#include <algorithm>

namespace wfst {
namespace {

bool is_key(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Parser {
 public:
  Parser(std::string_view text, TokenStyle style, TokenTextError& error) : text_(text), style_(style), error_(error) {}

  bool run(std::vector<TextToken>& out) {
    out.clear();
    if (text_.empty()) return true;
    for (;;) {
      TextToken token;
      if (!(style_ == TokenStyle::kFlat ? flat(token) : nested(token))) return false;
      out.push_back(std::move(token));
      if (at_ == text_.size()) return true;
      if (!take(" ")) return fail("expected a space between tokens");
    }
  }

 private:
  bool fail(const char* what) {
    error_ = {at_, what};
    return false;
  }
  bool take(std::string_view what) {
    if (text_.compare(at_, what.size(), what) != 0) return false;
    at_ += what.size();
    return true;
  }
  bool key(std::string& out) {
    const size_t begin = at_;
    while (at_ < text_.size() && is_key(text_[at_])) ++at_;
    out = text_.substr(begin, at_ - begin);
    return at_ > begin || fail("expected a key of letters and _");
  }

  bool flat(TextToken& token) {
    if (!key(token.key)) return false;
    if (!take(" { ")) return fail("expected \" { \"");
    return fields(token);
  }
  // Fields up to and with the brace.
  bool fields(TextToken& token) {
    do {
      if (!field(token)) return false;
    } while (!closed());
    return true;
  }
  bool closed() {
    while (at_ + 1 < text_.size() && text_[at_] == ' ' && text_[at_ + 1] == ' ') ++at_;
    return take(" }") || take("}");
  }
  bool field(TextToken& token) {
    // Some taggers leave more than one space between fields.
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const size_t begin = at_;
    std::string name, value;
    if (!key(name)) return false;
    if (style_ == TokenStyle::kNested && name == "preserve_order" && take(": true ")) {
      value = "true";
    } else {
      if (!take(": \"")) return fail("expected : and a value in quotes");
      if (!(style_ == TokenStyle::kFlat ? flat_value(value) : nested_value(value))) return false;
    }
    if (name == "preserve_order") {
      if (value != "true") return fail("preserve_order must be true");
      if (token.preserve_order) return at_ = begin, fail("a key appears twice");
      token.preserve_order = true;
      return true;
    }
    for (const auto& [other, ignored] : token.fields)
      if (other == name) return at_ = begin, fail("a key appears twice");
    token.fields.emplace_back(std::move(name), std::move(value));
    return true;
  }
  bool flat_value(std::string& out) {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return take(" ") || fail("expected a space behind the value");
      }
      if (text_[at_] == '\\') {
        if (at_ + 1 >= text_.size() || (text_[at_ + 1] != '\\' && text_[at_ + 1] != '"')) return fail("unknown escape");
        ++at_;
      }
      out += text_[at_];
    }
    return fail("the value has no end");
  }
  bool nested_value(std::string& out) {
    const size_t end = text_.find("\" ", at_);
    if (end == std::string_view::npos) return at_ = text_.size(), fail("the value has no end");
    out = text_.substr(at_, end - at_);
    at_ = end + 2;
    return true;
  }

  bool nested(TextToken& token) {
    if (!take("tokens { ")) return fail("expected \"tokens { \"");
    const size_t begin = at_;
    if (!key(token.key)) return false;
    if (!take(" { ")) {
      at_ = begin;
      token.key.clear();
      return fields(token);
    }
    return fields(token) && (closed() || fail("expected \" }\""));
  }

  std::string_view text_;
  TokenStyle style_;
  TokenTextError& error_;
  size_t at_ = 0;
};

struct Order {
  std::string_view language, klass;
  std::string_view fields[4];
};
constexpr Order kOrders[] = {
    {"zh", "date", {"year", "month", "day"}},
    {"zh", "time", {"noon", "hour", "minute", "second"}},
    {"zh", "money", {"value", "currency"}},
    {"zh", "fraction", {"denominator", "numerator"}},
    {"zh", "measure", {"denominator", "numerator", "value"}},
    {"en", "date", {"text", "day", "month", "year"}},
    {"en", "money", {"integer_part", "fractional_part", "quantity", "currency_maj"}},
};

}  // namespace

bool parse_tokens(std::string_view text, TokenStyle style, std::vector<TextToken>& out, TokenTextError& error) {
  return Parser(text, style, error).run(out);
}

void write_token(const TextToken& token, TokenStyle style, std::string& out) {
  const bool flat = style == TokenStyle::kFlat;
  if (!flat) out += "tokens { ";
  if (!token.key.empty()) out += token.key + " { ";
  for (const auto& [name, value] : token.fields) {
    out += name + ": \"";
    for (const char c : value) {
      if (flat && (c == '"' || c == '\\')) out += '\\';
      out += c;
    }
    out += "\" ";
  }
  if (token.preserve_order) out += flat ? "preserve_order: \"true\" " : "preserve_order: true ";
  out += flat || token.key.empty() ? "}" : "} }";
}

std::string write_tokens(std::span<const TextToken> tokens, TokenStyle style) {
  std::string out;
  for (const TextToken& token : tokens) {
    if (!out.empty()) out += ' ';
    write_token(token, style, out);
  }
  return out;
}

void reorder(std::string_view language, TextToken& token) {
  if (token.preserve_order) return;
  const std::string_view like = language == "ja" ? "zh" : language;
  for (const Order& order : kOrders) {
    if (order.language != like || order.klass != token.key) continue;
    const auto rank = [&](const std::string& name) { return std::find(std::begin(order.fields), std::end(order.fields), name) - std::begin(order.fields); };
    std::stable_sort(token.fields.begin(), token.fields.end(), [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
    return;
  }
}

}  // namespace wfst
