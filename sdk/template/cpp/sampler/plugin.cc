// @NAME@/sampler: draws the next id for a generator.
#include <cmath>
#include <limits>
#include <syrinx/sdk.hpp>

namespace {

struct Options {
  double temperature = 0.7;
  static auto describe() {
    return syrinx::options(syrinx::option("temperature", &Options::temperature).range(0.01, 100).utterance().help("Scores are divided by it."));
  }
};

// One object holds one utterance's parameters.
class @CLASS@ final : public syrinx::Sampler<Options> {
 public:
  int32_t sample_row(const syrinx::SampleRow& row) override {
    constexpr float kNever = -std::numeric_limits<float>::infinity();
    for (uint32_t i = 0; i < row.forbid_size; ++i)
      if (row.forbid[i] >= 0 && row.forbid[i] < row.vocab) row.scores[row.forbid[i]] = kNever;
    int32_t best = -1;
    double most = 0;
    for (int32_t id = 0; id < row.vocab; ++id) {
      if (row.scores[id] == kNever) continue;
      // TODO: change the scores as your sampler does; row.history holds the ids drawn before.
      row.scores[id] = static_cast<float>(row.scores[id] / options().temperature);
      const double value = row.scores[id] + noise(row, id);
      if (best >= 0 && value <= most) continue;
      best = id;
      most = value;
    }
    if (best < 0) throw std::runtime_error("no candidate is left");
    return best;
  }

 private:
  // Gumbel noise from the row's key alone: the same in every batch, thread and run. The largest score with it is a draw
  // from the softmax of the scores.
  static double noise(const syrinx::SampleRow& row, int32_t id) {
    const uint64_t bits = syx_key(syx_key(row.key, "step", row.step), "candidate", static_cast<uint64_t>(id));
    const double u = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
    return -std::log(-std::log(u));
  }
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("sampler", syrinx::kind::sampler).summary("Draws from the softmax of the scores."))
