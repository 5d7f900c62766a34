#include "core/ab/picture.h"

#include <algorithm>
#include <array>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <cmath>

namespace syrinx::ab {
namespace {

constexpr size_t kWaveHeight = 80, kSpectrumHeight = 128;

void put(std::string& to, uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(v >> shift & 255);
}

void chunk(std::string& to, const std::string& kind, const std::string& data) {
  put(to, static_cast<uint32_t>(data.size()));
  const std::string all = kind + data;
  to += all;
  boost::crc_32_type crc;
  crc.process_bytes(all.data(), all.size());
  put(to, crc.checksum());
}

// zlib's format around raw deflate.
std::string compressed(const std::string& data) {
  namespace z = boost::beast::zlib;
  z::deflate_stream stream;
  stream.reset(6, 15, 8, z::Strategy::normal);
  std::string out(stream.upper_bound(data.size()) + 64, '\0');
  z::z_params p;
  p.next_in = data.data();
  p.avail_in = data.size();
  p.next_out = out.data();
  p.avail_out = out.size();
  boost::beast::error_code error;
  stream.write(p, z::Flush::finish, error);
  out.resize(out.size() - p.avail_out);
  uint32_t a = 1, b = 0;
  for (const char c : data) {
    a = (a + static_cast<uint8_t>(c)) % 65521;
    b = (b + a) % 65521;
  }
  std::string whole = "\x78\x9c" + out;
  put(whole, b << 16 | a);
  return whole;
}

// Colours between given ones, evenly spaced.
std::vector<uint8_t> palette_of(const std::vector<std::array<int, 3>>& stops) {
  std::vector<uint8_t> out;
  for (int i = 0; i < 256; ++i) {
    const double at = i / 255.0 * static_cast<double>(stops.size() - 1);
    const auto k = std::min(static_cast<size_t>(at), stops.size() - 2);
    for (size_t c = 0; c < 3; ++c) out.push_back(static_cast<uint8_t>(std::lround(stops[k][c] + (at - static_cast<double>(k)) * (stops[k + 1][c] - stops[k][c]))));
  }
  return out;
}

// Of even lightness steps, dark to light.
const std::vector<uint8_t>& even_palette() {
  static const auto palette = palette_of({{0, 0, 4}, {40, 11, 84}, {101, 21, 110}, {159, 42, 99}, {212, 72, 66}, {245, 125, 21}, {250, 193, 39}, {252, 255, 164}});
  return palette;
}

// Blue for less, red for more, grey between.
const std::vector<uint8_t>& diverging_palette() {
  static const auto palette = palette_of({{33, 102, 172}, {146, 197, 222}, {235, 235, 235}, {244, 165, 130}, {178, 24, 43}});
  return palette;
}

template <class Value>
std::string drawn(size_t frames, size_t bins, int rate, double seconds, size_t hop, const std::vector<uint8_t>& palette, Value value) {
  std::vector<uint8_t> pixels(kPictureWidth * kSpectrumHeight);
  for (size_t x = 0; x < kPictureWidth; ++x) {
    const double time = (static_cast<double>(x) + 0.5) / kPictureWidth * seconds;
    const auto t = static_cast<size_t>(time * rate / static_cast<double>(hop) + 0.5);
    for (size_t y = 0; y < kSpectrumHeight; ++y) {
      const size_t low = (kSpectrumHeight - 1 - y) * (bins - 1) / kSpectrumHeight, high = std::max(low + 1, (kSpectrumHeight - y) * (bins - 1) / kSpectrumHeight);
      if (t < frames) pixels[y * kPictureWidth + x] = static_cast<uint8_t>(std::clamp(value(t, low, high) * 255, 0.0, 255.0));
      else pixels[y * kPictureWidth + x] = static_cast<uint8_t>(&palette == &diverging_palette() ? 128 : 0);
    }
  }
  return indexed_png(pixels, kPictureWidth, kSpectrumHeight, palette);
}

double mean_power(const Spectrum& s, size_t t, size_t low, size_t high) {
  double sum = 0;
  for (size_t k = low; k < high; ++k) sum += s.row(t)[k] * s.row(t)[k];
  return sum / static_cast<double>(high - low);
}

}  // namespace

std::string indexed_png(const std::vector<uint8_t>& pixels, size_t width, size_t height, const std::vector<uint8_t>& palette) {
  std::string out = "\x89PNG\r\n\x1a\n", head;
  put(head, static_cast<uint32_t>(width));
  put(head, static_cast<uint32_t>(height));
  head += std::string("\x08\x03\x00\x00\x00", 5);
  chunk(out, "IHDR", head);
  chunk(out, "PLTE", std::string(palette.begin(), palette.end()));
  std::string rows;
  for (size_t y = 0; y < height; ++y) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(pixels.data()) + y * width, width);
  }
  chunk(out, "IDAT", compressed(rows));
  chunk(out, "IEND", "");
  return out;
}

std::string waveform_png(std::span<const double> x, int rate, double seconds) {
  static const std::vector<uint8_t> palette = palette_of({{248, 248, 250}, {31, 78, 140}});
  std::vector<uint8_t> pixels(kPictureWidth * kWaveHeight);
  for (size_t column = 0; column < kPictureWidth; ++column) {
    const auto from = static_cast<size_t>(static_cast<double>(column) / kPictureWidth * seconds * rate), to = static_cast<size_t>(static_cast<double>(column + 1) / kPictureWidth * seconds * rate);
    double low = 0, high = 0;
    for (size_t i = from; i < std::min(to, x.size()); ++i) low = std::min(low, x[i]), high = std::max(high, x[i]);
    const auto row = [](double v) { return static_cast<size_t>(std::clamp((1 - v) / 2 * (kWaveHeight - 1), 0.0, kWaveHeight - 1.0)); };
    for (size_t y = row(high); y <= row(low); ++y) pixels[y * kPictureWidth + column] = 255;
  }
  return indexed_png(pixels, kPictureWidth, kWaveHeight, palette);
}

std::string spectrogram_png(const Spectrum& s, int rate, double seconds, double top) {
  return drawn(s.frames(), s.bins, rate, seconds, (s.bins - 1) / 2, even_palette(), [&](size_t t, size_t low, size_t high) {
    return (10 * std::log10(std::max(mean_power(s, t, low, high), 1e-20) / std::max(top * top, 1e-20)) + 80) / 80;
  });
}

std::string difference_png(const Spectrum& a, const Spectrum& b, int rate, double seconds) {
  return drawn(std::min(a.frames(), b.frames()), a.bins, rate, seconds, (a.bins - 1) / 2, diverging_palette(), [&](size_t t, size_t low, size_t high) {
    return 0.5 + 10 * std::log10((mean_power(b, t, low, high) + 1e-6) / (mean_power(a, t, low, high) + 1e-6)) / 40;
  });
}

}  // namespace syrinx::ab
