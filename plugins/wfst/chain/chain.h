// The whole way from bytes to words: repair, markup, lexicon, language, reading, homophones, fit to the model.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chain/foreign_reader.h"
#include "chain/grammar.h"
#include "chain/language_spans.h"
#include "chain/lexicon.h"
#include "chain/markup.h"
#include "chain/model_fit.h"
#include "chain/reader.h"
#include "chain/repair.h"
#include "chain/splitter.h"

namespace wfst {

struct ChainOptions {
  std::string language = "auto";      // or the language of everything
  std::string default_language = "en";  // of text without letters
  RepairOptions repair;
  bool strict = false;                // damaged UTF-8 is an error
  bool read = true;                   // classify and verbalise; otherwise written forms go on
  std::vector<std::string> tags;
  bool overrides = true;
  ReadingOptions reading;
};

// What a chain works with, shared by all threads.
struct ChainParts {
  ChainOptions options;
  std::map<std::string, std::shared_ptr<const Grammar>, std::less<>> grammars;  // by language
  std::shared_ptr<const ForeignGrammar> foreign;  // reads everything in place of the others; may be null
  LexiconFile lexicon;
  std::shared_ptr<const HomophoneTable> homophones;  // may be null
  std::shared_ptr<const ModelProfile> profile;
};

// What a piece of text became. Ranges of segments: `spoken` in the text here, `written` in the whole input of the request.
struct Reading {
  std::string text;
  std::vector<Segment> segments;
  std::vector<ExplainedToken> tokens;  // if asked for; ranges in the whole input
};

// Over a whole request.
struct ChainReport {
  RepairReport repair;
  FitReport fit;
  std::map<std::string, uint64_t> unread;  // class: tokens whose written form went on
  uint64_t no_path = 0;                    // stretches that a grammar does not accept
  std::vector<std::string> warnings;
};

// One thread's; text is given piece by piece, as a splitter makes them. Nothing is thrown for any input.
class Chain {
 public:
  explicit Chain(std::shared_ptr<const ChainParts> parts);

  // A new request: takes the lexicon as it is now. `language`: of this request, if not empty.
  void begin(std::string_view language = {});
  // Text that has arrived, before its pieces are read: kana anywhere make Han Japanese.
  void arrived(std::string_view text);
  // Reads the next piece of the request. False if `strict` forbids its bytes.
  bool read(std::string_view piece, Reading& out, bool explain = false);

  const ChainReport& report() const { return report_; }

 private:
  void read_stretch(std::string_view text, Range range, std::string_view main, bool explain);
  void protect(std::string_view text, std::string_view language);
  StretchReader* reader(std::string_view language);

  std::shared_ptr<const ChainParts> parts_;
  Markup markup_;
  std::shared_ptr<const Lexicon> lexicon_;
  std::map<std::string, std::unique_ptr<StretchReader>, std::less<>> readers_;
  ModelFit fit_;
  ChainReport report_;
  std::string language_;
  bool kana_ = false;
  uint32_t offset_ = 0;  // of the piece in the request

  AlignedText repaired_;
  std::vector<Protected> protected_;
  std::vector<LanguageSpan> spans_;
  std::string folded_, spoken_;
  std::vector<Segment> segments_;
  std::vector<ExplainedToken> tokens_;
};

}  // namespace wfst
