// A tokenizer.json, or, behind the first byte 0, a text for a small one: ids are within the
// vocabulary and decode.
#include "chattts_fuzz.h"
#include "text/prompt.h"
#include "text/wordpiece.h"

namespace {

constexpr char kSmall[] =
    R"({"added_tokens":[{"id":0,"content":"[UNK]"},{"id":1,"content":"[Ptts]"},{"id":2,"content":"[laugh]"}],"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"a":3,"##a":4,"b":5,".":6,"'":7,"[":8,"]":9,"ptts":10}}})";

void encode(const chattts::WordPiece& tokenizer, std::string_view text) {
  const auto ids = tokenizer.encode(text);
  for (int32_t id : ids)
    syrinx::fuzz::check(id >= 0 && id < tokenizer.vocabulary(), "an id outside the vocabulary");
  syrinx::fuzz::check(ids.size() <= text.size() * 3, "more ids than a text can give");
  tokenizer.decode(ids);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 0 && data[0] == 0) {
    static const chattts::WordPiece small = chattts::WordPiece::parse(kSmall, "small");
    encode(small, text.substr(1));
    // Whatever the text holds, it cannot end the prompt.
    const auto ids = small.encode(chattts::decorate_speech(text.substr(1), {}));
    size_t ends = 0;
    for (int32_t id : ids) ends += id == 1;
    syrinx::fuzz::check(ends == 1, "the text ended the prompt");
    return 0;
  }
  syrinx::fuzz::read_or_refused(
      [&] { encode(chattts::WordPiece::parse(text, "fuzz"), "a [UNK] \xE4\xBD\xA0 'aa."); });
  return 0;
}
