// hibari/phonemizer: sentences to phoneme ids (specification, sections 4 to 6), in chunks the network can take (section 2).
#pragma once

#include "normalizer_stage.h"
#include "oov_network.h"
#include "phonemizer.h"

namespace hibari {

constexpr int kVocabulary = 178;
constexpr char kVocabularyDigest[] = "sha256:70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d";  // of vocab.json

struct PhonemizerOptions {
  std::string voice = "voice:hibari", accent = "us";
  int max_phonemes = 400;
  bool split_long_words = false;
  static auto describe() {
    return syrinx::options(
        syrinx::option("voice", &PhonemizerOptions::voice).asset().help("Folder of the voice's tables."),
        syrinx::option("accent", &PhonemizerOptions::accent).choices({"us", "gb"}).help("American or British dictionary and rules."),
        syrinx::option("max_phonemes", &PhonemizerOptions::max_phonemes).range(50, 2000).help("Longer sentences are cut at clauses."),
        syrinx::option("split_long_words", &PhonemizerOptions::split_long_words)
            .help("Read unknown words of more than 24 letters in parts; the original package drops their end."));
  }
};

struct PhonemizerModel {
  std::shared_ptr<const TextAssets> tables;
  std::unique_ptr<const Phonemizer> phonemizer;
  static syrinx::Status create(syrinx::Call& call, const PhonemizerOptions& options, const syrinx::Create&, PhonemizerModel& out) {
    const syrinx::Status status = open_tables(call, options.voice, out.tables);
    if (status != syrinx::ok) return status;
    const bool british = options.accent == "gb";
    // Most texts have no unknown word, so its network is read when the first comes; a missing file is reported now.
    const std::string path = options.voice + (british ? "/oov_gb.onnx" : "/oov.onnx");
    if (FILE* file = std::fopen(path.c_str(), "rb")) std::fclose(file);
    else return call.fail(syrinx::not_found, "cannot read " + path, "syrinx voices install hibari");
    struct Lazy {
      std::once_flag once;
      std::shared_ptr<const OovNetwork> network;
    };
    auto lazy = std::make_shared<Lazy>();
    const auto unknown = [lazy, path](const std::vector<int>& characters) {
      std::call_once(lazy->once, [&] {
        std::string error;
        lazy->network = OovNetwork::load(path, best_kernels(), &error);
      });
      return lazy->network ? lazy->network->run(characters) : std::vector<int>{};
    };
    out.phonemizer = std::make_unique<Phonemizer>(out.tables, british, unknown, PhonemizerRules{options.split_long_words});
    return syrinx::ok;
  }
};

class PhonemizerStage final : public syrinx::Flow<PhonemizerOptions, PhonemizerModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}.language("en")}}, {{"tokens", syrinx::Tokens{}.vocab(kVocabulary).heads(1).tokenizer(kVocabularyDigest)}}};
  }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.splits = true;
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
    bool any = false;
    size_t begin = 0;
    // A normalizer that does not split may hand on several sentences, one a line.
    while (begin <= text_.size()) {
      const size_t end = std::min(text_.find('\n', begin), text_.size());
      const Phonemized spoken = model().phonemizer->phonemize(from_utf8(text_.substr(begin, end - begin)));
      begin = end + 1;
      bool first = true;
      for (const U32& chunk : chunks(spoken.phonemes, {static_cast<size_t>(options().max_phonemes), true})) {
        if (call.cancelled()) return syrinx::cancelled;
        const std::vector<int32_t> ids = model().phonemizer->ids(chunk);
        if (ids.size() < 3) continue;
        syrinx::Json meta = {{"phonemes", to_utf8(chunk)}};
        if (first) describe(spoken, meta);
        first = false;
        any = true;
        syrinx::Tensor tensor = call.tensor<int32_t>({static_cast<int64_t>(ids.size()), 1});
        std::copy(ids.begin(), ids.end(), tensor.data<int32_t>());
        const syrinx::Status status = call.emit(0, syrinx::Out().tensor(std::move(tensor)).meta(meta).piece());
        if (status != syrinx::ok) return status;
      }
    }
    if (!any && !text_.empty()) call.warn("nothing in this text can be spoken: " + text_.substr(0, 60));
    return call.emit(0, syrinx::Out().last());
  }

 private:
  // The sentence's words as [text, phonemes] and its tags, for whoever wants to know what was read.
  static void describe(const Phonemized& spoken, syrinx::Json& meta) {
    syrinx::Json words = syrinx::Json::array(), tags = syrinx::Json::array();
    for (const SpokenWord& word : spoken.words) words.push_back({to_utf8(word.text), to_utf8(word.phonemes)});
    for (const Token& token : spoken.tokens) tags.push_back(token.tag);
    meta["words"] = std::move(words);
    meta["tags"] = std::move(tags);
  }

  std::string text_;
};

}  // namespace hibari
