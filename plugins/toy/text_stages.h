// toy/lowercase, toy/tokenizer and toy/trouble: plain stages.
#pragma once

#include <chrono>
#include <syrinx/sdk.hpp>
#include <thread>

#include "syrinx/tokenizer.h"

namespace toy {

// Collects its text; what a plain stage on text usually does.
template <class Options>
class TextStage : public syrinx::Flow<Options> {
 public:
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    return syrinx::ok;
  }

 protected:
  std::string text_;
};

class Lowercase final : public TextStage<syrinx::NoOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}}; }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    for (char& c : text_)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return call.emit(0, syrinx::Out().text(text_).last());
  }
};

// One id a byte.
class Tokenizer final : public TextStage<syrinx::NoOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"tokens", syrinx::Tokens{}.vocab(256).heads(1).tokenizer("toy/bytes")}}};
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    syrinx::Out out;
    if (!text_.empty()) {
      syrinx::Tensor ids = call.tensor<int32_t>({static_cast<int64_t>(text_.size()), 1});
      for (size_t i = 0; i < text_.size(); ++i) ids.data<int32_t>()[i] = static_cast<uint8_t>(text_[i]);
      out.tensor(std::move(ids));
    }
    return call.emit(0, out.last());
  }

  static const void* query(const Model&, const char* id) {
    static const syx_tokenizer_v1 kTable = {
        sizeof(syx_tokenizer_v1),
        [](syx_call*, syx_stage*, const int32_t* ids, uint64_t count, uint32_t, syx_write write, void* sink) -> syx_status {
          std::string text;
          for (uint64_t i = 0; i < count; ++i) text += static_cast<char>(ids[i]);
          write(sink, syrinx::to_str(text));
          return SYX_OK;
        },
        [](syx_stage*, syx_str piece) -> int32_t { return piece.size == 1 ? static_cast<uint8_t>(piece.data[0]) : -1; },
        [](syx_call* call, syx_stage*, int32_t piece, syx_write write, void* sink) -> syx_status {
          if (piece < 0 || piece > 255) return call->fail(call, SYX_E_NOT_FOUND, SYX_S("no such id"), SYX_S("0 to 255"));
          const char c = static_cast<char>(piece);
          write(sink, {&c, 1});
          return SYX_OK;
        },
        [](syx_stage*) -> uint32_t { return 256; }};
    return std::string_view(id) == SYX_TOKENIZER_V1 ? &kTable : nullptr;
  }
};

struct TroubleOptions {
  std::string at = "none", word, how = "error";
  int ms = 0;
  static auto describe() {
    return syrinx::options(
        syrinx::option("at", &TroubleOptions::at).choices({"none", "create", "begin", "push", "finish"}).help("Where the trouble comes."),
        syrinx::option("word", &TroubleOptions::word).utterance().help("Only for texts that hold it (push and finish)."),
        syrinx::option("how", &TroubleOptions::how)
            .choices({"error", "silent_error", "exception", "no_last", "twice_last", "wrong_port", "sleep", "deaf_sleep", "unavailable"})
            .help("What goes wrong; \"deaf_sleep\" does not look at cancel."),
        syrinx::option("ms", &TroubleOptions::ms).range(0, 600000).help("How long the sleep is."));
  }
};

struct TroubleModel {
  static syrinx::Status create(syrinx::Call& call, const TroubleOptions& options, const syrinx::Create&, TroubleModel&) {
    if (options.at != "create") return syrinx::ok;
    if (options.how == "exception") throw std::runtime_error("thrown in create");
    return call.fail(syrinx::not_found, "trouble as ordered", "order none: at: none");
  }
};

// Hands text on, and does what a plugin should not.
class Trouble final : public syrinx::Flow<TroubleOptions, TroubleModel> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}}; }
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin&) override {
    text_.clear();
    return trouble(call, "begin");
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    text_ += item.text();
    return trouble(call, "push");
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const syrinx::Status status = trouble(call, "finish");
    if (status != syrinx::ok) return status;
    const bool now = ordered("finish");
    if (now && options().how == "no_last") return call.emit(0, syrinx::Out().text(text_));
    if (now && options().how == "wrong_port") return call.emit(7, syrinx::Out().text(text_).last());
    const syrinx::Status first = call.emit(0, syrinx::Out().text(text_).last());
    if (now && options().how == "twice_last") return call.emit(0, syrinx::Out().text(text_).last());
    return first;
  }

 private:
  bool ordered(const char* where) const { return options().at == where && (options().word.empty() || text_.find(options().word) != std::string::npos); }
  syrinx::Status trouble(syrinx::Call& call, const char* where) {
    if (!ordered(where)) return syrinx::ok;
    const std::string& how = options().how;
    if (how == "error") return call.fail(syrinx::invalid, "trouble as ordered", "order none: at: none");
    if (how == "silent_error") return syrinx::internal;
    if (how == "unavailable") return call.fail(syrinx::unavailable, "the device is lost");
    if (how == "exception") throw std::runtime_error("thrown as ordered");
    if (how == "sleep" || how == "deaf_sleep") {
      const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(options().ms);
      while (std::chrono::steady_clock::now() < end) {
        if (how == "sleep" && call.cancelled()) return syrinx::cancelled;
        if (how == "sleep" && call.finish_early()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    return syrinx::ok;
  }
  std::string text_;
};

}  // namespace toy
