// toy/spoil and toy/ear: what a comparison must notice, and a judge.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <syrinx/sdk.hpp>

#include "syrinx/judge.h"

namespace toy {

// Collects its sound, one channel.
template <class Options>
class SoundStage : public syrinx::Flow<Options> {
 public:
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    samples_.clear();
    text_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    const syrinx::TensorView audio = item.tensor(0);
    if (!audio) return syrinx::ok;
    last_ = audio.size(1);
    for (int64_t i = 0; i < audio.size(1); ++i) samples_.push_back(audio.data<float>()[i * audio.stride(1)]);
    return syrinx::ok;
  }

 protected:
  std::vector<float> samples_;
  std::string text_;
  int64_t last_ = 0;  // samples of the last item
};

struct SpoilOptions {
  std::string how = "none";
  static auto describe() {
    return syrinx::options(syrinx::option("how", &SpoilOptions::how)
                               .choices({"none", "hiss", "shift", "drop", "dice", "half"})
                               .help("hiss: noise of 1e-7 is added; shift: by 37 samples; drop: without its last chunk; dice: noise of no key, another one every time; "
                                     "half: at half the rate."));
  }
};

// Hands sound on, spoiled as ordered.
class Spoil final : public SoundStage<SpoilOptions> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs& in) {
    const int rate = in.get<syrinx::Audio>("audio").get<int>("sample_rate", 24000);
    return {{{"audio", syrinx::Audio{}.sample_rate(rate).channels(1)}}, {{"audio", syrinx::Audio{}.sample_rate(options.how == "half" ? rate / 2 : rate).channels(1)}}};
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const std::string& how = options().how;
    if (how == "hiss")
      for (size_t i = 0; i < samples_.size(); ++i) samples_[i] += i % 2 ? 1e-7F : -1e-7F;
    if (how == "shift") samples_.insert(samples_.begin(), 37, 0.0F);
    if (how == "drop") samples_.resize(samples_.size() - std::min(samples_.size(), static_cast<size_t>(last_)));
    if (how == "dice") {
      std::random_device dice;
      for (float& x : samples_) x += 1e-3F * static_cast<float>(dice() % 1000) / 1000;
    }
    if (how == "half") {
      for (size_t i = 0; 2 * i < samples_.size(); ++i) samples_[i] = samples_[2 * i];
      samples_.resize((samples_.size() + 1) / 2);
    }
    syrinx::Out out;
    if (!samples_.empty()) {
      syrinx::Tensor audio = call.tensor<float>({1, static_cast<int64_t>(samples_.size())});
      std::copy(samples_.begin(), samples_.end(), audio.data<float>());
      out.tensor(std::move(audio));
    }
    return call.emit(0, out.last());
  }
};

// A judge without a network: how bright a sound is, and "what it heard", which is the text as long as the sound is not silent.
class Ear final : public SoundStage<syrinx::NoOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"audio", syrinx::Audio{}.sample_rate(16000).channels(1)}, {"text", syrinx::Text{}.optional()}}, {{SYX_JUDGE_PORT, syrinx::Bytes{}.media(SYX_JUDGE_MEDIA)}}};
  }
  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin& begin) override {
    open_ = connected("text") ? 2 : 1;
    return SoundStage::begin(call, begin);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    if (--open_ > 0) return syrinx::ok;
    size_t crossings = 0;
    for (size_t i = 1; i < samples_.size(); ++i) crossings += (samples_[i - 1] < 0) != (samples_[i] < 0);
    syrinx::Json brightness = {{"name", "brightness"}, {"better", "none"}, {"unit", "Hz"}};
    const bool silent = crossings == 0;
    if (!silent) brightness["value"] = 8000.0 * static_cast<double>(crossings) / static_cast<double>(samples_.size());
    syrinx::Json out = {{"judge", "toy/ear"}, {"version", "1"}, {"scores", {brightness, {{"name", "missed_words"}, {"better", "lower"}, {"unit", "ratio"}, {"ratio", {"missed", "words"}}}}}};
    out["hypothesis"] = silent ? "" : text_;
    return call.emit(0, syrinx::Out().text(out.dump()).last());
  }

 private:
  int open_ = 0;  // inputs that are not complete
};

}  // namespace toy
