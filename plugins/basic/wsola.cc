#include "wsola.h"

#include <algorithm>
#include <cmath>

namespace basic {

// Frames of 30 ms overlap by half; the best place is looked for within 10 ms.
Wsola::Wsola(int sample_rate, double tempo)
    : tempo_(tempo), frame_(2 * static_cast<int64_t>(std::lround(sample_rate * 0.015))), hop_(frame_ / 2),
      search_(static_cast<int64_t>(std::lround(sample_rate * 0.010))), window_(static_cast<size_t>(frame_)), tail_(static_cast<size_t>(hop_)) {
  for (int64_t i = 0; i < frame_; ++i) window_[static_cast<size_t>(i)] = static_cast<float>(0.5 - 0.5 * std::cos(2 * M_PI * (static_cast<double>(i) + 0.5) / static_cast<double>(frame_)));
}

void Wsola::push(const float* samples, int64_t n, std::vector<float>* out) {
  if (tempo_ == 1) {
    out->insert(out->end(), samples, samples + n);
    return;
  }
  input_.insert(input_.end(), samples, samples + n);
  came_ += n;
  run(false, out);
}

void Wsola::finish(std::vector<float>* out) {
  if (tempo_ != 1) run(true, out);
}

void Wsola::run(bool end, std::vector<float>* out) {
  const auto length = static_cast<int64_t>(std::lround(static_cast<double>(came_) / tempo_));
  while (true) {
    if (end && made_ >= length) break;
    const auto target = static_cast<int64_t>(std::lround(static_cast<double>(frames_ * hop_) * tempo_));
    if (!end && std::max(target + search_, natural_) + frame_ > came_) break;
    // The place whose first half continues the frame before best.
    int64_t best = target;
    if (frames_ > 0) {
      double most = -1e30;
      for (int64_t at_ = std::max<int64_t>(0, target - search_); at_ <= target + search_; ++at_) {
        double sum = 0, energy = 1e-9;
        for (int64_t i = 0; i < hop_; i += 2) {
          const double a = at(natural_ + i), b = at(at_ + i);
          sum += a * b;
          energy += b * b;
        }
        const double score = sum / std::sqrt(energy);
        if (score > most) most = score, best = at_;
      }
    }
    const size_t from = out->size();
    out->resize(from + static_cast<size_t>(hop_));
    for (int64_t i = 0; i < hop_; ++i) {
      const auto k = static_cast<size_t>(i);
      // The very first half frame has nothing to fade from.
      (*out)[from + k] = frames_ == 0 ? at(best + i) : tail_[k] + window_[k] * at(best + i);
      tail_[k] = window_[static_cast<size_t>(hop_ + i)] * at(best + hop_ + i);
    }
    made_ += hop_;
    natural_ = best + hop_;
    ++frames_;
    const int64_t keep = std::min(natural_, static_cast<int64_t>(static_cast<double>(frames_ * hop_) * tempo_) - search_) - 1;
    if (keep - first_ > 1 << 15) {
      input_.erase(input_.begin(), input_.begin() + (keep - first_));
      first_ = keep;
    }
  }
  if (end && made_ > length) out->resize(out->size() - static_cast<size_t>(std::min<int64_t>(made_ - length, static_cast<int64_t>(out->size()))));
}

}  // namespace basic
