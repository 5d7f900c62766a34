// chattts/tokenizer: text and speaker to the ids of a prompt.
//
// In: text; speaker (optional): the item's text is the transcript of its recording, tensor 0 an
// embedding f32 [dim] or absent, tensor 1 prompt codes i32 [4, S] or absent. Out: tokens i32 [L,
// 1]; no tensor where there is nothing to say.
#pragma once

#include <memory>
#include <string_view>
#include <syrinx/sdk.hpp>

#include "syrinx/tokenizer.h"
#include "text/asset_path.h"
#include "text/prompt.h"
#include "text/wordpiece.h"

namespace chattts {

struct TokenizerOptions {
  std::string assets, decorate = "speech", prompt = "[speed_5]", compat = "none";
  static auto describe() {
    using O = TokenizerOptions;
    return syrinx::options(syrinx::option("assets", &O::assets)
                               .asset()
                               .required()
                               .help("The model's folder: DIR or DIR/asset."),
                           syrinx::option("decorate", &O::decorate)
                               .choices({"speech", "none"})
                               .utterance()
                               .help("speech: put the control tokens, the speaker, its transcript "
                                     "and `prompt` around the text."),
                           syrinx::option("prompt", &O::prompt)
                               .utterance()
                               .help("Tags before the text, such as [speed_0] to [speed_9]."),
                           syrinx::option("compat", &O::compat)
                               .choices({"none", "chattts"})
                               .help("chattts: control tokens in the text keep their power, and an "
                                     "empty text is spoken."));
  }
};

struct TokenizerModel {
  std::shared_ptr<const WordPiece> tokenizer;
  static syrinx::Status create(syrinx::Call&, const TokenizerOptions& options,
                               const syrinx::Create&, TokenizerModel& out) {
    out.tokenizer = std::make_shared<const WordPiece>(
        WordPiece::load(asset_path(options.assets, "tokenizer/tokenizer.json")));
    return syrinx::ok;
  }
};

class TokenizerStage final : public syrinx::Flow<TokenizerOptions, TokenizerModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    syrinx::Tokens tokens;
    tokens.heads(1);
    // Without a folder (the checker, the manifest) nothing more is known.
    if (!options.assets.empty()) {
      const WordPiece tokenizer =
          WordPiece::load(asset_path(options.assets, "tokenizer/tokenizer.json"));
      tokens.vocab(tokenizer.vocabulary()).tokenizer(tokenizer.digest());
    }
    return {{{"text", syrinx::Text{}}, {"speaker", syrinx::PortType("speaker").optional()}},
            {{"tokens", tokens}}};
  }

  syrinx::Status open(syrinx::Call&) override {
    const syrinx::Json none = syrinx::Json::object();
    has_speaker_ =
        created().ports.value("in", none).value("speaker", none).value("connected", false);
    return syrinx::ok;
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    transcript_.clear();
    embedding_ = text_done_ = speaker_done_ = sent_ = false;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    if (item.port() == kText) {
      text_ += item.text();
      return syrinx::ok;
    }
    transcript_ += item.text();
    embedding_ = embedding_ || static_cast<bool>(item.tensor(0));
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t port, uint32_t) override {
    (port == kText ? text_done_ : speaker_done_) = true;
    const bool plain = options().decorate == "none";  // no speaker takes part
    if (sent_ || !text_done_ || (has_speaker_ && !speaker_done_ && !plain)) return syrinx::ok;
    sent_ = true;
    const bool compat = options().compat == "chattts";
    syrinx::Out out;
    if (plain || compat || !is_silent(text_)) {
      const std::vector<int32_t> ids = model().tokenizer->encode(
          plain ? text_
                : decorate_speech(text_, {options().prompt, transcript_, embedding_, compat}));
      if (!ids.empty()) {
        syrinx::Tensor tensor = call.tensor<int32_t>({static_cast<int64_t>(ids.size()), 1});
        std::copy(ids.begin(), ids.end(), tensor.data<int32_t>());
        out.tensor(std::move(tensor));
      }
    }
    return call.emit(0, out.last());
  }

  static const void* query(const Model&, const char* id) {
    return std::string_view(id) == SYX_TOKENIZER_V1 ? &kTable : nullptr;
  }

 private:
  static constexpr uint32_t kText = 0;
  static const WordPiece& of(syx_stage* stage) {
    return *syrinx::model_of<TokenizerStage>(stage).tokenizer;
  }
  static const syx_tokenizer_v1 kTable;

  bool has_speaker_ = false;  // the port is connected
  bool embedding_ = false, text_done_ = false, speaker_done_ = false, sent_ = false;
  std::string text_, transcript_;
};

inline const syx_tokenizer_v1 TokenizerStage::kTable = {
    sizeof(syx_tokenizer_v1),
    [](syx_call* raw, syx_stage* stage, const int32_t* ids, uint64_t count, uint32_t flags,
       syx_write write, void* sink) -> syx_status {
      return syrinx::detail::guarded(raw, [&]() -> syx_status {
        write(sink, syrinx::to_str(of(stage).decode(ids, count, flags & SYX_DECODE_SKIP_CONTROL)));
        return SYX_OK;
      });
    },
    [](syx_stage* stage, syx_str piece) -> int32_t { return of(stage).id(syrinx::to_view(piece)); },
    [](syx_call* raw, syx_stage* stage, int32_t id, syx_write write, void* sink) -> syx_status {
      if (id < 0 || id >= of(stage).vocabulary())
        return raw->fail(raw, SYX_E_NOT_FOUND, SYX_S("no such id"), SYX_S(""));
      write(sink, syrinx::to_str(of(stage).piece(id)));
      return SYX_OK;
    },
    [](syx_stage* stage) -> uint32_t { return static_cast<uint32_t>(of(stage).vocabulary()); }};

}  // namespace chattts
