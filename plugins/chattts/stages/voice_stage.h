// chattts/voice: the codes of a recording as a voice file, for chattts/speaker.
#pragma once

#include <syrinx/sdk.hpp>

#include "speaker/prompt_codes.h"
#include "speaker/voice_file.h"

namespace chattts {

struct VoiceOptions {
  std::string path = "voice.json", transcript, name, licence;
  static auto describe() {
    using O = VoiceOptions;
    return syrinx::options(
        syrinx::option("path", &O::path).output().utterance().help("The file, .json; {index}, {id} and {seed} are filled in."),
        syrinx::option("transcript", &O::transcript).utterance().required().aliases({"txt_smp"}).help("What is said in the recording, exactly."),
        syrinx::option("name", &O::name).utterance().help("What to call the voice."),
        syrinx::option("licence", &O::licence).utterance().help("Under which terms the recording may be used."));
  }
};

// In: codes i32 [T, 4]. Out: the path of a finished file.
class VoiceStage final : public syrinx::Flow<VoiceOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(kHeads)}}, {{"file", syrinx::File{}.media("application/json")}}};
  }
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin&) override {
    steps_.clear();
    if (options().transcript.empty())
      return call.fail(syrinx::invalid, "the transcript of the recording is missing", "--text \"what is said in it\": without it the model babbles");
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView codes = item.tensor(0);
    if (!codes) return syrinx::ok;
    if (!codes.is<int32_t>() || !codes.contiguous() || codes.dims() != 2 || codes.size(1) != kHeads) return call.fail(syrinx::invalid, "codes must be i32 [T, 4]");
    steps_.insert(steps_.end(), codes.data<int32_t>(), codes.data<int32_t>() + codes.elements());
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    PromptCodes codes;
    codes.heads = kHeads;
    codes.length = steps_.size() / kHeads;
    codes.codes.resize(steps_.size());
    for (size_t t = 0; t < codes.length; ++t)
      for (size_t h = 0; h < kHeads; ++h) codes.codes[h * codes.length + t] = steps_[t * kHeads + h];
    Voice voice;
    voice.codes = prompt_string(codes);
    voice.transcript = options().transcript;
    voice.name = options().name;
    voice.licence = options().licence;
    for (const std::string& lost : write_voice(voice, options().path)) call.warn(lost);
    return call.emit(0, syrinx::Out().text(options().path).last());
  }

 private:
  static constexpr int kHeads = 4;
  std::vector<int32_t> steps_;  // [T, heads]
};

}  // namespace chattts
