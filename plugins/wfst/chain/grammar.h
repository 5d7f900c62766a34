// What one language reads with: its tagger, its rewrites, its verbalisers. Shared by all threads.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "fst/machine.h"
#include "lang/language.h"
#include "text/aligned_text.h"
#include "text/phrase_table.h"

namespace wfst {

// Phrases to replace, longest match first.
class Rewrites {
 public:
  Rewrites() = default;
  explicit Rewrites(const std::vector<std::pair<std::string, std::string>>& pairs);
  bool empty() const { return table_.empty(); }
  void apply(std::string_view text, AlignedText& out) const;
  void apply(std::string& text, std::string& scratch) const;

 private:
  PhraseTable table_;
  std::vector<std::string> replacements_;
};

class Grammar {
 public:
  // FOLDER/LANGUAGE.fst and .rewrites, as wfst-compile wrote them. Null and `error` if something is missing or damaged.
  static std::shared_ptr<const Grammar> open(const std::string& folder, const std::string& language, const ReadingOptions& options, std::string* error);

  const Language& language() const { return *language_; }
  const std::shared_ptr<const Machine>& tagger() const { return tagger_; }
  const Rewrites& before() const { return before_; }
  const Rewrites& after() const { return after_; }
  // Null if the class has none.
  Verbalise verbaliser(std::string_view klass) const;

 private:
  const Language* language_ = nullptr;
  std::shared_ptr<const Machine> tagger_;
  Rewrites before_, after_;
  std::unordered_map<std::string_view, Verbalise> verbalisers_;
};

}  // namespace wfst
