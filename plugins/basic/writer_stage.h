// basic/wav, flac, ogg, opus, mp3 and pcm: audio to files or bytes.
#pragma once

#include <sndfile.h>

#include <cmath>
#include <syrinx/sdk.hpp>

#include "effect_stages.h"
#include "sink.h"

namespace basic {

struct WriterOptions {
  std::string path = "speech.{seed}.wav", sample = "s16";
  double quality = 0.6;
  static auto describe() {
    return syrinx::options(
        syrinx::option("path", &WriterOptions::path).output().utterance()
            .help("The file; {index}, {index:04}, {id} and {seed} are filled in. Empty: bytes for the program."),
        syrinx::option("sample", &WriterOptions::sample).choices({"s16", "s24", "f32"}).help("Sample format; of formats that have a choice."),
        syrinx::option("quality", &WriterOptions::quality).range(0, 1).help("Of formats that lose something: 1 is best."));
  }
};

enum class Format { kWav, kFlac, kOgg, kOpus, kMp3, kPcm };

struct FormatFacts {
  const char *name, *media;
  int container, codec;  // libsndfile's; codec 0: by the option "sample"
  bool s24, f32;
};
inline const FormatFacts& facts(Format format) {
  static constexpr FormatFacts kFacts[] = {{"wav", "audio/wav", SF_FORMAT_WAV, 0, true, true},
                                           {"flac", "audio/flac", SF_FORMAT_FLAC, 0, true, false},
                                           {"ogg", "audio/ogg", SF_FORMAT_OGG, SF_FORMAT_VORBIS, false, false},
                                           {"opus", "audio/ogg; codecs=opus", SF_FORMAT_OGG, SF_FORMAT_OPUS, false, false},
                                           {"mp3", "audio/mpeg", SF_FORMAT_MPEG, SF_FORMAT_MPEG_LAYER_III, false, false},
                                           {"pcm", "audio/L16", SF_FORMAT_RAW, 0, true, true}};
  return kFacts[static_cast<int>(format)];
}

template <Format format>
class Writer final : public syrinx::Flow<WriterOptions> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs& in) {
    const syrinx::NamedPort out = options.path.empty() ? syrinx::NamedPort{"bytes", syrinx::Bytes{}.media(facts(format).media)}
                                                       : syrinx::NamedPort{"file", syrinx::File{}.media(facts(format).media)};
    return {{{"audio", same_rate(in)}}, {out}};
  }
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.joins = true;
    return out;
  }
  ~Writer() override { close(); }

  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin&) override {
    close();
    samples_ = offset_ = 0;
    const FormatFacts& f = facts(format);
    if ((options().sample == "s24" && !f.s24) || (options().sample == "f32" && !f.f32))
      return call.fail(syrinx::invalid, std::string(f.name) + " cannot hold " + options().sample + " samples", "sample: s16");
    const std::string problem = sink_.open(options().path);
    return problem.empty() ? syrinx::ok : call.fail(syrinx::failed_precondition, problem);
  }

  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView audio = item.tensor(0);
    if (!audio) return syrinx::ok;
    if (!audio.is<float>() || audio.dims() != 2) return call.fail(syrinx::invalid, "audio must be f32 [channels, N]");
    if (!file_) {
      const syrinx::Status status = start(call, static_cast<int>(audio.size(0)));
      if (status != syrinx::ok) return status;
    }
    if (audio.size(0) != info_.channels) return call.fail(syrinx::invalid, "the number of channels changed");
    const int64_t n = audio.size(1), channels = audio.size(0);
    interleaved_.resize(static_cast<size_t>(n * channels));
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < n; ++i) {
        const float x = audio.data<float>()[c * audio.stride(0) + i * audio.stride(1)];
        if (!std::isfinite(x)) return call.fail(syrinx::invalid, "audio contains NaN or infinity");
        interleaved_[static_cast<size_t>(i * channels + c)] = std::min(1.0f, std::max(-1.0f, x));
      }
    sf_count_t written;
    if (options().sample == "s16") {
      shorts_.resize(interleaved_.size());
      for (size_t i = 0; i < shorts_.size(); ++i) shorts_[i] = static_cast<int16_t>(std::lrintf(interleaved_[i] * 32767.0f));
      written = sf_writef_short(file_, shorts_.data(), n);
    } else {
      written = sf_writef_float(file_, interleaved_.data(), n);
    }
    samples_ += n;
    if (written != n || !sink_.failure().empty())
      return call.fail(syrinx::failed_precondition, sink_.failure().empty() ? std::string(sf_strerror(file_)) : sink_.failure());
    // What has no header can be heard before it is complete.
    if (format == Format::kPcm && options().path.empty()) return hand_on(call, false);
    return syrinx::ok;
  }

  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    if (!file_) {
      const syrinx::Status status = start(call, 1);
      if (status != syrinx::ok) return status;
    }
    sf_close(file_);
    file_ = nullptr;
    if (options().path.empty()) return hand_on(call, true);
    const int64_t bytes = sink_.size();
    const std::string problem = sink_.finish();
    if (!problem.empty()) return call.fail(syrinx::failed_precondition, problem);
    const syrinx::Json meta = {{"bytes", bytes}, {"samples", samples_}, {"sample_rate", info_.samplerate}, {"seconds", static_cast<double>(samples_) / info_.samplerate}};
    return call.emit(0, syrinx::Out().text(options().path).meta(meta).last());
  }

  void end(syrinx::Call&, uint32_t, uint32_t how) override {
    if (how == SYX_END) close();
  }

 private:
  syrinx::Status start(syrinx::Call& call, int channels) {
    const FormatFacts& f = facts(format);
    info_ = {};
    info_.samplerate = in<syrinx::Audio>("audio").template get<int>("sample_rate", 24000);
    info_.channels = channels;
    const int codec = f.codec ? f.codec : options().sample == "s24" ? SF_FORMAT_PCM_24 : options().sample == "f32" ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_16;
    info_.format = f.container | codec | (f.container == SF_FORMAT_RAW ? SF_ENDIAN_LITTLE : 0);
    if (!sf_format_check(&info_))
      return call.fail(syrinx::invalid, std::string(f.name) + " cannot hold " + std::to_string(info_.samplerate) + " Hz with " + std::to_string(channels) + " channels",
                       format == Format::kOpus ? "opus takes 8000, 12000, 16000, 24000 and 48000 Hz" : "");
    static SF_VIRTUAL_IO io = {
        [](void* s) -> sf_count_t { return static_cast<Sink*>(s)->size(); },
        [](sf_count_t offset, int whence, void* s) -> sf_count_t { return static_cast<Sink*>(s)->seek(offset, whence); },
        [](void* to, sf_count_t n, void* s) -> sf_count_t { return static_cast<Sink*>(s)->read(to, n); },
        [](const void* from, sf_count_t n, void* s) -> sf_count_t { return static_cast<Sink*>(s)->write(from, n); },
        [](void* s) -> sf_count_t { return static_cast<Sink*>(s)->tell(); }};
    file_ = sf_open_virtual(&io, SFM_WRITE, &info_, &sink_);
    if (!file_) return call.fail(syrinx::failed_precondition, sink_.failure().empty() ? std::string("libsndfile: ") + sf_strerror(nullptr) : sink_.failure());
    double quality = options().quality;
    if (f.codec) sf_command(file_, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof(quality));
    return syrinx::ok;
  }

  syrinx::Status hand_on(syrinx::Call& call, bool last) {
    std::string bytes = sink_.take_memory();
    if (!last) {
      const std::string problem = sink_.open("");
      if (!problem.empty()) return call.fail(syrinx::internal, problem);
    }
    const int64_t offset = offset_;
    offset_ += static_cast<int64_t>(bytes.size());
    return call.emit(0, syrinx::Out().text(std::move(bytes)).offset(offset).last(last));
  }

  void close() {
    if (file_) sf_close(file_);
    file_ = nullptr;
    sink_.discard();
  }

  Sink sink_;
  SNDFILE* file_ = nullptr;
  SF_INFO info_ = {};
  std::vector<float> interleaved_;
  std::vector<int16_t> shorts_;
  int64_t samples_ = 0, offset_ = 0;
};

}  // namespace basic
