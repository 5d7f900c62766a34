#include "tokens/token_text.h"

#include <algorithm>

namespace wfst {
namespace {

bool is_key(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr int kDeepest = 8;

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
      // Some taggers leave more than one.
      skip();
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
    return fields(token, 0);
  }
  // Fields up to and with the brace. Some taggers leave more than one space between them.
  template <class Parent>
  bool fields(Parent& parent, int depth) {
    do {
      skip();
      if (!field(parent, depth)) return false;
    } while (!closed());
    return true;
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool closed() {
    if (style_ == TokenStyle::kNested) {
      skip();
      return take("}");
    }
    while (at_ + 1 < text_.size() && text_[at_] == ' ' && text_[at_ + 1] == ' ') ++at_;
    return take(" }") || take("}");
  }
  template <class Parent>
  bool field(Parent& parent, int depth) {
    const size_t begin = at_;
    TextField own;
    if (!key(own.name)) return false;
    const bool nested = style_ == TokenStyle::kNested;
    if (nested && own.name == "preserve_order" && take(": true")) {
      own.value = "true";
    } else if (nested && take(" {")) {
      if (depth == kDeepest) return fail("fields nest too deeply");
      if (!fields(own, depth + 1)) return false;
      if (own.fields.empty()) return at_ = begin, fail("a field of no fields");
    } else {
      if (!take(": \"")) return fail("expected : and a value in quotes");
      if (!(nested ? nested_value(own.value) : flat_value(own.value))) return false;
    }
    if (own.name == "preserve_order") {
      if (own.value != "true") return fail("preserve_order must be true");
      if (parent.preserve_order) return at_ = begin, fail("a key appears twice");
      parent.preserve_order = true;
      parent.preserve_place = static_cast<uint32_t>(parent.fields.size());
      return true;
    }
    for (const TextField& other : parent.fields)
      if (other.name == own.name) return at_ = begin, fail("a key appears twice");
    own.place = static_cast<uint32_t>(parent.fields.size());
    parent.fields.push_back(std::move(own));
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

  // A token whose only field holds fields is of that class.
  bool nested(TextToken& token) {
    if (!take("tokens {")) return fail("expected \"tokens {\"");
    if (!fields(token, 0)) return false;
    if (token.fields.size() == 1 && !token.preserve_order && !token.fields[0].fields.empty()) {
      TextField only = std::move(token.fields[0]);
      token = {std::move(only.name), std::move(only.fields), only.preserve_order, only.preserve_place};
    }
    return true;
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

namespace {

template <class Parent>
void write_fields(const Parent& parent, bool flat, std::string& out) {
  size_t place = 0;
  const auto preserve = [&](bool here) {
    if (parent.preserve_order && here) out += flat ? "preserve_order: \"true\" " : "preserve_order: true ";
  };
  for (const TextField& field : parent.fields) {
    preserve(!flat && place++ == parent.preserve_place);
    if (!field.fields.empty()) {
      out += field.name + " { ";
      write_fields(field, flat, out);
      out += "} ";
      continue;
    }
    out += field.name + ": \"";
    for (const char c : field.value) {
      if (flat && (c == '"' || c == '\\')) out += '\\';
      out += c;
    }
    out += "\" ";
  }
  preserve(flat || parent.preserve_place >= place);
}

bool by_place(const TextField& a, const TextField& b) { return a.place < b.place; }

// Counts like an odometer: the innermost turn first.
template <class Parent>
bool turn(Parent& parent) {
  for (TextField& field : parent.fields)
    if (turn(field)) return true;
  return !parent.preserve_order && std::next_permutation(parent.fields.begin(), parent.fields.end(), by_place);
}

}  // namespace

void write_token(const TextToken& token, TokenStyle style, std::string& out) {
  const bool flat = style == TokenStyle::kFlat;
  if (!flat) out += "tokens { ";
  if (!token.key.empty()) out += token.key + " { ";
  write_fields(token, flat, out);
  out += flat || token.key.empty() ? "}" : "} }";
}

bool next_order(TextToken& token) { return turn(token); }

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
    std::stable_sort(token.fields.begin(), token.fields.end(), [&](const auto& a, const auto& b) { return rank(a.name) < rank(b.name); });
    return;
  }
}

}  // namespace wfst
