// What reads a stretch of text: an own grammar or a foreign one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokens/token.h"

namespace wfst {

// A stretch of the output and what it came from. Class and rule point into the grammar; text that is copied has no class.
struct Segment {
  Range spoken;
  Range written;
  std::string_view klass, rule;
  float weight = 0;
  bool unread = false;  // the class has no spoken form for it: the written form went on
};

// What --explain shows of a token besides its segment.
struct ExplainedToken {
  std::string klass, rule;
  std::vector<std::pair<std::string, std::string>> fields;
  Range written;
  float weight = 0;
};

// Owns the scratch memory of one thread.
class StretchReader {
 public:
  virtual ~StretchReader() = default;
  // Appends the spoken form of `text` to `spoken` and its segments to `segments` (ranges in `spoken`, and in `text`). Tokens go to
  // `explained` if that is not null. False if the grammar does not accept the text, of which what it does not accept goes on as it is.
  virtual bool read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained) = 0;
};

}  // namespace wfst
