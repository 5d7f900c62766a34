// Reads one stretch of one language: rewrites, tagger, verbalisers. The middle of the chain.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chain/grammar.h"
#include "fst/decoder.h"
#include "text/aligned_text.h"
#include "tokens/read_marks.h"

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

// Scratch memory of one thread for one grammar.
class Reader {
 public:
  Reader(std::shared_ptr<const Grammar> grammar, const ReadingOptions& options);

  // Appends the spoken form of `text` to `spoken` and its segments to `segments` (ranges in `spoken`, and in `text`). Tokens go
  // to `explained` if that is not null. False if the grammar has no path for the text, which then goes on as it is.
  bool read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained = nullptr);

  const Grammar& grammar() const { return *grammar_; }
  const Decoder& decoder() const { return decoder_; }

 private:
  void append(std::string_view part, Segment segment, std::string& spoken, std::vector<Segment>& segments);

  std::shared_ptr<const Grammar> grammar_;
  const ReadingOptions& options_;
  Decoder decoder_;
  AlignedText rewritten_;
  TokenList tokens_;
  std::string piece_, scratch_;
};

}  // namespace wfst
