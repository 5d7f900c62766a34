// basic/normalizer: cleans text and hands it on sentence by sentence; expands nothing.
#pragma once

#include <syrinx/sdk.hpp>

#include "split.h"

namespace basic {

struct NormalizerOptions {
  bool split = true;
  int least = 0, most = 1000;
  static auto describe() {
    return syrinx::options(
        syrinx::option("split", &NormalizerOptions::split).help("Hand sentences on one by one, so that speech begins with the first."),
        syrinx::option("least", &NormalizerOptions::least).range(0, 10000).help("Sentences of fewer bytes are spoken with the next."),
        syrinx::option("most", &NormalizerOptions::most).range(16, 100000).help("Sentences of more bytes are cut at commas or spaces."));
  }
};

class Normalizer final : public syrinx::Flow<NormalizerOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}}; }
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
    const std::string cleaned = clean(text_);
    if (!options().split) return call.emit(0, syrinx::Out().text(cleaned).last());
    for (std::string& sentence : split(cleaned, static_cast<size_t>(options().least), static_cast<size_t>(options().most))) {
      if (call.cancelled()) return syrinx::cancelled;
      if (call.finish_early()) break;
      const syrinx::Status status = call.emit(0, syrinx::Out().text(std::move(sentence)).piece());
      if (status != syrinx::ok) return status;
    }
    return call.emit(0, syrinx::Out().last());
  }

 private:
  std::string text_;
};

}  // namespace basic
