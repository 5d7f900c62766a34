// From what a decoder wrote on an own grammar to tokens.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fst/decoder.h"
#include "tokens/token.h"

namespace wfst {

// Tokens whose memory is used again. Views in them point into the text, the machine and this object.
class TokenList {
 public:
  void clear() { count_ = 0; }
  // An empty token at the end.
  Token& add();
  std::span<const Token> tokens() const { return {tokens_.data(), count_}; }
  // Room for values that are not as written.
  std::string values;

 private:
  std::vector<Token> tokens_;
  size_t count_ = 0;
};

// Replaces the contents of `out`. Text that belongs to no token is what lies between them.
void read_marks(const Machine& machine, std::string_view text, std::span<const Event> events, TokenList& out);

}  // namespace wfst
