// basic/sampler: the sampler of most generators.
#pragma once

#include <syrinx/sdk.hpp>

#include "sampling.h"

namespace basic {

struct SamplerOptions {
  syrinx::Json temperature = 1.0;
  double top_p = 0.7, repetition_penalty = 1.0;
  int top_k = 20, window = 16, min_keep = 3;
  static auto describe() {
    return syrinx::options(
        syrinx::option("temperature", &SamplerOptions::temperature).type({"number", "array"}).utterance()
            .help("Scores are divided by it; above 0. One number, or one for each head."),
        syrinx::option("top_p", &SamplerOptions::top_p).range(0, 1).utterance().aliases({"top_P"})
            .help("Keep the most likely candidates that hold this share; 1 keeps all."),
        syrinx::option("top_k", &SamplerOptions::top_k).range(0, 1e6).utterance().aliases({"top_K"}).help("Keep this many candidates; 0 keeps all."),
        syrinx::option("repetition_penalty", &SamplerOptions::repetition_penalty).range(0.01, 100).utterance()
            .help("Scores of recent ids are divided by it once for each time they came (negative ones multiplied); 1 is off."),
        syrinx::option("window", &SamplerOptions::window).range(0, 4096).help("How many recent ids the penalty counts."),
        syrinx::option("min_keep", &SamplerOptions::min_keep).range(1, 1000).help("Candidates that top_p and top_k leave at least."));
  }
};

class Sampler final : public syrinx::Sampler<SamplerOptions> {
 public:
  void prepare() override {
    const auto add = [&](const syrinx::Json& value) {
      const double t = value.is_number() ? value.get<double>() : 0;
      if (!(t > 0)) throw std::invalid_argument("temperature must be above 0, not " + value.dump());
      temperatures_.push_back(t);
    };
    if (options().temperature.is_array()) {
      for (const auto& value : options().temperature) add(value);
      if (temperatures_.empty()) throw std::invalid_argument("temperature is an empty list");
    } else {
      add(options().temperature);
    }
    base_.top_p = options().top_p;
    base_.top_k = options().top_k;
    base_.repetition_penalty = options().repetition_penalty;
    base_.window = options().window;
    base_.min_keep = options().min_keep;
  }

  int32_t sample_row(const syrinx::SampleRow& row) override {
    SamplingParameters parameters = base_;
    parameters.temperature = static_cast<float>(temperatures_[std::min<size_t>(row.head, temperatures_.size() - 1)]);
    apply_chain(parameters, row.scores, row.vocab, row.history, row.history_size, row.forbid, row.forbid_size);
    const int32_t id = draw(row.scores, row.vocab, row.key, row.step);
    if (id < 0) throw std::runtime_error("no candidate is left, or a score is not a number");
    return id;
  }

  syrinx::Json recipe() const override {
    syrinx::Json steps = syrinx::Json::array();
    steps.push_back({{"op", "temperature"}, {"value", options().temperature}});
    if (base_.repetition_penalty != 1) steps.push_back({{"op", "repetition"}, {"penalty", base_.repetition_penalty}, {"window", base_.window}});
    if (base_.top_p < 1) steps.push_back({{"op", "top_p"}, {"p", base_.top_p}, {"min_keep", base_.min_keep}});
    if (base_.top_k > 0) steps.push_back({{"op", "top_k"}, {"k", base_.top_k}, {"min_keep", base_.min_keep}});
    steps.push_back({{"op", "forbid"}});
    steps.push_back({{"op", "draw"}, {"method", "exponential-race"}, {"rng", "philox4x32-10"}});
    return steps;
  }

 private:
  std::vector<double> temperatures_;
  SamplingParameters base_;
};

}  // namespace basic
