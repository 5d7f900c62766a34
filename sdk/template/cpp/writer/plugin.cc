// @NAME@/writer: audio to a file, or to bytes for the program if it gives no path.
#include <cmath>
#include <cstdio>
#include <string>
#include <syrinx/sdk.hpp>

namespace {

struct Options {
  std::string path;
  static auto describe() {
    return syrinx::options(syrinx::option("path", &Options::path).output().utterance().help("The file; empty: bytes for the program."));
  }
};

void put(std::string& to, uint32_t value, int bytes) {
  while (bytes-- > 0) to += static_cast<char>(value >> (8 * bytes) & 255);
}

class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs& in) {
    syrinx::Audio audio;
    const auto given = in.get<syrinx::Audio>("audio");
    if (given.has("sample_rate")) audio.sample_rate(given.get<int>("sample_rate", 0));
    const syrinx::NamedPort bytes = {"bytes", syrinx::Bytes{}.media("audio/basic")};
    const syrinx::NamedPort file = {"file", syrinx::File{}.media("audio/basic")};
    return {{{"audio", audio.channels(1)}}, {options.path.empty() ? bytes : file}};
  }
  // A text that was spoken in pieces arrives as one.
  static syrinx::Manner manner(const Options&) {
    syrinx::Manner out;
    out.joins = true;
    return out;
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    samples_.clear();
    return syrinx::ok;
  }
  // audio: f32 [channels, N].
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView audio = item.tensor(0);
    if (!audio) return syrinx::ok;
    if (!audio.is<float>() || audio.dims() != 2) return call.fail(syrinx::invalid, "audio must be f32 [channels, N]");
    for (int64_t i = 0; i < audio.size(1); ++i) samples_.push_back(audio.data<float>()[i * audio.stride(1)]);
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    const int rate = in<syrinx::Audio>("audio").get<int>("sample_rate", 24000);
    std::string bytes = encode(static_cast<uint32_t>(rate));
    if (options().path.empty()) return call.emit(0, syrinx::Out().text(std::move(bytes)).last());
    const std::string part = options().path + ".part";
    if (!save(part, bytes) || std::rename(part.c_str(), options().path.c_str()) != 0) {
      std::remove(part.c_str());
      return call.fail(syrinx::failed_precondition, "cannot write " + options().path);
    }
    const syrinx::Json meta = {{"bytes", bytes.size()}, {"samples", samples_.size()}, {"sample_rate", rate},
                               {"seconds", static_cast<double>(samples_.size()) / rate}};
    return call.emit(0, syrinx::Out().text(options().path).meta(meta).last());
  }

 private:
  // The whole file.
  std::string encode(uint32_t rate) const {
    // TODO: write your format; this one is AU, big-endian samples of 16 bits behind a header of six words.
    std::string out = ".snd";
    for (uint32_t word : {24u, static_cast<uint32_t>(2 * samples_.size()), 3u, rate, 1u}) put(out, word, 4);
    for (float x : samples_) put(out, static_cast<uint32_t>(std::lrint(32767 * std::min(1.0f, std::max(-1.0f, x)))), 2);
    return out;
  }
  // Written beside its name first, so that a file under that name is always complete.
  static bool save(const std::string& path, const std::string& bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (!file) return false;
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    return std::fclose(file) == 0 && written;
  }

  std::vector<float> samples_;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("writer", syrinx::kind::writer).summary("AU files.").streaming("none"))
