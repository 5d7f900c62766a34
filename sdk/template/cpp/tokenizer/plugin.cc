// @NAME@/tokenizer: text to ids, and back for stages that hold it in a slot.
#include <string>
#include <syrinx/sdk.hpp>
#include <syrinx/tokenizer.h>

namespace {

constexpr int kVocabulary = 256;

// The vocabulary: one id for each byte.
std::vector<int32_t> encode(const std::string& text) {
  std::vector<int32_t> ids;
  // TODO: turn the text into the ids your generator was trained on, and change `piece` below to match.
  for (char c : text) ids.push_back(static_cast<uint8_t>(c));
  return ids;
}
std::string piece(int32_t id) { return std::string(1, static_cast<char>(id)); }

class @CLASS@ final : public syrinx::Flow<> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    // The digest names the vocabulary: a generator that was trained on another one is refused before it runs.
    return {{{"text", syrinx::Text{}}},
            {{"tokens", syrinx::Tokens{}.vocab(kVocabulary).heads(1).tokenizer("@NAME@/bytes")}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    return syrinx::ok;
  }
  // Emits i32 [L, heads].
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const std::vector<int32_t> ids = encode(text_);
    syrinx::Out out;
    if (!ids.empty()) {
      syrinx::Tensor tensor = call.tensor<int32_t>({static_cast<int64_t>(ids.size()), 1});
      std::copy(ids.begin(), ids.end(), tensor.data<int32_t>());
      out.tensor(std::move(tensor));
    }
    return call.emit(0, out.last());
  }

  // The table syrinx.tokenizer/1, for refiners and generators that use this tokenizer directly.
  static const void* query(const Model&, const char* id) {
    static const syx_tokenizer_v1 kTable = {sizeof(syx_tokenizer_v1), decode, find, write_piece,
                                            [](syx_stage*) -> uint32_t { return kVocabulary; }};
    return std::string_view(id) == SYX_TOKENIZER_V1 ? &kTable : nullptr;
  }

 private:
  static syx_status decode(syx_call*, syx_stage*, const int32_t* ids, uint64_t count, uint32_t, syx_write write, void* sink) {
    for (uint64_t i = 0; i < count; ++i) write(sink, syrinx::to_str(piece(ids[i])));
    return SYX_OK;
  }
  static int32_t find(syx_stage*, syx_str wanted) {
    for (int32_t id = 0; id < kVocabulary; ++id)
      if (piece(id) == syrinx::to_view(wanted)) return id;
    return -1;
  }
  static syx_status write_piece(syx_call* call, syx_stage*, int32_t id, syx_write write, void* sink) {
    if (id < 0 || id >= kVocabulary) return call->fail(call, SYX_E_NOT_FOUND, SYX_S("no such id"), SYX_S("0 to 255"));
    write(sink, syrinx::to_str(piece(id)));
    return SYX_OK;
  }

  std::string text_;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("tokenizer", syrinx::kind::tokenizer).summary("One id for each byte."))
