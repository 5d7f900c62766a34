#include "tagger.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace hibari {
namespace {

// Digits here include superscripts.
bool digit(char32_t c) { return digit_value(c) >= 0; }

U32 norm(U32View w) {
  if (w.find(U'-') != U32View::npos && w[0] != U'-') return U"!HYPHEN";
  if (w.size() == 4 && std::all_of(w.begin(), w.end(), digit)) return U"!YEAR";
  if (digit(w[0])) return U"!DIGITS";
  return lower(w);
}

U32 shape(U32View w) {
  if (std::all_of(w.begin(), w.end(), is_alpha)) {
    const bool any_lower = std::any_of(w.begin(), w.end(), is_lower), any_upper = std::any_of(w.begin(), w.end(), is_upper);
    if (any_lower && !any_upper) return U"x";
    if (any_upper && !any_lower) return w.size() == 1 ? U"X1" : U"XX";
    const bool title = is_upper(w[0]) && std::none_of(w.begin() + 1, w.end(), is_upper);
    return title ? U"Xx" : U"xX";
  }
  if (std::all_of(w.begin(), w.end(), digit)) return U"d";
  U32 out;
  for (char32_t c : w.substr(0, 4)) out += digit(c) ? U'd' : is_alpha(c) ? U'x' : c;
  return out;
}

std::string tail(const std::string& utf8) {
  const U32 wide = from_utf8(utf8);
  return to_utf8(U32View(wide).substr(wide.size() > 3 ? wide.size() - 3 : 0));
}

}  // namespace

Tagger::Tagger(std::shared_ptr<const TextAssets> assets)
    : assets_(std::move(assets)),
      tagdict_(assets_->table("tagdict")),
      vocab_(assets_->table("tagvocab")),
      weights_(assets_->table("weights")),
      tags_(assets_->list("tags")) {}

void Tagger::tag(std::vector<Token>& stretch) const {
  std::vector<std::string> context = {"-START2-", "-START-"};
  for (const Token& token : stretch) {
    std::string word = to_utf8(norm(token.text));
    context.push_back(vocab_.has(word) ? word : "<" + to_utf8(shape(token.text)) + ">");
  }
  context.push_back("-END-");
  context.push_back("-END2-");
  std::string t1 = "-START-", t2 = "-START2-";
  for (size_t i = 0; i < stretch.size(); ++i) {
    Token& token = stretch[i];
    const std::string word = to_utf8(token.text);
    const auto sure = tagdict_.find(word);
    if (sure.data()) {
      token.tag = tags_[static_cast<uint8_t>(sure[0])];
    } else {
      const size_t c = i + 2;
      std::string first;
      append_utf8(first, token.text[0]);
      // In this order: a sum of doubles depends on it (D14).
      const std::string features[] = {"b", "s3=" + tail(word), "p1=" + first, "w=" + context[c], "sh=" + to_utf8(shape(token.text)),
                                      i == 0 ? "i0" : "i+", "t-1=" + t1, "t-2=" + t2, "t-12=" + t1 + "," + t2, "w-1=" + context[c - 1],
                                      "s3-1=" + tail(context[c - 1]), "w-2=" + context[c - 2], "w+1=" + context[c + 1],
                                      "s3+1=" + tail(context[c + 1]), "w+2=" + context[c + 2]};
      std::array<double, 64> sum{};
      bool known = false;
      for (const std::string& feature : features) {
        const auto found = weights_.find(feature);
        known |= found.data() != nullptr;
        for (size_t k = 0; k + 5 <= found.size(); k += 5) {
          int32_t tenths;
          std::memcpy(&tenths, found.data() + k + 1, 4);
          sum[static_cast<uint8_t>(found[k]) & 63] += static_cast<double>(tenths) / 10;
        }
      }
      size_t best = 0;
      for (size_t t = 1; t < tags_.size(); ++t)
        if (sum[t] >= sum[best]) best = t;  // ties: the later in code-point order
      token.tag = known ? std::string(tags_[best]) : "NN";
    }
    t2 = std::move(t1);
    t1 = token.tag;
  }
}

}  // namespace hibari
