// Tokens as a text, the form in which taggers and verbalisers of other makers speak to each other:
//
//   flat:    date { year: "2024" month: "05" day: "06" } char { value: "，" }
//   nested:  tokens { money { integer: "20" currency: "$" } } tokens { measure { cardinal { integer: "3" } units: "kg" } }
//            tokens { name: "left" }
//
// Flat: stream = token *( " " token ); token = key " { " 1*field "}"; field = key ": " DQUOTE value DQUOTE " "; in a value, \ and "
// are written \\ and \"; more spaces than one are taken for one. Nested: every token is wrapped in `tokens { }`, fields may hold
// fields, a value ends at a quote that a space follows, any number of spaces may stand between things, and `preserve_order: true`
// stands without quotes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wfst {

// A field is a value or, in the nested style, fields of its own.
struct TextField {
  std::string name, value;
  std::vector<TextField> fields{};
  bool preserve_order = false;  // of its own fields
  uint32_t place = 0;           // among its neighbours as they were written
  uint32_t preserve_place = 0;  // of preserve_order among its own fields
  friend bool operator==(const TextField& a, const TextField& b) {
    return a.name == b.name && a.value == b.value && a.fields == b.fields && a.preserve_order == b.preserve_order;
  }
};

struct TextToken {
  std::string key;  // the class; "tokens" of the nested form is left out, and a token that is only fields has no key
  std::vector<TextField> fields;
  bool preserve_order = false;
  uint32_t preserve_place = 0;
  friend bool operator==(const TextToken& a, const TextToken& b) { return a.key == b.key && a.fields == b.fields && a.preserve_order == b.preserve_order; }
};

enum class TokenStyle { kFlat, kNested };

struct TokenTextError {
  size_t at = 0;  // byte
  std::string what;
};

// False and `error` if the text is malformed: missing braces or quotes, unknown escapes, keys that appear twice, text behind the last
// token. Never throws but std::bad_alloc.
bool parse_tokens(std::string_view text, TokenStyle style, std::vector<TextToken>& out, TokenTextError& error);

// The inverse; keys must be letters and _.
void write_token(const TextToken& token, TokenStyle style, std::string& out);
std::string write_tokens(std::span<const TextToken> tokens, TokenStyle style);

// Puts the fields of a flat token in the order in which its class is spoken: those of the class's list first and in its order, then the
// others as they were. Tokens that preserve their order and classes without a list stay as they are.
void reorder(std::string_view language, TextToken& token);

// All orders of the fields of a parsed token, one after the other, beginning with the written one; false behind the last. Fields
// that preserve their order stay as they are.
bool next_order(TextToken& token);

}  // namespace wfst
