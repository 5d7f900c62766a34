// basic/loudness and basic/tempo: effects on audio.
#pragma once

#include <cmath>
#include <syrinx/sdk.hpp>

#include "loudness.h"
#include "wsola.h"

namespace basic {

inline syrinx::Audio same_rate(const syrinx::Inputs& in) {
  syrinx::Audio out;
  const auto given = in.get<syrinx::Audio>("audio");
  if (given.has("sample_rate")) out.sample_rate(given.get<int>("sample_rate", 0));
  if (given.has("channels")) out.channels(given.get<int>("channels", 1));
  return out;
}

// Samples of an item, a vector a channel, appended.
inline syrinx::Status take_audio(const syrinx::Call& call, const syrinx::Item& item, std::vector<std::vector<float>>& channels) {
  const syrinx::TensorView audio = item.tensor(0);
  if (!audio) return syrinx::ok;
  if (!audio.is<float>() || audio.dims() != 2) return call.fail(syrinx::invalid, "audio must be f32 [channels, N]");
  channels.resize(std::max<size_t>(channels.size(), static_cast<size_t>(audio.size(0))));
  for (int64_t c = 0; c < audio.size(0); ++c) {
    const float* from = audio.data<float>() + c * audio.stride(0);
    for (int64_t i = 0; i < audio.size(1); ++i) channels[static_cast<size_t>(c)].push_back(from[i * audio.stride(1)]);
  }
  return syrinx::ok;
}

inline syrinx::Status emit_audio(const syrinx::Call& call, const std::vector<std::vector<float>>& channels, int64_t offset, bool last) {
  syrinx::Out out;
  const int64_t n = channels.empty() ? 0 : static_cast<int64_t>(channels[0].size());
  if (n == 0 && !last) return syrinx::ok;
  if (n > 0) {
    syrinx::Tensor audio = call.tensor<float>({static_cast<int64_t>(channels.size()), n});
    for (size_t c = 0; c < channels.size(); ++c) std::copy(channels[c].begin(), channels[c].end(), audio.data<float>() + static_cast<int64_t>(c) * n);
    out.tensor(std::move(audio));
  }
  return call.emit(0, out.offset(offset).last(last));
}

struct LoudnessOptions {
  double target = -18, peak = -1;
  static auto describe() {
    return syrinx::options(
        syrinx::option("target", &LoudnessOptions::target).range(-60, 0).utterance().help("Loudness in LUFS (ITU-R BS.1770-4)."),
        syrinx::option("peak", &LoudnessOptions::peak).range(-30, 0).help("No sample above this, in dBFS: the gain is lowered where it would be."));
  }
};

// Needs the whole text before it can begin: it says "joins".
class Loudness final : public syrinx::Flow<LoudnessOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs& in) { return {{{"audio", same_rate(in)}}, {{"audio", same_rate(in)}}}; }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.joins = true;
    return out;
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    channels_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override { return take_audio(call, item, channels_); }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const double measured = integrated_loudness(channels_, in<syrinx::Audio>("audio").get<int>("sample_rate", 24000));
    float most = 0;
    for (const auto& channel : channels_)
      for (float x : channel) most = std::max(most, std::fabs(x));
    if (std::isfinite(measured) && most > 0) {
      const double gain = std::min(std::pow(10, (options().target - measured) / 20), std::pow(10, options().peak / 20) / most);
      for (auto& channel : channels_)
        for (float& x : channel) x = static_cast<float>(x * gain);
    }
    return emit_audio(call, channels_, 0, true);
  }

 private:
  std::vector<std::vector<float>> channels_;
};

struct TempoOptions {
  double tempo = 1;
  static auto describe() {
    return syrinx::options(syrinx::option("tempo", &TempoOptions::tempo).range(0.25, 4).utterance().help("2 is twice as fast, at the same pitch."));
  }
};

class Tempo final : public syrinx::Flow<TempoOptions> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs& in) { return {{{"audio", same_rate(in).channels(1)}}, {{"audio", same_rate(in).channels(1)}}}; }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    wsola_ = std::make_unique<Wsola>(in<syrinx::Audio>("audio").get<int>("sample_rate", 24000), options().tempo);
    offset_ = 0;
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    std::vector<std::vector<float>> channels, out(1);
    const syrinx::Status status = take_audio(call, item, channels);
    if (status != syrinx::ok || channels.empty()) return status;
    wsola_->push(channels[0].data(), static_cast<int64_t>(channels[0].size()), &out[0]);
    return hand_on(call, out, false);
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    std::vector<std::vector<float>> out(1);
    wsola_->finish(&out[0]);
    return hand_on(call, out, true);
  }

 private:
  syrinx::Status hand_on(syrinx::Call& call, const std::vector<std::vector<float>>& out, bool last) {
    const int64_t offset = offset_;
    offset_ += static_cast<int64_t>(out[0].size());
    return emit_audio(call, out, offset, last);
  }
  std::unique_ptr<Wsola> wsola_;
  int64_t offset_ = 0;
};

}  // namespace basic
