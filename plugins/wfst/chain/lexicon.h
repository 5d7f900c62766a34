// The user's own readings: written form to spoken form.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "text/phrase_table.h"

namespace wfst {

// Immutable. Of the entries that match at a place, the one of the highest priority wins, then the longest.
class Lexicon {
 public:
  struct Entry {
    std::string written, spoken;
    std::string language;   // empty: any
    bool whole_word = false, any_case = false;
    int priority = 0;
  };

  // A line is: written TAB spoken [TAB settings]; settings, apart by commas: word, nocase, lang=zh, priority=1. Empty lines and
  // lines that begin with # do not count. Null and "line N: ..." in `error` if the text is malformed.
  static std::shared_ptr<const Lexicon> parse(std::string_view text, std::string* error);

  struct Hit {
    size_t length = 0;  // 0: none
    std::string_view spoken;
  };
  // `folded`: the text with ASCII letters in lower case.
  Hit at(std::string_view text, std::string_view folded, size_t at, std::string_view language) const;
  size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
  PhraseTable exact_, folded_;
};

// A lexicon that follows its file. Thread safe.
class LexiconFile {
 public:
  // An empty path: no lexicon. False and `error` if the file cannot be read.
  bool open(const std::string& path, std::string* error);
  // The table as of now; read again if the file has changed. A file that became malformed leaves the old table and a `warning`.
  std::shared_ptr<const Lexicon> current(std::string* warning) const;

 private:
  std::string path_;
  mutable std::mutex mutex_;
  mutable std::filesystem::file_time_type changed_;
  mutable std::shared_ptr<const Lexicon> table_;
};

}  // namespace wfst
