// chattts/splitter: text in pieces that are synthesized one by one, as the text comes in.
#pragma once

#include <syrinx/sdk.hpp>

#include "text/splitter.h"

namespace chattts {

struct SplitterOptions {
  bool split_text = true;
  int target = 60, most = 360;
  std::string compat = "none";
  static auto describe() {
    using O = SplitterOptions;
    return syrinx::options(
        syrinx::option("split_text", &O::split_text).utterance().help("Whether to split at all."),
        syrinx::option("target", &O::target)
            .range(0, 100000)
            .utterance()
            .help("Sentences of fewer bytes are spoken with the next; a Chinese character is three "
                  "bytes. Tags do not count."),
        syrinx::option("most", &O::most)
            .range(16, 100000)
            .utterance()
            .help("Longer sentences are cut at commas or blanks."),
        syrinx::option("compat", &O::compat)
            .choices({"none", "chattts"})
            .help("chattts: split at line ends, or behind \"。\" and \". \" where there are none, "
                  "as the reference does; the other options have no effect."));
  }
};

class SplitterStage final : public syrinx::Flow<SplitterOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}};
  }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.splits = true;
    return out;
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    whole_.clear();
    splitter_ =
        Splitter({static_cast<size_t>(options().target), static_cast<size_t>(options().most)});
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    if (!options().split_text || options().compat == "chattts") {
      whole_ += item.text();
      return syrinx::ok;
    }
    return emit(call, splitter_.push(item.text()));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    syrinx::Status status = syrinx::ok;
    if (!options().split_text) {
      status = emit(call, {whole_});
    } else {
      status = emit(
          call, options().compat == "chattts" ? split_as_reference(whole_) : splitter_.finish());
    }
    return status == syrinx::ok ? call.emit(0, syrinx::Out().last()) : status;
  }

 private:
  static syrinx::Status emit(syrinx::Call& call, std::vector<std::string> pieces) {
    for (std::string& piece : pieces) {
      if (call.cancelled()) return syrinx::cancelled;
      if (call.finish_early()) break;
      const syrinx::Status status = call.emit(0, syrinx::Out().text(std::move(piece)).piece());
      if (status != syrinx::ok) return status;
    }
    return syrinx::ok;
  }

  std::string whole_;
  Splitter splitter_{SplitRules{}};
};

}  // namespace chattts
