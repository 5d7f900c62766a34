// basic/sampler: the sampler of most generators.
#pragma once

#include <optional>
#include <syrinx/sdk.hpp>

#include "sampling.h"
#include "torch_race.h"

namespace basic {

struct SamplerOptions {
  syrinx::Json temperature = 1.0, seed, manual_seed;
  double top_p = 0.7, repetition_penalty = 1.0;
  int top_k = 20, window = 16, min_keep = 3, penalty_rows = 0;
  std::string rng = "philox";
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
        syrinx::option("min_keep", &SamplerOptions::min_keep).range(1, 1000).help("Candidates that top_p and top_k leave at least."),
        syrinx::option("penalty_rows", &SamplerOptions::penalty_rows).range(0, 1e9)
            .help("Rows of a step from this one on get no repetition penalty, as in ChatTTS, where it is 625; 0: all do."),
        syrinx::option("rng", &SamplerOptions::rng).choices({"philox", "torch"}).utterance()
            .help("philox: noise of the run's seed, the same whoever shares the step. torch: what torch draws on a CPU, one generator for all rows "
                  "of a session in turn."),
        syrinx::option("seed", &SamplerOptions::seed).type({"integer", "null"}).utterance()
            .help("With rng: torch, seeds the generator once, when the utterance begins; null: from the run's seed."),
        syrinx::option("manual_seed", &SamplerOptions::manual_seed).type({"integer", "null"}).utterance()
            .help("With rng: torch, seeds the generator before every step, so that all steps have the same noise, as in ChatTTS."));
  }
};

class Sampler final : public syrinx::Sampler<SamplerOptions> {
 public:
  void prepare() override {
    const auto add = [&](const syrinx::Json& value) {
      const double t = value.is_number() ? value.get<double>() : 0;
      if (!(t > 0))
        throw syrinx::Failure(syrinx::invalid, "temperature must be above 0, not " + value.dump(),
                              "top_k: 1 with min_keep: 1 always takes the most likely id");
      temperatures_.push_back(t);
    };
    if (options().temperature.is_array()) {
      for (const auto& value : options().temperature) add(value);
      if (temperatures_.empty()) throw syrinx::Failure(syrinx::invalid, "temperature is an empty list", "one number, or one for each head");
    } else {
      add(options().temperature);
    }
    base_.top_p = options().top_p;
    base_.top_k = options().top_k;
    base_.repetition_penalty = options().repetition_penalty;
    base_.window = options().window;
    base_.min_keep = options().min_keep;
    if (options().rng == "philox") {
      for (const auto& [name, value] : {std::pair("seed", options().seed), std::pair("manual_seed", options().manual_seed)})
        if (!value.is_null())
          throw syrinx::Failure(syrinx::invalid, std::string(name) + " is " + value.dump() + ", and rng: philox takes its noise from the run's seed",
                                "rng: torch, or --seed " + value.dump());
    } else if (!options().seed.is_null()) {
      race_.emplace(seed_of(options().seed));
    }
  }

  void begin_step() override {
    row_ = 0;
    if (options().manual_seed.is_null()) return;
    if (!race_) race_.emplace(0);
    race_->reseed(seed_of(options().manual_seed));
  }

  int32_t sample_row(const syrinx::SampleRow& row) override {
    SamplingParameters parameters = base_;
    parameters.temperature = static_cast<float>(temperatures_[std::min<size_t>(row.head, temperatures_.size() - 1)]);
    if (options().penalty_rows > 0 && row_ >= options().penalty_rows) parameters.repetition_penalty = 1;
    ++row_;
    thread_local std::vector<int32_t> candidates;
    choose_candidates(parameters, row.scores, row.vocab, row.history, row.history_size, row.forbid, row.forbid_size, candidates);
    if (row.want_scores) remove_others(row.scores, row.vocab, candidates);
    if (options().rng == "philox") return checked(draw(row.scores, candidates, row.key, row.step));
    if (!race_) race_.emplace(row.key);
    return checked(race_->draw(row.scores, candidates, row.vocab));
  }

  syrinx::Json recipe() const override {
    // A sequential generator, or a row's place in the step, is nothing that a recipe can say.
    if (options().rng != "philox" || options().penalty_rows > 0) return nullptr;
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
  static uint64_t seed_of(const syrinx::Json& value) { return static_cast<uint64_t>(value.get<int64_t>()); }
  static int32_t checked(int32_t id) {
    if (id < 0)
      throw syrinx::Failure(syrinx::failed_precondition, "no candidate is left to draw from: the scores of all are -infinity, or none is allowed");
    return id;
  }

  std::vector<double> temperatures_;
  SamplingParameters base_;
  std::optional<TorchRace> race_;  // with rng: torch
  int64_t row_ = 0;                // of this session, in the step at hand
};

}  // namespace basic
