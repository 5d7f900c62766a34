#include "chain/grammar.h"

#include <fstream>

#include "text/utf8.h"

namespace wfst {

Rewrites::Rewrites(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::pair<std::string, uint32_t>> phrases;
  for (const auto& [from, to] : pairs) {
    phrases.emplace_back(from, static_cast<uint32_t>(replacements_.size()));
    replacements_.push_back(to);
  }
  table_ = PhraseTable(std::move(phrases));
}

void Rewrites::apply(std::string_view text, AlignedText& out) const {
  out.clear();
  size_t copied = 0;
  for (size_t at = 0; at < text.size();) {
    const PhraseTable::Match match = table_.longest_at(text, at);
    if (match.length == 0) {
      at += std::max<size_t>(utf8_length(text, at), 1);
      continue;
    }
    const std::string_view written = text.substr(at, match.length);
    if (replacements_[match.number] != written) {
      out.copy(text.substr(copied, at - copied), static_cast<uint32_t>(copied));
      out.replace(replacements_[match.number], {static_cast<uint32_t>(at), static_cast<uint32_t>(at + match.length)});
      copied = at + match.length;
    }
    at += match.length;
  }
  out.copy(text.substr(copied), static_cast<uint32_t>(copied));
}

void Rewrites::apply(std::string& text, std::string& scratch) const {
  if (empty()) return;
  scratch.clear();
  for (size_t at = 0; at < text.size();) {
    const PhraseTable::Match match = table_.longest_at(text, at);
    if (match.length > 0) {
      scratch += replacements_[match.number];
      at += match.length;
      continue;
    }
    const size_t length = std::max<size_t>(utf8_length(text, at), 1);
    scratch.append(text, at, length);
    at += length;
  }
  text.swap(scratch);
}

std::shared_ptr<const Grammar> Grammar::open(const std::string& folder, const std::string& language, const ReadingOptions& options, std::string* error) {
  auto out = std::make_shared<Grammar>();
  out->language_ = find_language(language);
  if (!out->language_) {
    *error = "no readings for the language " + language;
    return nullptr;
  }
  const std::string stem = folder + "/" + language;
  out->tagger_ = Machine::open(stem + ".fst", {uint64_t{1} << 28, true}, error);
  if (!out->tagger_) return nullptr;
  std::ifstream rewrites(stem + ".rewrites", std::ios::binary);
  if (!rewrites) {
    *error = "cannot open " + stem + ".rewrites";
    return nullptr;
  }
  std::vector<std::pair<std::string, std::string>> before, after;
  std::string line;
  while (std::getline(rewrites, line)) {
    std::string parts[4];
    size_t part = 0;
    for (const char c : line)
      if (c == '\t' && part < 3)
        ++part;
      else
        parts[part] += c;
    if (part != 3 || first_bad_utf8(line) != std::string_view::npos) {
      *error = stem + ".rewrites is damaged";
      return nullptr;
    }
    if (options.rewrite_on(parts[1])) (parts[0] == "before" ? before : after).emplace_back(parts[2], parts[3]);
  }
  out->before_ = Rewrites(before);
  out->after_ = Rewrites(after);
  for (const Verbaliser& verbaliser : out->language_->verbalisers) out->verbalisers_.emplace(verbaliser.klass, verbaliser.verbalise);
  return out;
}

Verbalise Grammar::verbaliser(std::string_view klass) const {
  const auto found = verbalisers_.find(klass);
  return found == verbalisers_.end() ? nullptr : found->second;
}

}  // namespace wfst
