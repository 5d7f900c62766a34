// chattts/normalizer: text in the characters that the model knows.
//
// In and out: text. What a text normalization stage in front of it has expanded (dates, money,
// units) goes through unchanged.
#pragma once

#include <memory>
#include <syrinx/sdk.hpp>

#include "text/normalizer.h"

namespace chattts {

struct NormalizerStageOptions {
  std::string homophones, lang = "auto", compat = "none";
  bool do_text_normalization = true, do_homophone_replacement = true;
  static auto describe() {
    using O = NormalizerStageOptions;
    return syrinx::options(
        syrinx::option("homophones", &O::homophones)
            .asset()
            .help("A JSON table of characters that are spoken as others; without it, none are."),
        syrinx::option("lang", &O::lang)
            .choices({"auto", "zh", "en"})
            .utterance()
            .help("The language; auto: Chinese if there are more Chinese characters than English "
                  "words."),
        syrinx::option("do_text_normalization", &O::do_text_normalization)
            .utterance()
            .help("Adapt punctuation to the language, and read numbers."),
        syrinx::option("do_homophone_replacement", &O::do_homophone_replacement)
            .utterance()
            .help("Use the table of homophones."),
        syrinx::option("compat", &O::compat)
            .choices({"none", "chattts"})
            .help("chattts: drop digits, question marks, apostrophes and line ends, and cut "
                  "brackets, as the reference does."));
  }
};

struct NormalizerStageModel {
  Normalizer normalizer;
  static syrinx::Status create(syrinx::Call&, const NormalizerStageOptions& options,
                               const syrinx::Create&, NormalizerStageModel& out) {
    if (!options.homophones.empty())
      out.normalizer.set_homophones(
          std::make_shared<const Homophones>(Homophones::load(options.homophones)));
    return syrinx::ok;
  }
};

class NormalizerStage final : public syrinx::Flow<NormalizerStageOptions, NormalizerStageModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}.markup("tags").normalized(true)}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    meta_ = syrinx::Json::object();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    if (!item.meta_text().empty()) meta_ = item.meta();
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    NormalizerRules rules;
    rules.text_normalization = options().do_text_normalization;
    rules.homophones = options().do_homophone_replacement;
    rules.language = options().lang == "auto" ? "" : options().lang;
    rules.compat = options().compat == "chattts";
    U32 dropped;
    syrinx::Out out;
    out.text(model().normalizer.normalize(text_, rules, &dropped)).last();
    if (!dropped.empty()) {
      constexpr size_t kShown = 20;
      call.warn("dropped what the model cannot say: " + to_utf8(dropped.substr(0, kShown)) +
                (dropped.size() > kShown ? " ..." : ""));
    }
    if (!meta_.empty()) out.meta(meta_);
    return call.emit(0, out);
  }

 private:
  std::string text_;
  syrinx::Json meta_;
};

}  // namespace chattts
