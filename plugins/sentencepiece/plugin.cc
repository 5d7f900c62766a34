// sentencepiece/tokenizer: subword ids from a trained model file, and back.
#include <sentencepiece_processor.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <mutex>
#include <syrinx/sdk.hpp>

#include "syrinx/tokenizer.h"

namespace {

struct Options {
  std::string model;
  bool bos = false, eos = false;
  static auto describe() {
    return syrinx::options(syrinx::option("model", &Options::model).asset().required().help("The .model file."),
                           syrinx::option("bos", &Options::bos).help("Begin with the model's begin token."),
                           syrinx::option("eos", &Options::eos).help("End with the model's end token."));
  }
};

// A model and what identifies it; throws std::runtime_error.
struct Loaded {
  sentencepiece::SentencePieceProcessor processor;
  std::string digest;  // of the file: two vocabularies of one size are not the same

  explicit Loaded(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (!in) throw std::runtime_error("cannot read " + path);
    const auto status = processor.LoadFromSerializedProto(bytes);
    if (!status.ok()) throw std::runtime_error(path + " is no sentencepiece model: " + status.ToString());
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (unsigned char c : bytes) hash = (hash ^ c) * UINT64_C(0x100000001B3);
    char text[32];
    std::snprintf(text, sizeof(text), "fnv1a64:%016llx", static_cast<unsigned long long>(hash));
    digest = text;
  }
};

struct Model {
  std::shared_ptr<const Loaded> loaded;
  static syrinx::Status create(syrinx::Call& call, const Options& options, const syrinx::Create&, Model& out) {
    try {
      out.loaded = std::make_shared<const Loaded>(options.model);
    } catch (const std::runtime_error& error) {
      return call.fail(syrinx::invalid, error.what(), "spm_train makes such a file");
    }
    return syrinx::ok;
  }
};

class Tokenizer final : public syrinx::Flow<Options, Model> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    syrinx::Tokens tokens;
    tokens.heads(1);
    // Without a file (the checker, the manifest) nothing more is known.
    if (!options.model.empty()) {
      const Loaded loaded(options.model);
      tokens.vocab(loaded.processor.GetPieceSize()).tokenizer(loaded.digest);
    }
    return {{{"text", syrinx::Text{}}}, {{"tokens", tokens}}};
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
    const auto& processor = model().loaded->processor;
    std::vector<int> ids;
    const auto status = processor.Encode(text_, &ids);
    if (!status.ok()) return call.fail(syrinx::invalid, status.ToString());
    if (options().bos && processor.bos_id() >= 0) ids.insert(ids.begin(), processor.bos_id());
    if (options().eos && processor.eos_id() >= 0) ids.push_back(processor.eos_id());
    syrinx::Out out;
    if (!ids.empty()) {
      syrinx::Tensor tensor = call.tensor<int32_t>({static_cast<int64_t>(ids.size()), 1});
      std::copy(ids.begin(), ids.end(), tensor.data<int32_t>());
      out.tensor(std::move(tensor));
    }
    return call.emit(0, out.last());
  }

  static const void* query(const Model&, const char* id) { return std::string_view(id) == SYX_TOKENIZER_V1 ? &kTable : nullptr; }

 private:
  static const sentencepiece::SentencePieceProcessor& of(syx_stage* stage) { return syrinx::model_of<Tokenizer>(stage).loaded->processor; }
  static const syx_tokenizer_v1 kTable;
  std::string text_;
};

const syx_tokenizer_v1 Tokenizer::kTable = {
    sizeof(syx_tokenizer_v1),
    [](syx_call* raw, syx_stage* stage, const int32_t* ids, uint64_t count, uint32_t flags, syx_write write, void* sink) -> syx_status {
      return syrinx::detail::guarded(raw, [&]() -> syx_status {
        const auto& processor = of(stage);
        std::vector<int> kept;
        for (uint64_t i = 0; i < count; ++i) {
          if (ids[i] < 0 || ids[i] >= processor.GetPieceSize()) return raw->fail(raw, SYX_E_INVALID_ARGUMENT, SYX_S("an id is outside the vocabulary"), SYX_S(""));
          if (!(flags & SYX_DECODE_SKIP_CONTROL) || !processor.IsControl(ids[i])) kept.push_back(ids[i]);
        }
        std::string text;
        const auto status = processor.Decode(kept, &text);
        if (!status.ok()) return raw->fail(raw, SYX_E_INTERNAL, syrinx::to_str(status.ToString()), SYX_S(""));
        write(sink, syrinx::to_str(text));
        return SYX_OK;
      });
    },
    [](syx_stage* stage, syx_str piece) -> int32_t {
      const std::string text(syrinx::to_view(piece));
      const int id = of(stage).PieceToId(text);
      return id == of(stage).unk_id() && of(stage).IdToPiece(id) != text ? -1 : id;
    },
    [](syx_call* raw, syx_stage* stage, int32_t id, syx_write write, void* sink) -> syx_status {
      if (id < 0 || id >= of(stage).GetPieceSize()) return raw->fail(raw, SYX_E_NOT_FOUND, SYX_S("no such id"), SYX_S(""));
      write(sink, syrinx::to_str(of(stage).IdToPiece(id)));
      return SYX_OK;
    },
    [](syx_stage* stage) -> uint32_t { return static_cast<uint32_t>(of(stage).GetPieceSize()); }};

}  // namespace

SYX_PLUGIN("org.syrinx.sentencepiece", "0.1.0",
           syrinx::component<Tokenizer>("tokenizer", syrinx::kind::tokenizer).summary("Subwords of a sentencepiece model (BPE or unigram)."))
