#include "chain/chain.h"

#include "text/characters.h"
#include "text/utf8.h"

namespace wfst {
namespace {

// Whether anything in the text can be heard.
bool is_audible(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (is_digit(c) || is_latin(c) || is_han(c) || is_kana(c) || (c >= 0x250 && c != 0xFFFD && !(c >= 0x2000 && c <= 0x2BFF) && !(c >= 0x3000 && c <= 0x3020) && !(c >= 0xFF00 && c <= 0xFF65)))
      return true;
  }
  return false;
}

}  // namespace

Chain::Chain(std::shared_ptr<const ChainParts> parts)
    : parts_(std::move(parts)), markup_(parts_->options.tags, parts_->options.overrides), fit_(parts_->profile, parts_->homophones) {}

void Chain::begin(std::string_view language) {
  language_ = language.empty() ? std::string_view(parts_->options.language) : language;
  report_ = {};
  kana_ = false;
  offset_ = 0;
  fit_.reset();
  std::string warning;
  lexicon_ = parts_->lexicon.current(&warning);
  if (!warning.empty()) report_.warnings.push_back(std::move(warning));
}

void Chain::arrived(std::string_view text) {
  for (size_t at = text.find('\xE3'); !kana_ && at != std::string_view::npos; at = text.find('\xE3', at + 1)) {
    size_t place = at;
    kana_ = utf8_length(text, at) == 3 && is_kana(next_code_point(text, place));
  }
}

StretchReader* Chain::reader(std::string_view language) {
  const auto found = readers_.find(language);
  if (found != readers_.end()) return found->second.get();
  std::unique_ptr<StretchReader> made;
  if (parts_->foreign) {
    made = std::make_unique<ForeignReader>(parts_->foreign, language);
  } else {
    const auto grammar = parts_->grammars.find(language);
    if (grammar == parts_->grammars.end()) return nullptr;
    made = std::make_unique<Reader>(grammar->second, parts_->options.reading);
  }
  return readers_.emplace(std::string(language), std::move(made)).first->second.get();
}

// Tags, overrides and hits of the lexicon, in order and apart.
void Chain::protect(std::string_view text, std::string_view language) {
  protected_.clear();
  if (lexicon_) {
    folded_.assign(text);
    for (char& c : folded_)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  for (size_t at = 0; at < text.size();) {
    const Protected markup = markup_.at(text, at);
    if (!markup.text.empty()) {
      protected_.push_back(markup);
      at = markup.text.end;
      continue;
    }
    if (lexicon_) {
      const Lexicon::Hit hit = lexicon_->at(text, folded_, at, language);
      if (hit.length > 0) {
        protected_.push_back({Protected::Kind::kLexicon, {static_cast<uint32_t>(at), static_cast<uint32_t>(at + hit.length)}, hit.spoken});
        at += hit.length;
        continue;
      }
    }
    next_code_point(text, at);
  }
}

// text[range] holds nothing protected.
void Chain::read_stretch(std::string_view text, Range range, std::string_view main, bool explain) {
  const std::string_view stretch = text.substr(range.begin, range.size());
  if (stretch.empty()) return;
  if (language_ == "auto" && !parts_->foreign)
    language_spans(stretch, main, kana_, spans_);
  else
    spans_ = {{{0, range.size()}, main}};
  for (const LanguageSpan& span : spans_) {
    const size_t segments = segments_.size(), tokens = tokens_.size();
    StretchReader* const with = parts_->options.read ? reader(reader(span.language) ? span.language : main) : nullptr;
    const std::string_view part = stretch.substr(span.text.begin, span.text.size());
    if (with) {
      report_.no_path += !with->read(part, spoken_, segments_, explain ? &tokens_ : nullptr);
    } else {
      Segment segment;
      segment.spoken = {static_cast<uint32_t>(spoken_.size()), static_cast<uint32_t>(spoken_.size() + part.size())};
      segment.written = {0, static_cast<uint32_t>(part.size())};
      spoken_ += part;
      segments_.push_back(segment);
    }
    const uint32_t shift = range.begin + span.text.begin;
    for (size_t i = segments; i < segments_.size(); ++i) {
      segments_[i].written.begin += shift;
      segments_[i].written.end += shift;
    }
    for (size_t i = tokens; i < tokens_.size(); ++i) {
      tokens_[i].written.begin += shift;
      tokens_[i].written.end += shift;
    }
  }
}

bool Chain::read(std::string_view piece, Reading& out, bool explain) {
  out.text.clear();
  out.segments.clear();
  out.tokens.clear();
  const uint64_t bad = report_.repair.bad_parts;
  repair(piece, parts_->options.repair, repaired_, report_.repair);
  if (parts_->options.strict && report_.repair.bad_parts != bad) return false;
  const std::string_view text = repaired_.text;
  const std::string_view main =
      language_ != "auto" ? std::string_view(language_) : main_language(count_scripts(text), kana_, parts_->options.default_language);
  protect(text, main);
  spoken_.clear();
  segments_.clear();
  tokens_.clear();
  uint32_t at = 0;
  for (const Protected& own : protected_) {
    read_stretch(text, {at, own.text.begin}, main, explain);
    Segment segment;
    segment.spoken.begin = static_cast<uint32_t>(spoken_.size());
    spoken_ += own.spoken;
    segment.spoken.end = static_cast<uint32_t>(spoken_.size());
    segment.written = own.text;
    segment.klass = own.kind == Protected::Kind::kTag ? "tag" : own.kind == Protected::Kind::kOverride ? "override" : "lexicon";
    segments_.push_back(segment);
    at = own.text.end;
  }
  read_stretch(text, {at, static_cast<uint32_t>(text.size())}, main, explain);

  const auto to_input = [&](Range range) {
    const Range in_piece = repaired_.source(range);
    return Range{offset_ + in_piece.begin, offset_ + in_piece.end};
  };
  // A model hears nothing in marks alone.
  const bool silent = !parts_->profile->passes_all() && protected_.empty() && !is_audible(spoken_);
  uint32_t said = 0;
  for (const Segment& segment : segments_) {
    if (silent) break;
    // Spaces that a reading needed beside a word belong to no segment.
    if (segment.spoken.begin > said)
      fit_.append(std::string_view(spoken_).substr(said, segment.spoken.begin - said), false, false, out.text, report_.fit);
    said = segment.spoken.end;
    Segment fitted = segment;
    const bool opaque = segment.klass == "tag" || segment.klass == "override";
    fitted.spoken.begin = static_cast<uint32_t>(out.text.size());
    fit_.append(std::string_view(spoken_).substr(segment.spoken.begin, segment.spoken.size()), opaque, segment.klass == "lexicon", out.text, report_.fit);
    fitted.spoken.end = static_cast<uint32_t>(out.text.size());
    fitted.spoken.begin = std::min(fitted.spoken.begin, fitted.spoken.end);
    fitted.written = to_input(segment.written);
    if (segment.unread) ++report_.unread[std::string(segment.klass)];
    out.segments.push_back(fitted);
  }
  for (ExplainedToken& token : tokens_) {
    token.written = to_input(token.written);
    out.tokens.push_back(std::move(token));
  }
  // White space around a piece is not spoken.
  size_t end = out.text.size();
  while (end > 0 && out.text[end - 1] == ' ') --end;
  out.text.resize(end);
  for (Segment& segment : out.segments) {
    segment.spoken.end = std::min(segment.spoken.end, static_cast<uint32_t>(end));
    segment.spoken.begin = std::min(segment.spoken.begin, segment.spoken.end);
  }
  offset_ += static_cast<uint32_t>(piece.size());
  return true;
}

}  // namespace wfst
