#include "chain/foreign_reader.h"

#include <algorithm>

#include "text/utf8.h"

namespace wfst {
namespace {

constexpr size_t kCached = 8192, kShort = 64;
constexpr int kMostOrders = 720;
constexpr uint64_t kLargest = uint64_t{1} << 28;

// What such verbalisers leave to their caller.
void single_spaces(std::string& words) {
  size_t kept = 0;
  for (const char c : words)
    if (c != ' ' || (kept > 0 && words[kept - 1] != ' ')) words[kept++] = c;
  if (kept > 0 && words[kept - 1] == ' ') --kept;
  words.resize(kept);
}

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
                                                           std::string* error) {
  auto out = std::make_shared<ForeignGrammar>();
  out->style = style;
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

ForeignReader::ForeignReader(std::shared_ptr<const ForeignGrammar> grammar, std::string_view language)
    : grammar_(std::move(grammar)), language_(language), tagger_(grammar_->tagger), verbaliser_(grammar_->verbaliser) {
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
const ForeignReader::Said* ForeignReader::try_orders(TextToken token) {
  written_.clear();
  write_token(token, grammar_->style, written_);
  const bool is_short = written_.size() <= kShort;
  if (is_short) {
    const auto found = said_.find(written_);
    if (found != said_.end()) return &found->second;
  }
  const std::string first = written_;
  Said said;
  int tries = 0;
  while (!verbalise(written_, said.words)) {
    if (++tries == kMostOrders || !next_order(token)) return nullptr;
    written_.clear();
    write_token(token, grammar_->style, written_);
  }
  said.ordered = written_;
  if (!is_short) return &(long_ = std::move(said));
  if (said_.size() >= kCached) said_.clear();
  return &said_.emplace(first, std::move(said)).first->second;
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
  // The whole stream at once, since verbalisers rewrite across tokens; where it is refused, each token in an order that is not, and
  // the whole again.
  if (grammar_->style == TokenStyle::kFlat)
    for (TextToken& token : tokens_) reorder(language_, token);
  if (!verbalise(write_tokens(tokens_, grammar_->style), words_)) {
    std::string ordered, joined;
    for (const TextToken& token : tokens_) {
      const Said* said = try_orders(token);
      if (!said) return false;
      if (!ordered.empty()) ordered += ' ';
      ordered += said->ordered;
      if (grammar_->style == TokenStyle::kNested && !joined.empty() && !said->words.empty()) joined += ' ';
      joined += said->words;
    }
    if (!verbalise(ordered, words_)) words_ = joined;
  }
  if (grammar_->style == TokenStyle::kNested) single_spaces(words_);
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
