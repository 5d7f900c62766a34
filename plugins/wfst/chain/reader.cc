#include "chain/reader.h"

#include "text/utf8.h"

namespace wfst {
namespace {

// Letters and digits: what must not touch in languages whose words stand apart.
bool joins(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

bool touches(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) return false;
  size_t end = left.size(), begin = 0;
  return joins(previous_code_point(left, end)) && joins(next_code_point(right, begin));
}

constexpr size_t kMostGrowth = 64;  // bytes of spoken form a byte of written form

}  // namespace

Reader::Reader(std::shared_ptr<const Grammar> grammar, const ReadingOptions& options)
    : grammar_(std::move(grammar)), options_(options), decoder_(grammar_->tagger()) {}

void Reader::append(std::string_view part, Segment segment, std::string& spoken, std::vector<Segment>& segments) {
  piece_.assign(part);
  grammar_->after().apply(piece_, scratch_);
  if (grammar_->language().polish) grammar_->language().polish(options_, piece_);
  if (piece_.empty()) return;
  bool joined = false;
  if (grammar_->language().spaces) {
    if (piece_.front() == kJoin) {
      joined = true;
      piece_.erase(0, 1);
    }
    if (!spoken.empty() && spoken.back() == kJoin) {
      joined = true;
      spoken.pop_back();
      if (!segments.empty()) segments.back().spoken.end = static_cast<uint32_t>(spoken.size());
    }
    const bool token = !segment.klass.empty() || (!segments.empty() && !segments.back().klass.empty());
    if (!joined && token && touches(spoken, piece_)) spoken += ' ';
  }
  segment.spoken.begin = static_cast<uint32_t>(spoken.size());
  spoken += piece_;
  segment.spoken.end = static_cast<uint32_t>(spoken.size());
  segments.push_back(segment);
}

bool Reader::read(std::string_view text, std::string& spoken, std::vector<Segment>& segments, std::vector<ExplainedToken>* explained) {
  if (text.empty()) return true;
  grammar_->before().apply(text, rewritten_);
  const std::string_view written = rewritten_.text;
  if (decoder_.run(written) != Decoder::Outcome::kFound) {
    append(text, {{}, {0, static_cast<uint32_t>(text.size())}, {}, {}, 0, true}, spoken, segments);
    return false;
  }
  read_marks(*grammar_->tagger(), written, decoder_.events(), tokens_);
  const size_t opened = spoken.size();
  uint32_t at = 0;
  const auto copy_to = [&](uint32_t end) {
    if (end > at) append(written.substr(at, end - at), {{}, rewritten_.source({at, end}), {}, {}, 0, false}, spoken, segments);
    at = end;
  };
  std::string words;
  for (const Token& token : tokens_.tokens()) {
    copy_to(token.text.begin);
    words.clear();
    const Verbalise verbalise = grammar_->verbaliser(token.klass);
    const Context context{written.substr(0, token.text.begin), written.substr(token.text.end), std::string_view(spoken).substr(opened),
                          grammar_->language().name, options_};
    const bool read = verbalise && verbalise(token, context, words) && !words.empty() && words.size() <= kMostGrowth * token.text.size();
    Segment segment{{}, rewritten_.source(token.text), token.klass, token.rule, token.weight, !read};
    append(read ? std::string_view(words) : written.substr(token.text.begin, token.text.size()), segment, spoken, segments);
    at = token.text.end;
    if (explained) {
      ExplainedToken one{std::string(token.klass), std::string(token.rule), {}, segment.written, token.weight};
      for (const Field& field : token.fields) one.fields.emplace_back(field.name, field.value);
      explained->push_back(std::move(one));
    }
  }
  copy_to(static_cast<uint32_t>(written.size()));
  if (!spoken.empty() && spoken.back() == kJoin) {
    spoken.pop_back();
    if (!segments.empty()) segments.back().spoken.end = static_cast<uint32_t>(spoken.size());
  }
  return true;
}

}  // namespace wfst
