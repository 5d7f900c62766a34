// Text to the pieces that are synthesized one by one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chattts {

// The reference's rules, on a whole text: at every newline if there is one, empty lines included;
// else behind every "。" and behind every "." and the white space that follows it. Pure. [any]
std::vector<std::string> split_as_reference(std::string_view text);

struct SplitRules {
  // In bytes of UTF-8 without tags, so that a Chinese character counts three times as much as a
  // letter, which is about how long it takes to say.
  size_t target = 60;  // shorter pieces are spoken with what follows
  size_t most = 360;   // longer sentences are cut at commas, at blanks, or between characters
};

// Sentences, kept together until a piece has the target length, as the text comes in; how it was
// cut makes no difference. They end behind . ! ? ; and their full-width forms (the ASCII ones only
// before white space) with closing quotes and brackets, and at line ends; not behind "Mr." and the
// like, initials, list numbers, or before a small letter. Blank lines give nothing. [session]
class Splitter {
 public:
  explicit Splitter(SplitRules rules) : rules_(rules) {}

  // The pieces that are complete with this text.
  std::vector<std::string> push(std::string_view text);
  // The rest; the splitter can be used again.
  std::vector<std::string> finish();

 private:
  void scan(bool complete, std::vector<std::string>& out);
  void add(std::string_view sentence, std::vector<std::string>& out);
  void emit(std::string_view piece, std::vector<std::string>& out) const;

  SplitRules rules_;
  std::string text_;     // the sentence that is not complete
  size_t scanned_ = 0;   // how much of it was looked at
  std::string pending_;  // sentences that are too short for a piece
};

}  // namespace chattts
