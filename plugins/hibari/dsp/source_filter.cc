#include "source_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hibari {

namespace {

constexpr int64_t kFrameFloats = 5 * kFftBins;

// Reflection without repeating the edge, again and again if the signal is short.
int64_t reflected(int64_t i, int64_t n) {
  if (n == 1) return 0;
  const int64_t period = 2 * (n - 1);
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

}  // namespace

SourceFilter::SourceFilter(const DspKernels& kernels, Kind kind, Noise noise)
    : kernels_(kernels), kind_(kind), noise_(noise), work_(work_floats(kernels.lanes)), scratch_(int64_t{kernels.lanes} * kFft),
      windowed_(int64_t{kernels.lanes} * kFft), square_(kFft) {
  for (int n = 0; n < kFft; ++n) {
    const double w = 0.5 - 0.5 * std::cos(2 * M_PI * n / kFft);
    square_[n] = static_cast<float>(w * w);
  }
}

void SourceFilter::add_pulses(float before, float here, float after) {
  float harmonics[kHop], phase[kHop];
  excitation_.frame(before, here, after, harmonics, phase);
  const size_t at = e_.size();
  e_.resize(at + kHop);
  kernels_.pulses(harmonics, phase, kHop, e_.data() + at);
  ++pulsed_;
}

void SourceFilter::push(const SpectralView& parts, const float* f0, int64_t frames, std::vector<float>* out) {
  const int64_t before = came_;
  came_ += frames;
  int64_t ready = came_;
  if (kind_ == Kind::kVoice) {
    f0_.insert(f0_.end(), f0, f0 + frames);
    // A frame's samples lean on the pitch of the next; a frame's spectrum on the samples of the next.
    while (pulsed_ + 1 < came_) {
      const float* here = f0_.data() + (pulsed_ - f0_first_);
      add_pulses(pulsed_ == 0 ? here[0] : here[-1], here[0], here[1]);
    }
    ready = std::max<int64_t>(0, pulsed_ - 1);
  }
  // Whole groups only: a partly filled vector costs as much as a full one. The first may be short, so that something is heard soon.
  if (done_ > 0) ready -= (ready - done_) % kernels_.lanes;
  run(ready, 0, parts, out);
  keep(parts, std::max(done_, before) - before, frames);
}

void SourceFilter::keep(const SpectralView& parts, int64_t first, int64_t end) {
  const size_t at = parts_.size();
  parts_.resize(at + static_cast<size_t>((end - first) * kFrameFloats));
  float* to = parts_.data() + at;
  for (int64_t f = first; f < end; ++f)
    for (int part = 0; part < 5; ++part, to += kFftBins) {
      const float* from = parts.data + f * parts.frame + part * parts.part;
      if (parts.bin == 1) {
        std::memcpy(to, from, sizeof(float) * kFftBins);
      } else {
        for (int bin = 0; bin < kFftBins; ++bin) to[bin] = from[bin * parts.bin];
      }
    }
}

void SourceFilter::finish(std::vector<float>* out) {
  if (came_ == 0) return;
  if (kind_ == Kind::kVoice && pulsed_ < came_) {
    const float* here = f0_.data() + (pulsed_ - f0_first_);
    add_pulses(pulsed_ == 0 ? here[0] : here[-1], here[0], here[0]);
  }
  run(came_, came_, {}, out);
}

const float* SourceFilter::excitation_of(int64_t frame, int64_t total, float* scratch) const {
  const int64_t first = frame * kHop - kFft / 2, end = first + kFft, size = e_first_ + static_cast<int64_t>(e_.size());
  if (first >= 0 && end <= size) return e_.data() + (first - e_first_);
  const int64_t length = total ? total * kHop : INT64_MAX / 4;  // the end reflects once it is known
  for (int64_t i = 0; i < kFft; ++i) scratch[i] = e_[std::min(reflected(first + i, length), size - 1) - e_first_];
  return scratch;
}

void SourceFilter::run(int64_t end, int64_t total, const SpectralView& fresh, std::vector<float>* out) {
  const int64_t from = done_, waiting = static_cast<int64_t>(parts_.size()) / kFrameFloats;
  while (done_ < end) {
    FrameBlock block;
    const bool old = done_ - from < waiting;
    // A group has the strides of one place: those that wait and fresh ones go together only if they lie alike.
    const bool alike = fresh.bin == 1 && fresh.part == kFftBins;
    const int64_t there = old && !alike ? from + waiting : end;
    block.count = static_cast<int>(std::min<int64_t>(kernels_.lanes, std::min(there, end) - done_));
    block.first = done_;
    block.part = kFftBins;
    block.bin = 1;
    for (int i = 0; i < block.count; ++i) {
      const int64_t at = done_ + i - from;
      block.frame[i] = at < waiting ? parts_.data() + at * kFrameFloats : fresh.data + (at - waiting) * fresh.frame;
    }
    if (!old) {
      block.part = fresh.part;
      block.bin = fresh.bin;
    }
    block.noise = noise_;
    for (int i = 0; i < block.count; ++i) {
      block.excitation[i] = kind_ == Kind::kVoice ? excitation_of(done_ + i, total, scratch_.data() + i * kFft) : nullptr;
      block.out[i] = windowed_.data() + i * kFft;
    }
    (kind_ == Kind::kVoice ? kernels_.voice : kernels_.whisper)(block, work_.data());
    const int64_t needed = (done_ + block.count - handed_) * kHop + kFft - kHop;
    if (static_cast<int64_t>(overlap_.size()) < needed) overlap_.resize(needed);
    for (int i = 0; i < block.count; ++i) {
      float* to = overlap_.data() + (done_ + i - handed_) * kHop;
      for (int n = 0; n < kFft; ++n) to[n] += block.out[i][n];
    }
    done_ += block.count;
  }
  parts_.erase(parts_.begin(), parts_.begin() + std::min(done_ - from, waiting) * kFrameFloats);
  // In blocks of kHop of the padded signal, whose first two are dropped: block b is final once frame b is in.
  hand_out(total ? total + 2 : done_, total, out);
  if (kind_ == Kind::kWhisper) return;
  // What no later frame leans on.
  const int64_t keep = std::max<int64_t>(0, pulsed_ - 1);
  if (keep - f0_first_ > 1024) {
    f0_.erase(f0_.begin(), f0_.begin() + (keep - f0_first_));
    f0_first_ = keep;
  }
  const int64_t keep_e = std::max<int64_t>(0, (done_ - 4) * kHop);
  if (keep_e - e_first_ > 1 << 15) {
    e_.erase(e_.begin(), e_.begin() + (keep_e - e_first_));
    e_first_ = keep_e;
  }
}

void SourceFilter::hand_out(int64_t blocks, int64_t total, std::vector<float>* out) {
  const int64_t first = handed_;
  for (; handed_ < blocks; ++handed_) {
    if (handed_ < 2) continue;
    const float* from = overlap_.data() + (handed_ - first) * kHop;
    const size_t at = out->size();
    out->resize(at + kHop);
    float* to = out->data() + at;
    for (int n = 0; n < kHop; ++n) {
      float sum = 0;
      for (int64_t frame = std::max<int64_t>(0, handed_ - 3); frame <= handed_ && (!total || frame < total); ++frame)
        sum += square_[n + (handed_ - frame) * kHop];
      to[n] = from[n] / std::max(sum, 1e-11f);
    }
  }
  overlap_.erase(overlap_.begin(), overlap_.begin() + std::min<int64_t>(overlap_.size(), (handed_ - first) * kHop));
}

}  // namespace hibari
