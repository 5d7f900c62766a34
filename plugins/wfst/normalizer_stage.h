// wfst/normalizer: written text to spoken form.
#pragma once

#include <memory>
#include <string>
#include <syrinx/sdk.hpp>
#include <vector>

#include "chain/chain.h"

namespace wfst {

struct NormalizerOptions {
  std::string language = "auto", default_language = "en";
  std::vector<std::string> languages = {"zh", "en", "ja"};
  std::string grammars, tagger, verbalizer, rewrite, style = "flat";
  bool split = true;
  int target = 200, hard = 500, least = 8;
  bool read = true, strict = false, emoji = false, overrides = true;
  std::vector<std::string> tags = {"uv_break", "lbreak", "laugh", "oral", "break", "speed", "Stts", "Ptts", "Sbreak", "Pbreak", "Ebreak", "spk_emb", "empty_spk"};
  std::string lexicon, homophones, profile = "none", profile_file;
  bool explain = false, align = false;
  bool traditional = true, width = true, erhua = true, interjections = false, remove_punctuation = false, tag_oov = false, hundred_and = true;
  std::string negative = "minus", decimal_zero = "zero", date_order = "month";

  static auto describe() {
    using O = NormalizerOptions;
    using syrinx::option;
    return syrinx::options(
        option("language", &O::language).choices({"auto", "zh", "en", "ja"}).utterance().help("Language of the text; auto finds it for each sentence."),
        option("default_language", &O::default_language).choices({"zh", "en", "ja"}).help("Language of text without letters."),
        option("languages", &O::languages).help("Languages to load; text in others goes on as it stands."),
        option("grammars", &O::grammars).asset().help("Folder of compiled grammars in place of those that come with the plugin."),
        option("tagger", &O::tagger).asset().help("Tagger FST of another maker, which then reads everything; needs a verbalizer."),
        option("verbalizer", &O::verbalizer).asset().help("The verbalizer FST that goes with it."),
        option("rewrite", &O::rewrite).asset().help("An FST over the whole spoken form, if that pair has one."),
        option("style", &O::style).choices({"flat", "nested"}).help("How that pair writes tokens: date { year: \"2024\" }, or wrapped in tokens { }."),
        option("split", &O::split).help("Hand sentences on one by one, so that speech begins with the first."),
        option("target", &O::target).range(16, 10000).help("Sentences of more characters are cut at commas or spaces."),
        option("hard", &O::hard).range(32, 20000).help("Sentences of more characters are cut anywhere but in numbers and tags."),
        option("least", &O::least).range(0, 1000).help("Sentences of fewer characters are spoken with the next."),
        option("read", &O::read).help("Turn written forms into words; off leaves only the other steps."),
        option("strict", &O::strict).help("Damaged UTF-8 is an error instead of being left out."),
        option("emoji", &O::emoji).help("Keep emoji and pictographs."),
        option("overrides", &O::overrides).help("{written|spoken} in the text gives the reading of one place."),
        option("tags", &O::tags).help("Names of control tags that stay as they are; a name stands for [name] and [name_NUMBER]."),
        option("lexicon", &O::lexicon).asset().help("File of own readings, written TAB spoken [TAB settings] a line; read again when it changes."),
        option("homophones", &O::homophones).asset().help("File of Han characters that the model says better as others, two a line."),
        option("profile", &O::profile).choices({"none", "chattts"}).help("Characters that the model knows, and what becomes of others."),
        option("profile_file", &O::profile_file).asset().help("File of a profile of your own."),
        option("explain", &O::explain).utterance().help("Say in each item's meta which tokens were found."),
        option("align", &O::align).utterance().help("Say in each item's meta which bytes of the input each stretch came from."),
        option("traditional", &O::traditional).help("zh: traditional to simplified characters."),
        option("width", &O::width).help("zh: full width letters and digits to half width."),
        option("remove_erhua", &O::erhua).help("zh: leave out the suffix of erhua, except in words that need it."),
        option("remove_interjections", &O::interjections).help("zh: leave out interjections."),
        option("remove_punctuation", &O::remove_punctuation).help("zh: leave out punctuation."),
        option("tag_oov", &O::tag_oov).help("zh: put <oov> around characters that are not of the language."),
        option("negative", &O::negative).choices({"minus", "negative"}).help("en: how a sign is read."),
        option("decimal_zero", &O::decimal_zero).choices({"zero", "oh"}).help("en: how a zero behind a point is read."),
        option("date_order", &O::date_order).choices({"month", "day"}).help("en: what is said first."),
        option("hundred_and", &O::hundred_and).help("en: \"and\" behind hundred."));
  }
  ReadingOptions readings() const;
};

struct NormalizerModel {
  std::shared_ptr<ChainParts> parts;
  static syrinx::Status create(syrinx::Call& call, const NormalizerOptions& options, const syrinx::Create& from, NormalizerModel& out);
};

class Normalizer final : public syrinx::Flow<NormalizerOptions, NormalizerModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    syrinx::Text out;
    out.normalized(options.read);
    if (options.language != "auto") out.language(options.language);
    return {{{"text", syrinx::Text{}}}, {{"text", out}}};
  }
  static syrinx::Manner manner(const Options& options) {
    syrinx::Manner out;
    out.splits = options.split;
    return out;
  }

  syrinx::Status open(syrinx::Call& call) override;
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override;
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override;
  syrinx::Status finish(syrinx::Call& call, uint32_t port, uint32_t sequence) override;

 private:
  syrinx::Status read_pieces(syrinx::Call& call);
  void report(syrinx::Call& call) const;

  std::unique_ptr<Markup> markup_;
  std::unique_ptr<Splitter> splitter_;
  std::unique_ptr<Chain> chain_;
  Reading reading_;
  std::string whole_, gap_;
  syrinx::Json meta_;
};

}  // namespace wfst
