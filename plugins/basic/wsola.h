// Speech faster or slower at the same pitch: waveform-similarity overlap-add (Verhelst and Roelands 1993), in pieces of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace basic {

class Wsola {
 public:
  // tempo: 2 is twice as fast. One channel.
  Wsola(int sample_rate, double tempo);

  // Appends what is final to `out`. Any division into pushes gives the same samples; all in all about n / tempo.
  void push(const float* samples, int64_t n, std::vector<float>* out);
  void finish(std::vector<float>* out);

 private:
  // Makes frames as long as the input reaches; at the end silence follows it.
  void run(bool end, std::vector<float>* out);
  float at(int64_t i) const { return i < first_ || i >= first_ + static_cast<int64_t>(input_.size()) ? 0.0f : input_[static_cast<std::size_t>(i - first_)]; }

  const double tempo_;
  const int64_t frame_, hop_, search_;
  std::vector<float> window_, input_, tail_;
  int64_t first_ = 0, came_ = 0, frames_ = 0, natural_ = 0, made_ = 0;
};

}  // namespace basic
