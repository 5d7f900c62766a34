// A text through normalizer and splitter: what comes out is what the model knows, and how the text
// was cut makes no difference.
#include "chattts_fuzz.h"
#include "text/normalizer.h"
#include "text/splitter.h"
#include "text/tags.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const chattts::Normalizer normalizer;
  chattts::NormalizerRules rules;
  for (bool compat : {false, true}) {
    rules.compat = compat;
    const chattts::U32 out = chattts::from_utf8(normalizer.normalize(text, rules));
    const auto split = compat ? chattts::split_tags(out) : chattts::split_prosody_tags(out);
    for (const chattts::U32& piece : split.texts)
      for (char32_t c : piece)
        syrinx::fuzz::check(chattts::is_han(c) || chattts::is_letter(c) ||
                                chattts::U32View(U"，。、,. '").find(c) != chattts::U32View::npos,
                            "a character that the model does not know");
  }
  chattts::split_as_reference(text);
  const chattts::SplitRules cuts{20, 50};
  chattts::Splitter whole(cuts), cut(cuts);
  std::vector<std::string> one = whole.push(text), other;
  const auto add = [](std::vector<std::string>& to, std::vector<std::string> more) {
    to.insert(to.end(), more.begin(), more.end());
  };
  add(one, whole.finish());
  const size_t step = size ? data[0] % 7 + 1 : 1;
  for (size_t at = 0; at < text.size(); at += step) add(other, cut.push(text.substr(at, step)));
  add(other, cut.finish());
  syrinx::fuzz::check(one == other, "how the text was cut made a difference");
  for (const std::string& piece : one) syrinx::fuzz::check(!piece.empty(), "an empty piece");
  return 0;
}
