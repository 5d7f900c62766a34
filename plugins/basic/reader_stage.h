// basic/reader: a recording as audio, mono and at the rate that is asked for.
#pragma once

#include <samplerate.h>
#include <sndfile.h>

#include <memory>
#include <syrinx/sdk.hpp>

namespace basic {

struct ReaderOptions {
  int sample_rate = 24000, most_seconds = 3600;
  static auto describe() {
    return syrinx::options(
        syrinx::option("sample_rate", &ReaderOptions::sample_rate).range(1000, 384000).help("Of what it hands on, in Hz; a recording of another rate is resampled."),
        syrinx::option("most_seconds", &ReaderOptions::most_seconds).range(1, 86400).help("Longer recordings are refused."));
  }
};

// In: text, the path of a file that libsndfile reads (wav, flac, ogg, opus, mp3, aiff, ...). Out: audio f32 [1, N]. Channels are averaged.
class Reader final : public syrinx::Flow<ReaderOptions> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"audio", syrinx::Audio{}.sample_rate(options.sample_rate).channels(1)}}};
  }

  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    path_.clear();
    return syrinx::ok;
  }
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    path_ += item.text();
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    SF_INFO info = {};
    const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path_.c_str(), SFM_READ, &info), sf_close);
    if (!file)
      return call.fail(syrinx::not_found, "cannot read the recording \"" + path_ + "\": " + sf_strerror(nullptr), "a file that is there, in a format of libsndfile: wav, flac, ogg, mp3");
    if (info.frames > int64_t{options().most_seconds} * info.samplerate)
      return call.fail(syrinx::invalid, "the recording is " + std::to_string(info.frames / info.samplerate) + " s long", "at most " + std::to_string(options().most_seconds) + " s: cut it, or raise most_seconds");
    std::vector<float> mono;
    mono.reserve(static_cast<size_t>(std::max<sf_count_t>(info.frames, 0)));
    std::vector<float> block(static_cast<size_t>(kBlock * info.channels));
    for (sf_count_t n; (n = sf_readf_float(file.get(), block.data(), kBlock)) > 0;) {
      if (call.cancelled()) return syrinx::cancelled;
      for (sf_count_t i = 0; i < n; ++i) {
        float sum = 0;
        for (int c = 0; c < info.channels; ++c) sum += block[static_cast<size_t>(i * info.channels + c)];
        mono.push_back(sum / static_cast<float>(info.channels));
      }
    }
    if (sf_error(file.get()) != SF_ERR_NO_ERROR) return call.fail(syrinx::invalid, "the recording \"" + path_ + "\" is damaged: " + sf_strerror(file.get()));
    const std::string problem = info.samplerate == options().sample_rate ? "" : resample(mono, static_cast<double>(options().sample_rate) / info.samplerate);
    if (!problem.empty()) return call.fail(syrinx::invalid, problem);
    return hand_on(call, mono);
  }

 private:
  static constexpr sf_count_t kBlock = 4096;

  static std::string resample(std::vector<float>& samples, double ratio) {
    if (!src_is_valid_ratio(ratio)) return "the recording's rate is too far from the one asked for";
    std::vector<float> out(static_cast<size_t>(static_cast<double>(samples.size()) * ratio) + 64);
    SRC_DATA data = {};
    data.data_in = samples.data();
    data.data_out = out.data();
    data.input_frames = static_cast<long>(samples.size());
    data.output_frames = static_cast<long>(out.size());
    data.src_ratio = ratio;
    if (const int error = src_simple(&data, SRC_SINC_BEST_QUALITY, 1)) return std::string("resampling: ") + src_strerror(error);
    out.resize(static_cast<size_t>(data.output_frames_gen));
    samples = std::move(out);
    return {};
  }

  static syrinx::Status hand_on(syrinx::Call& call, const std::vector<float>& samples) {
    const auto n = static_cast<int64_t>(samples.size());
    syrinx::Out out;
    if (n > 0) {
      syrinx::Tensor audio = call.tensor<float>({1, n});
      std::copy(samples.begin(), samples.end(), audio.data<float>());
      out.tensor(std::move(audio));
    }
    return call.emit(0, out.last());
  }

  std::string path_;
};

}  // namespace basic
