// The last step: words to what the model can say. Homophones, punctuation policy, character set.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wfst {

// One character to one character, for Han that a model mispronounces. A two-level array of the basic plane.
class HomophoneTable {
 public:
  // Lines of two characters apart by a tab or nothing. Null and "line N: ..." in `error` if the text is malformed.
  static std::shared_ptr<const HomophoneTable> parse(std::string_view text, std::string* error);
  // The replacement, or `c`; no chains.
  char32_t operator()(char32_t c) const {
    const auto& page = pages_[c >> 8 & 0xFF];
    const char32_t to = c < 0x10000 && page ? (*page)[c & 0xFF] : 0;
    return to ? to : c;
  }

 private:
  using Page = std::array<char32_t, 256>;
  std::array<std::unique_ptr<Page>, 256> pages_;
};

// What a model takes. Lines of a profile: `allow SET` (as in rule files: [a-zA-Z] or single characters), `map FROM TO`,
// `rest drop|space`, `apostrophe keep|expand`; # begins a comment.
class ModelProfile {
 public:
  // "none": everything passes. "chattts": Han, ASCII letters, comma and full stop of both widths, 、 and space.
  static std::shared_ptr<const ModelProfile> named(std::string_view name);
  static std::shared_ptr<const ModelProfile> parse(std::string_view text, std::string* error);

  bool passes_all() const { return all_; }
  bool allows(char32_t c) const;
  // The character that stands for c, 0 if there is none.
  char32_t mapped(char32_t c) const;
  bool rest_is_space() const { return rest_is_space_; }
  bool expands_apostrophes() const { return expands_; }

 private:
  bool all_ = false, rest_is_space_ = false, expands_ = false;
  std::vector<std::pair<char32_t, char32_t>> allowed_;  // sorted ranges
  std::map<char32_t, char32_t> map_;
};

// What could not be said, over one request.
struct FitReport {
  std::map<char32_t, uint64_t> dropped;
  uint64_t digits = 0;         // that reached the model: a reading is missing
  std::string digits_context;  // around the first of them
};

// Fits text as it comes, so that runs of punctuation collapse across its pieces.
class ModelFit {
 public:
  ModelFit(std::shared_ptr<const ModelProfile> profile, std::shared_ptr<const HomophoneTable> homophones)
      : profile_(std::move(profile)), homophones_(std::move(homophones)) {}

  // Appends what becomes of `text` to `out`. `opaque`: markup, which passes as it is; `own`: the user's reading, which homophones leave.
  void append(std::string_view text, bool opaque, bool own, std::string& out, FitReport& report);
  // A new request.
  void reset() { mark_ = 0; }

 private:
  void put(char32_t c, std::string& out, FitReport& report);

  std::shared_ptr<const ModelProfile> profile_;
  std::shared_ptr<const HomophoneTable> homophones_;
  char32_t mark_ = 0;  // the mark that the output ends with, 0: none
  bool mark_mapped_ = false;  // whether it or one that it replaced was mapped
  std::string expanded_;
};

}  // namespace wfst
