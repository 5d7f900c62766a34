#include "core/ab/audio.h"

#include <fmt/format.h>
#include <samplerate.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

namespace syrinx::ab {
namespace {

template <class T>
T little(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

template <class T>
void put(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

core::Error unreadable(const std::string& name, std::string why) {
  return {"E0504", fmt::format("{} is not a WAV file that can be measured", name), {}, {std::move(why)}, {"16-bit or 32-bit float WAV files are read"}};
}

}  // namespace

std::vector<double> Audio::mono() const {
  if (channels.size() == 1) return channels[0];
  std::vector<double> out(length());
  for (const auto& channel : channels)
    for (size_t i = 0; i < out.size(); ++i) out[i] += channel[i];
  for (double& v : out) v /= static_cast<double>(channels.size());
  return out;
}

core::Result<Audio> parse_wav(std::string_view bytes, const std::string& name) {
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE") return unreadable(name, "it does not begin like one");
  int format = 0, channels = 0, rate = 0, bits = 0;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view kind = bytes.substr(at, 4);
    const size_t size = little<uint32_t>(bytes, at + 4), begin = at + 8;
    if (kind == "fmt " && size >= 16 && begin + 16 <= bytes.size()) {
      format = little<uint16_t>(bytes, begin);
      channels = little<uint16_t>(bytes, begin + 2);
      rate = static_cast<int>(std::min<uint32_t>(little<uint32_t>(bytes, begin + 4), INT32_MAX));
      bits = little<uint16_t>(bytes, begin + 14);
      if (format == 0xFFFE && size >= 40 && begin + 26 <= bytes.size()) format = little<uint16_t>(bytes, begin + 24);
    } else if (kind == "data") {
      const bool s16 = format == 1 && bits == 16, f32 = format == 3 && bits == 32;
      if (!(s16 || f32) || channels < 1 || rate < 1) return unreadable(name, fmt::format("format {}, {} bits, {} channels, {} Hz", format, bits, channels, rate));
      if (begin + size > bytes.size()) return unreadable(name, fmt::format("it says {} bytes of sound and has {}", size, bytes.size() - begin));
      Audio audio{rate, std::vector<std::vector<double>>(static_cast<size_t>(channels))};
      const size_t width = s16 ? 2 : 4, frames = size / (width * static_cast<size_t>(channels));
      for (auto& channel : audio.channels) channel.resize(frames);
      for (size_t i = 0; i < frames; ++i)
        for (size_t c = 0; c < audio.channels.size(); ++c) {
          const size_t where = begin + (i * audio.channels.size() + c) * width;
          audio.channels[c][i] = s16 ? little<int16_t>(bytes, where) / 32768.0 : static_cast<double>(little<float>(bytes, where));
        }
      return audio;
    }
    at = begin + size + (size & 1);
  }
  return unreadable(name, "it has no sound in it");
}

core::Result<Audio> read_wav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return core::Error{"E0504", fmt::format("cannot read {}", path), {}, {std::strerror(errno)}, {}};
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return parse_wav(bytes, path);
}

std::string wav_bytes(const Audio& audio, bool float_samples) {
  const auto channels = static_cast<uint16_t>(audio.channels.size());
  const uint16_t width = float_samples ? 4 : 2;
  const auto size = static_cast<uint32_t>(audio.length() * channels * width);
  std::string out = "RIFF";
  put<uint32_t>(out, 36 + size);
  out += "WAVEfmt ";
  put<uint32_t>(out, 16);
  put<uint16_t>(out, float_samples ? 3 : 1);
  put<uint16_t>(out, channels);
  put<uint32_t>(out, static_cast<uint32_t>(audio.rate));
  put<uint32_t>(out, static_cast<uint32_t>(audio.rate) * channels * width);
  put<uint16_t>(out, static_cast<uint16_t>(channels * width));
  put<uint16_t>(out, static_cast<uint16_t>(8 * width));
  out += "data";
  put<uint32_t>(out, size);
  for (size_t i = 0; i < audio.length(); ++i)
    for (const auto& channel : audio.channels) {
      if (float_samples) put<float>(out, static_cast<float>(channel[i]));
      else put<int16_t>(out, static_cast<int16_t>(std::clamp(std::floor(channel[i] * 32768.0 + 0.5), -32768.0, 32767.0)));
    }
  return out;
}

Audio resampled(const Audio& audio, int rate) {
  if (rate == audio.rate || audio.length() == 0) return {rate, audio.channels};
  const double ratio = static_cast<double>(rate) / audio.rate;
  Audio out{rate, {}};
  for (const auto& channel : audio.channels) {
    std::vector<float> from(channel.begin(), channel.end()), to(static_cast<size_t>(std::ceil(static_cast<double>(channel.size()) * ratio)) + 64);
    SRC_DATA data = {};
    data.data_in = from.data();
    data.data_out = to.data();
    data.input_frames = static_cast<long>(from.size());
    data.output_frames = static_cast<long>(to.size());
    data.src_ratio = ratio;
    // Fails for absurd ratios only; then there is no sound, which is seen as such.
    if (src_simple(&data, SRC_SINC_BEST_QUALITY, 1) == 0) to.resize(static_cast<size_t>(data.output_frames_gen));
    else to.clear();
    out.channels.emplace_back(to.begin(), to.end());
  }
  return out;
}

}  // namespace syrinx::ab
