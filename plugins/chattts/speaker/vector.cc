#include "vector.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <syrinx/sdk.hpp>

#include "half.h"
#include "lzma.h"

namespace chattts {
namespace {

constexpr size_t kMostSpeakerBytes = 65536;  // of a speaker string, unpacked; a voice has 1,536
constexpr size_t kBlock = 16;

float round_to(Float type, float value) {
  return type == Float::kHalf    ? round_to_half(value)
         : type == Float::kBrain ? round_to_brain(value)
                                 : value;
}

}  // namespace

size_t size_of(Float type) { return type == Float::kDouble ? 8 : type == Float::kSingle ? 4 : 2; }

const char* name_of(Float type) {
  return type == Float::kHalf     ? "f16"
         : type == Float::kBrain  ? "bf16"
         : type == Float::kSingle ? "f32"
                                  : "f64";
}

SpeakerVector SpeakerVector::zeros(Float type, size_t size) {
  return {type, Bytes(size * size_of(type))};
}

double SpeakerVector::at(size_t i) const {
  const uint8_t* from = bytes.data() + i * size_of(type);
  if (type == Float::kDouble) {
    double value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  if (type == Float::kSingle) {
    float value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  uint16_t bits;
  std::memcpy(&bits, from, sizeof(bits));
  return type == Float::kHalf ? half_to_float(bits) : brain_to_float(bits);
}

void SpeakerVector::set(size_t i, double value) {
  uint8_t* to = bytes.data() + i * size_of(type);
  if (type == Float::kDouble) {
    std::memcpy(to, &value, sizeof(value));
    return;
  }
  const auto single = static_cast<float>(value);
  if (type == Float::kSingle) {
    std::memcpy(to, &single, sizeof(single));
    return;
  }
  const uint16_t bits = type == Float::kHalf ? float_to_half(single) : float_to_brain(single);
  std::memcpy(to, &bits, sizeof(bits));
}

SpeakerVector SpeakerVector::as(Float other, bool* exact) const {
  if (exact) *exact = true;
  if (other == type) return *this;
  SpeakerVector out = zeros(other, size());
  for (size_t i = 0; i < size(); ++i) {
    out.set(i, at(i));
    if (exact && out.at(i) != at(i)) *exact = false;
  }
  return out;
}

std::vector<float> SpeakerVector::normalized(size_t dim) const {
  if (dim && size() != dim)
    throw syrinx::Failure(syrinx::invalid,
                          "the speaker has " + std::to_string(size()) +
                              " values and the model takes " + std::to_string(dim),
                          "it was made for another model");
  double squares = 0;
  for (size_t i = 0; i < size(); ++i) {
    if (!std::isfinite(at(i)))
      throw syrinx::Failure(syrinx::invalid,
                            "value " + std::to_string(i) + " of the speaker is no finite number",
                            "take another copy of the voice");
    squares += at(i) * at(i);
  }
  const double norm = type == Float::kDouble
                          ? std::sqrt(squares)
                          : round_to(type, static_cast<float>(std::sqrt(squares)));
  if (norm == 0 || !std::isfinite(norm))
    throw syrinx::Failure(
        syrinx::invalid,
        norm == 0 ? "the speaker is all zeros"
                  : std::string("the speaker's norm is beyond what ") + name_of(type) + " holds",
        "draw one: random: 2, with spk_stat");
  std::vector<float> out(size());
  // 1e-12 is less than any half but zero, and the other types reach it as the reference does.
  const double divisor =
      type == Float::kHalf
          ? norm
          : std::max(norm,
                     type == Float::kDouble ? 1e-12 : static_cast<double>(round_to(type, 1e-12f)));
  for (size_t i = 0; i < size(); ++i)
    out[i] = type == Float::kDouble
                 ? static_cast<float>(at(i) / divisor)
                 : round_to(type, static_cast<float>(at(i)) / static_cast<float>(divisor));
  return out;
}

std::string speaker_string(const SpeakerVector& vector) {
  return to_base16384(lzma2_encode(vector.as(Float::kHalf).bytes));
}

SpeakerVector parse_speaker_string(std::string_view text) {
  const Bytes packed = from_base16384(text);
  SpeakerVector out{Float::kHalf, lzma2_decode(packed.data(), packed.size(), kMostSpeakerBytes)};
  if (out.bytes.empty() || out.bytes.size() % 2)
    throw syrinx::Failure(syrinx::invalid,
                          "the speaker string holds " + std::to_string(out.bytes.size()) +
                              " bytes, which are no halves",
                          "a recording's codes belong to spk_smp");
  return out;
}

SpeakerStatistics SpeakerStatistics::parse(std::string_view text) {
  const Bytes bytes = from_base16384(text);
  if (bytes.empty() || bytes.size() % 4)
    throw syrinx::Failure(syrinx::invalid,
                          "spk_stat holds " + std::to_string(bytes.size()) +
                              " bytes, which are not two rows of halves",
                          "it is the string spk_stat of ChatTTS's configuration");
  SpeakerStatistics out;
  for (auto* row : {&out.deviation, &out.mean}) {
    row->resize(bytes.size() / 4);
    std::memcpy(row->data(), bytes.data() + (row == &out.mean ? bytes.size() / 2 : 0),
                bytes.size() / 2);
  }
  return out;
}

std::vector<uint16_t> random_halves(size_t count, uint64_t seed) {
  if (count < kBlock)
    throw syrinx::Failure(syrinx::invalid,
                          "a speaker of " + std::to_string(count) + " values cannot be drawn",
                          "at least 16");
  std::mt19937 engine(static_cast<uint32_t>(seed));
  std::vector<float> values(count);
  const auto draw = [&](size_t from) {
    for (size_t i = from; i < count; ++i)
      values[i] = static_cast<float>(engine() & 2047u) / 2048.0f;
  };
  const auto transform = [&](size_t from) {
    for (size_t j = from; j < from + kBlock / 2; ++j) {
      const float one = round_to_half(1.0f - values[j]);
      const float radius =
          round_to_half(std::sqrt(round_to_half(-2.0f * round_to_half(std::log(one)))));
      const float angle = round_to_half(6.283185307179586f * values[j + kBlock / 2]);
      values[j] = round_to_half(radius * round_to_half(std::cos(angle)));
      values[j + kBlock / 2] = round_to_half(radius * round_to_half(std::sin(angle)));
    }
  };
  draw(0);
  for (size_t at = 0; at + kBlock <= count; at += kBlock) transform(at);
  if (count % kBlock) {
    // The last 16 are drawn anew.
    draw(count - kBlock);
    transform(count - kBlock);
  }
  std::vector<uint16_t> out(count);
  std::transform(values.begin(), values.end(), out.begin(), float_to_half);
  return out;
}

SpeakerVector random_speaker(const SpeakerStatistics& statistics, uint64_t seed) {
  SpeakerVector out = SpeakerVector::zeros(Float::kHalf, statistics.mean.size());
  const std::vector<uint16_t> normal = random_halves(out.size(), seed);
  for (size_t i = 0; i < out.size(); ++i)
    out.set(i, round_to_half(half_to_float(normal[i]) * half_to_float(statistics.deviation[i])) +
                   half_to_float(statistics.mean[i]));
  return out;
}

}  // namespace chattts
