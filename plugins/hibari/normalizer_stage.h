// hibari/normalizer: written English to sentences in spoken form (specification, sections 2 and 3).
#pragma once

#include <syrinx/sdk.hpp>

#include "normalizer.h"
#include "sentences.h"

namespace hibari {

// Opens the voice's tables; makes their mapped form first if set-up did not.
inline syrinx::Status open_tables(syrinx::Call& call, const std::string& folder, std::shared_ptr<const TextAssets>& out) {
  std::string error, reason;
  out = TextAssets::open(folder, &error);
  if (!out && compile_text_assets(folder, &reason)) out = TextAssets::open(folder, &error);
  if (out) return syrinx::ok;
  return call.fail(syrinx::not_found, reason.empty() ? error : reason, "syrinx voices install hibari");
}

struct NormalizerOptions {
  std::string voice = "voice:hibari";
  bool split = true, mask_overrides = false;
  static auto describe() {
    return syrinx::options(
        syrinx::option("voice", &NormalizerOptions::voice).asset().help("Folder of the voice's tables."),
        syrinx::option("split", &NormalizerOptions::split).help("Hand sentences on one by one, so that speech begins with the first."),
        syrinx::option("mask_overrides", &NormalizerOptions::mask_overrides)
            .help("Leave [word](/phonemes/) untouched; the original package changes symbols and digits inside."));
  }
};

struct NormalizerModel {
  std::shared_ptr<const TextAssets> tables;
  std::unique_ptr<Normalizer> normalizer;
  static syrinx::Status create(syrinx::Call& call, const NormalizerOptions& options, const syrinx::Create&, NormalizerModel& out) {
    const syrinx::Status status = open_tables(call, options.voice, out.tables);
    if (status == syrinx::ok) out.normalizer = std::make_unique<Normalizer>(out.tables);
    return status;
  }
};

class NormalizerStage final : public syrinx::Flow<NormalizerOptions, NormalizerModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}.language("en").normalized(true)}}};
  }
  static syrinx::Manner manner(const Options& options) {
    syrinx::Manner out;
    out.splits = options.split;
    return out;
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const NormalizerRules rules{options().mask_overrides};
    std::string whole;
    for (const U32& sentence : split_sentences(from_utf8(text_), *model().tables)) {
      if (call.cancelled()) return syrinx::cancelled;
      if (call.finish_early()) break;
      const std::string normalized = to_utf8(model().normalizer->normalize(sentence, rules));
      if (!options().split) {
        whole += (whole.empty() ? "" : "\n") + normalized;
        continue;
      }
      const syrinx::Status status = call.emit(0, syrinx::Out().text(normalized).piece());
      if (status != syrinx::ok) return status;
    }
    return call.emit(0, syrinx::Out().text(whole).last());
  }

 private:
  std::string text_;
};

}  // namespace hibari
