// The text of a rule file and a place in it: what its words, numbers and quoted texts are, and errors that show the place.
#pragma once

#include <string>
#include <string_view>

#include "rules/grammar_source.h"

namespace wfst {

// A reader by recursive descent derives from it. What it cannot read it reports by throwing RuleError.
class RuleText {
 public:
  RuleText(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}

 protected:
  // FILE:LINE:COLUMN, the line of the place, and a mark below it.
  [[noreturn]] void fail(const std::string& what) const;
  // "FILE:LINE"
  std::string place() const;

  // Blanks and a comment; line ends too where a statement goes on.
  void skip_space();
  void skip_blank_lines();

  bool take(std::string_view token);
  void expect(std::string_view token);
  // What follows may stand on the next line.
  bool take_operator(std::string_view token);

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string word(const char* what);
  // A name that markers and the token format can hold.
  std::string plain_name(const char* what);
  float number();
  int integer();
  // A character of a literal or a set, with escapes.
  char32_t character();
  std::string quoted();

  const std::string path_, text_;
  size_t at_ = 0;
  int inside_ = 0;  // parentheses that are open: a statement goes on

 private:
  bool next_line_goes_on() const;

  bool continued_ = false;
};

}  // namespace wfst
