#include "chain/foreign_reader.h"

#include <algorithm>

#include "text/utf8.h"

namespace wfst {
namespace {

constexpr size_t kCached = 8192, kShort = 64;
constexpr int kMostOrders = 720;
constexpr uint64_t kLargest = uint64_t{1} << 28;

// Fields of fields as `outer.inner`.
void explain_fields(const std::vector<TextField>& fields, const std::string& prefix, std::vector<std::pair<std::string, std::string>>& out) {
  for (const TextField& field : fields) {
    if (field.fields.empty())
      out.emplace_back(prefix + field.name, field.value);
    else
      explain_fields(field.fields, prefix + field.name + ".", out);
  }
}

}  // namespace

std::shared_ptr<const ForeignGrammar> ForeignGrammar::open(const std::string& tagger, const std::string& verbaliser, const std::string& rewrite, TokenStyle style,
                                                           const std::string& language, std::string* error) {
  auto out = std::make_shared<ForeignGrammar>();
  out->style = style;
  out->language = language;
  out->tagger = Machine::open(tagger, {kLargest, false}, error);
  if (!out->tagger) return nullptr;
  out->verbaliser = Machine::open(verbaliser, {kLargest, false}, error);
  if (!out->verbaliser) return nullptr;
  if (!rewrite.empty()) {
    out->rewrite = Machine::open(rewrite, {kLargest, false}, error);
    if (!out->rewrite) return nullptr;
  }
  return out;
}

ForeignReader::ForeignReader(std::shared_ptr<const ForeignGrammar> grammar)
    : grammar_(std::move(grammar)), tagger_(grammar_->tagger), verbaliser_(grammar_->verbaliser) {
  if (grammar_->rewrite) rewrite_ = std::make_unique<Decoder>(grammar_->rewrite);
}

void ForeignReader::take_bytes(const Decoder& decoder, std::string& out) {
  out.clear();
  for (const Event& event : decoder.events()) out += static_cast<char>(event.label);
}

bool ForeignReader::verbalise(const std::string& tokens, std::string& out) {
  if (verbaliser_.run(tokens) != Decoder::Outcome::kFound) return false;
  take_bytes(verbaliser_, out);
  return true;
}

// The fields in every order until the verbaliser accepts one.
bool ForeignReader::try_orders(TextToken token, std::string& out) {
  written_.clear();
  write_token(token, grammar_->style, written_);
  const bool is_short = written_.size() <= kShort;
  if (is_short) {
    const auto found = spoken_.find(written_);
    if (found != spoken_.end()) return out = found->second, true;
  }
  const std::string first = written_;
  bool good = verbalise(written_, out);
  if (!good && grammar_->style == TokenStyle::kNested) {
    first_order(token);
    int tries = 0;
    do {
      written_.clear();
      write_token(token, grammar_->style, written_);
      good = verbalise(written_, out);
    } while (!good && ++tries < kMostOrders && next_order(token));
  }
  if (good && is_short) {
    if (spoken_.size() >= kCached) spoken_.clear();
    spoken_.emplace(first, out);
  }
  return good;
}

bool ForeignReader::read_part(std::string_view text, std::string& spoken, std::vector<ExplainedToken>* explained) {
  if (tagger_.run(text) != Decoder::Outcome::kFound) return false;
  take_bytes(tagger_, tagged_);
  // Taggers leave spaces at either end of their token stream.
  const size_t begin = tagged_.find_first_not_of(' '), end = tagged_.find_last_not_of(' ');
  tagged_ = begin == std::string::npos ? std::string() : tagged_.substr(begin, end + 1 - begin);
  TokenTextError error;
  if (!parse_tokens(tagged_, grammar_->style, tokens_, error)) return false;
  if (explained)
    for (const TextToken& token : tokens_) {
      explained->push_back({token.key, {}, {}, {0, static_cast<uint32_t>(text.size())}, 0});
      explain_fields(token.fields, "", explained->back().fields);
    }
  words_.clear();
  bool whole = false;
  if (grammar_->style == TokenStyle::kFlat) {
    // The whole stream at once, since such verbalisers rewrite across tokens.
    for (TextToken& token : tokens_) reorder(grammar_->language, token);
    whole = verbalise(write_tokens(tokens_, grammar_->style), words_);
  }
  if (!whole) {
    std::string word;
    for (const TextToken& token : tokens_) {
      if (!try_orders(token, word)) return false;
      if (grammar_->style == TokenStyle::kNested && !words_.empty() && !word.empty()) words_ += ' ';
      words_ += word;
    }
  }
  if (rewrite_ && rewrite_->run(words_) == Decoder::Outcome::kFound) {
    std::string rewritten;
    take_bytes(*rewrite_, rewritten);
    words_.swap(rewritten);
  }
  if (first_bad_utf8(words_) != std::string_view::npos) return false;
  spoken += words_;
  return true;
}

bool ForeignReader::read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained) {
  bool all = true;
  const auto add = [&](size_t begin, size_t end, bool pass) {
    if (begin == end) return;
    Segment segment;
    segment.written = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
    segment.spoken.begin = static_cast<uint32_t>(spoken.size());
    const size_t tokens = explained ? explained->size() : 0;
    if (pass || !read_part(text.substr(begin, end - begin), spoken, explained)) {
      spoken += text.substr(begin, end - begin);
      segment.unread = true;
      all = false;
    } else {
      segment.klass = "foreign";
    }
    if (explained)
      for (size_t i = tokens; i < explained->size(); ++i) {
        (*explained)[i].written.begin += static_cast<uint32_t>(begin);
        (*explained)[i].written.end += static_cast<uint32_t>(begin);
      }
    segment.spoken.end = static_cast<uint32_t>(spoken.size());
    segments.push_back(segment);
  };
  for (size_t begin = 0; begin < text.size();) {
    if (tagger_.run(text, {static_cast<uint32_t>(begin), static_cast<uint32_t>(text.size())}) == Decoder::Outcome::kFound) {
      add(begin, text.size(), false);
      break;
    }
    // Up to the code point that stopped it, that code point as it is, and on behind it.
    size_t stop = tagger_.stopped();
    while (stop > begin && stop < text.size() && (static_cast<unsigned char>(text[stop]) & 0xC0) == 0x80) --stop;
    add(begin, stop, false);
    const size_t behind = stop < text.size() ? stop + std::max<size_t>(utf8_length(text, stop), 1) : stop;
    add(stop, behind, true);
    begin = behind;
  }
  return all;
}

}  // namespace wfst
