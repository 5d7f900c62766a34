// chattts/refiner: lets the language model put prosody tags ([uv_break], [laugh], [lbreak]) into a text. It works through two flow slots:
// the tokenizer makes ids of the decorated text, the generator continues them with its text head, and the ids before [Ebreak] come
// back as text. The model may also change words; `word_guard` says what then.
#pragma once

#include <syrinx/sdk.hpp>

#include "stages/word_guard.h"
#include "syrinx/tokenizer.h"
#include "text/prompt.h"
#include "text/vocabulary.h"

namespace chattts {

struct RefinerOptions {
  std::string prompt, word_guard = "off";
  int max_new_token = 384, min_new_token = 0;
  bool ensure_non_empty = true, skip_refine_text = false;
  static auto describe() {
    using O = RefinerOptions;
    return syrinx::options(
        syrinx::option("prompt", &O::prompt).utterance().help("Tags that ask for a manner: [oral_0-9][laugh_0-2][break_0-7]."),
        syrinx::option("word_guard", &O::word_guard).choices({"off", "keep", "repair", "fail"}).utterance()
            .help("If the model changed words: off takes its text, keep takes the user's without tags, repair puts its tags among the user's words, fail is an error."),
        syrinx::option("max_new_token", &O::max_new_token).range(1, 4096).utterance().help("Tokens at most."),
        syrinx::option("min_new_token", &O::min_new_token).range(0, 4096).utterance().help("No end before this many."),
        syrinx::option("ensure_non_empty", &O::ensure_non_empty).utterance().help("Draw the first token again if it is the end."),
        syrinx::option("skip_refine_text", &O::skip_refine_text).utterance().help("Hand the text on as it is."));
  }
};

class RefinerStage final : public syrinx::Flow<RefinerOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}, {"tokenizer.tokens", syrinx::Tokens{}.heads(1)}, {"generator.tokens", syrinx::Tokens{}.heads(1)}},
            {{"text", syrinx::Text{}}, {"tokenizer.text", syrinx::Text{}}, {"generator.tokens", syrinx::Tokens{}.heads(1)}}};
  }

  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override {
    text_.clear();
    meta_.clear();
    prompt_ids_.clear();
    refined_ids_.clear();
    const syrinx::Slot* slot = begin.slot("tokenizer");
    tokenizer_ = slot ? slot->table<syx_tokenizer_v1>(SYX_TOKENIZER_V1) : nullptr;
    tokenizer_stage_ = slot ? slot->stage : nullptr;
    if (!tokenizer_) return call.fail(syrinx::failed_precondition, "the stage in the slot \"tokenizer\" has no syrinx.tokenizer/1", "uses: { tokenizer: STAGE }");
    return syrinx::ok;
  }

  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    if (item.port() == kText) {
      text_ += item.text();
      if (!item.meta_text().empty()) meta_ = item.meta_text();
      return syrinx::ok;
    }
    std::vector<int32_t>& ids = item.port() == kTokens ? prompt_ids_ : refined_ids_;
    if (const syrinx::TensorView some = item.tensor(0)) ids.insert(ids.end(), some.data<int32_t>(), some.data<int32_t>() + some.elements());
    if (!item.last()) return syrinx::ok;
    return item.port() == kTokens ? generate(call) : hand_on(call);
  }

  syrinx::Status finish(syrinx::Call& call, uint32_t port, uint32_t) override {
    if (port != kText) return syrinx::ok;
    if (options().skip_refine_text || text_.empty()) return call.emit(0, with_meta(syrinx::Out().text(text_)).last());
    return call.emit(1, syrinx::Out().text(decorate_refine(text_, options().prompt)).meta({{"options", {{"decorate", "none"}}}}).last());
  }

  // Asked to finish early while the model is at work: the text as it came is better than none.
  void end(syrinx::Call&, uint32_t, uint32_t) override {}

 private:
  static constexpr uint32_t kText = 0, kTokens = 1;

  syrinx::Out& with_meta(syrinx::Out&& out) { return with_meta(static_cast<syrinx::Out&>(out)); }
  syrinx::Out& with_meta(syrinx::Out& out) {
    if (!meta_.empty()) out.meta(syrinx::Json::parse(meta_, nullptr, false));
    return out;
  }

  syrinx::Status generate(syrinx::Call& call) {
    syrinx::Tensor ids = call.tensor<int32_t>({static_cast<int64_t>(prompt_ids_.size()), 1});
    std::copy(prompt_ids_.begin(), prompt_ids_.end(), ids.data<int32_t>());
    return call.emit(2, syrinx::Out()
                            .tensor(std::move(ids))
                            .meta({{"options",
                                    {{"head", "text"},
                                     {"max_new_token", options().max_new_token},
                                     {"min_new_token", options().min_new_token},
                                     {"ensure_non_empty", options().ensure_non_empty}}}})
                            .last());
  }

  syrinx::Status decode(syrinx::Call& call, const std::vector<int32_t>& ids, std::string& out) {
    return tokenizer_->decode(
        call.raw(), tokenizer_stage_, ids.data(), ids.size(), 0,
        [](void* sink, syx_str text) { static_cast<std::string*>(sink)->append(text.data, text.size); }, &out);
  }

  syrinx::Status hand_on(syrinx::Call& call) {
    // Style tags are instructions, not prosody: they stay out of the result.
    std::erase_if(refined_ids_, [](int32_t id) { return id >= kBreak0; });
    std::vector<int32_t> result = refined_ids_;
    if (options().word_guard != "off") {
      const std::vector<int32_t> own = words_between(prompt_ids_, kSbreak, kPbreak);
      if (!same_words(own, refined_ids_)) {
        if (options().word_guard == "fail") {
          std::string refined;
          decode(call, refined_ids_, refined);
          return call.fail(syrinx::failed_precondition, "the refined text has other words: \"" + refined.substr(0, 120) + "\"",
                           "word_guard: repair keeps the user's words and the model's tags");
        }
        if (options().word_guard == "keep") {
          call.warn("the refined text has other words; the text goes on as it came");
          return call.emit(0, with_meta(syrinx::Out().text(text_)).last());
        }
        call.warn("the refined text has other words; they were mended");
        result = with_tags_of(own, refined_ids_);
      }
    }
    std::string text;
    const syrinx::Status status = decode(call, result, text);
    if (status != syrinx::ok) return status;
    return call.emit(0, with_meta(syrinx::Out().text(text)).last());
  }

  std::string text_, meta_;
  std::vector<int32_t> prompt_ids_, refined_ids_;
  const syx_tokenizer_v1* tokenizer_ = nullptr;
  syx_stage* tokenizer_stage_ = nullptr;
};

}  // namespace chattts
