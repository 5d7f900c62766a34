// Reads one stretch of one language: rewrites, tagger, verbalisers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chain/grammar.h"
#include "chain/stretch_reader.h"
#include "fst/decoder.h"
#include "text/aligned_text.h"
#include "tokens/read_marks.h"

namespace wfst {

// With an own grammar.
class Reader final : public StretchReader {
 public:
  Reader(std::shared_ptr<const Grammar> grammar, const ReadingOptions& options);

  bool read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained = nullptr) override;

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
