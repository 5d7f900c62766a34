// toy/refiner: uses a tokenizer and a generator through flow slots, and the tokenizer's table. toy/speaker: a voice of one number.
#pragma once

#include <syrinx/sdk.hpp>

#include "syrinx/tokenizer.h"

namespace toy {

struct RefinerOptions {
  int rounds = 1, letters = 8;
  static auto describe() {
    return syrinx::options(
        syrinx::option("rounds", &RefinerOptions::rounds).range(1, 10).utterance().help("How often the text, with what was added, goes through the generator."),
        syrinx::option("letters", &RefinerOptions::letters).range(1, 100).utterance().help("How many letters a round adds at most."));
  }
};

struct RefinerModel {
  static syrinx::Status create(syrinx::Call& call, const RefinerOptions&, const syrinx::Create& from, RefinerModel&) {
    for (const syrinx::Slot& slot : from.slots)
      if (slot.name == "tokenizer" && !slot.table<syx_tokenizer_v1>(SYX_TOKENIZER_V1))
        return call.fail(syrinx::failed_precondition, "the stage in the slot \"tokenizer\" is no tokenizer", "uses: { tokenizer: STAGE }");
    return syrinx::ok;
  }
};

// Each round: text to ids, ids to codes, a letter for each code behind the text.
class Refiner final : public syrinx::Flow<RefinerOptions, RefinerModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}, {"tokenizer.tokens", syrinx::Tokens{}.heads(1)}, {"generator.codes", syrinx::Codes{}.heads(1)}},
            {{"text", syrinx::Text{}}, {"tokenizer.text", syrinx::Text{}}, {"generator.tokens", syrinx::Tokens{}.heads(1)}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin& begin) override {
    const syrinx::Slot* slot = begin.slot("tokenizer");
    tokenizer_ = slot->table<syx_tokenizer_v1>(SYX_TOKENIZER_V1);
    stage_ = slot->stage;
    text_.clear();
    ids_.clear();
    rounds_ = options().rounds;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    if (item.port() == 0) {
      text_ += item.text();
      return syrinx::ok;
    }
    const syrinx::TensorView numbers = item.tensor(0);
    for (int64_t i = 0; numbers && i < numbers.elements(); ++i) ids_.push_back(numbers.data<int32_t>()[i]);
    if (!item.last()) return syrinx::ok;
    return item.port() == 1 ? generate(call) : append(call);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t port, uint32_t) override { return port == 0 ? tokenize(call) : syrinx::ok; }

 private:
  syrinx::Status tokenize(syrinx::Call& call) { return call.emit(1, syrinx::Out().text(text_).last()); }
  syrinx::Status generate(syrinx::Call& call) {
    syrinx::Tensor ids = call.tensor<int32_t>({static_cast<int64_t>(ids_.size()), 1});
    std::copy(ids_.begin(), ids_.end(), ids.data<int32_t>());
    ids_.clear();
    return call.emit(2, syrinx::Out().tensor(std::move(ids)).meta({{"options", {{"max_new_token", options().letters}}}}).last());
  }
  syrinx::Status append(syrinx::Call& call) {
    for (int32_t& id : ids_) id = 'a' + id % 26;
    std::string letters;
    const auto write = [](void* sink, syx_str text) { static_cast<std::string*>(sink)->append(text.data, text.size); };
    const syrinx::Status status = tokenizer_->decode(call.raw(), stage_, ids_.data(), ids_.size(), 0, write, &letters);
    if (status != syrinx::ok) return status;
    text_ += " " + letters;
    ids_.clear();
    return --rounds_ > 0 ? tokenize(call) : call.emit(0, syrinx::Out().text(text_).last());
  }

  std::string text_;
  std::vector<int32_t> ids_;
  int rounds_ = 0;
  const syx_tokenizer_v1* tokenizer_ = nullptr;
  syx_stage* stage_ = nullptr;
};

struct SpeakerOptions {
  double voice = 1;
  static auto describe() { return syrinx::options(syrinx::option("voice", &SpeakerOptions::voice).range(0, 100).utterance().help("Who speaks.")); }
};

class Speaker final : public syrinx::Flow<SpeakerOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{}, {{"speaker", syrinx::PortType("speaker").set("dim", 1)}}}; }
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin&) override {
    syrinx::Tensor embedding = call.tensor<float>({1});
    embedding.data<float>()[0] = static_cast<float>(options().voice);
    return call.emit(0, syrinx::Out().tensor(std::move(embedding)).last());
  }
};

}  // namespace toy
