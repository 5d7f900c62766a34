// Reads with a tagger and a verbaliser of another maker: FST files whose labels are bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chain/stretch_reader.h"
#include "fst/decoder.h"
#include "tokens/token_text.h"

namespace wfst {

// Shared by all threads.
struct ForeignGrammar {
  std::shared_ptr<const Machine> tagger, verbaliser, rewrite;  // rewrite: over the whole spoken form; may be null
  TokenStyle style = TokenStyle::kFlat;

  // Null and `error` if a file is missing or damaged. `rewrite` may be empty.
  static std::shared_ptr<const ForeignGrammar> open(const std::string& tagger, const std::string& verbaliser, const std::string& rewrite, TokenStyle style,
                                                    std::string* error);
};

class ForeignReader final : public StretchReader {
 public:
  // `language`: of the text, for the order of fields in the flat style.
  ForeignReader(std::shared_ptr<const ForeignGrammar> grammar, std::string_view language);

  // Code points at which the tagger cannot go on pass as they are; what lies between them is read. False if anything passed unread. One segment stands for each stretch that was read, since such grammars do not say where tokens came from.
  bool read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained) override;

 private:
  // A token in the order that the verbaliser accepts, and its words.
  struct Said {
    std::string ordered, words;
  };

  bool read_part(std::string_view text, std::string& spoken, std::vector<ExplainedToken>* explained);
  bool verbalise(const std::string& tokens, std::string& out);
  const Said* try_orders(TextToken token);
  static void take_bytes(const Decoder& decoder, std::string& out);

  std::shared_ptr<const ForeignGrammar> grammar_;
  const std::string language_;
  Decoder tagger_, verbaliser_;
  std::unique_ptr<Decoder> rewrite_;
  std::vector<TextToken> tokens_;
  std::string tagged_, written_, words_;
  std::unordered_map<std::string, Said> said_;  // of short tokens, bounded
  Said long_;
};

}  // namespace wfst
