// Normalises lines with the grammars of the build, without the chain around them.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "chain/reader.h"

namespace wfst_test {

inline const std::string kGrammarFolder = SYRINX_BINARY_DIR "/lib/syrinx/plugins/wfst";

class Normalizer {
 public:
  explicit Normalizer(const std::string& language, wfst::ReadingOptions options = {})
      : options_(std::move(options)) {
    std::string error;
    grammar_ = wfst::Grammar::open(kGrammarFolder, language, options_, &error);
    if (!grammar_) throw std::runtime_error(error);
    reader_ = std::make_unique<wfst::Reader>(grammar_, options_);
  }

  std::string operator()(std::string_view text) {
    std::string spoken;
    segments_.clear();
    reader_->read(text, spoken, segments_);
    return spoken;
  }

 private:
  const wfst::ReadingOptions options_;
  std::shared_ptr<const wfst::Grammar> grammar_;
  std::unique_ptr<wfst::Reader> reader_;
  std::vector<wfst::Segment> segments_;
};

struct Case {
  const char* written;
  const char* spoken;
};

inline void check(const char* language, const std::vector<Case>& cases) {
  Normalizer normalize(language);
  for (const Case& c : cases) EXPECT_EQ(normalize(c.written), c.spoken) << c.written;
}

}  // namespace wfst_test
