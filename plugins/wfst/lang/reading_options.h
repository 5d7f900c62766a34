// Choices of readings, all of them options of the stage. Defaults are those of the reference cases.
#pragma once

#include <string>
#include <string_view>

namespace wfst {

struct ReadingOptions {
  // Chinese. Names of `rewrite` tables are looked up here by rewrite_on().
  bool traditional = true;            // traditional to simplified
  bool width = true;                  // full width letters and digits to half width
  bool erhua = true;                  // remove 儿 of erhua
  bool interjections = false;         // remove 呃 啊
  bool remove_punctuation = false;
  bool tag_oov = false;               // <oov>x</oov> around characters outside the vocabulary
  // English.
  std::string negative = "minus";     // or "negative"
  std::string decimal_zero = "zero";  // or "oh": a zero after a point
  std::string date_order = "month";   // or "day": "may sixth" or "the sixth of may"
  bool hundred_and = true;            // "one hundred and one"

  // Whether the rewrite of this name applies; unknown names do.
  bool rewrite_on(std::string_view name) const {
    if (name == "traditional") return traditional;
    if (name == "width") return width;
    if (name == "erhua") return erhua;
    if (name == "interjections") return interjections;
    return true;
  }
};

}  // namespace wfst
