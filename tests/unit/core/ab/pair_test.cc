#include "core/ab/pair.h"

#include "ab_goldens.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

Json to_json(const PairMeasures& m) {
  return {{"len_a", m.len_a}, {"len_b", m.len_b}, {"duration_ratio", maybe(m.duration_ratio)}, {"identical", m.identical},
          {"first_diff_sample", maybe(m.first_diff_sample)}, {"lag_samples", m.lag_samples}, {"lag_corr", maybe(m.lag_corr)},
          {"comparable_length", m.comparable_length}, {"max_abs_diff", maybe(m.max_abs_diff)}, {"snr_db", maybe(m.snr_db)},
          {"si_sdr_db", maybe(m.si_sdr_db)}, {"seg_snr_db", maybe(m.seg_snr_db)}, {"lsd_db", maybe(m.lsd_db)}, {"mrstft", maybe(m.mrstft)},
          {"spectral_convergence", maybe(m.spectral_convergence)}, {"log_magnitude", maybe(m.log_magnitude)}, {"mcd_db", maybe(m.mcd_db)},
          {"mcd_path", maybe(m.mcd_path)}, {"dtw_penalty", maybe(m.dtw_penalty)}, {"vuv_error", maybe(m.vuv_error)},
          {"f0_rmse_cents", maybe(m.f0_rmse_cents)}, {"f0_corr", maybe(m.f0_corr)}, {"gross_pitch_error", maybe(m.gross_pitch_error)}};
}

TEST(Pair, Measures) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const auto& [name, expected] : testing::ab_golden("pairs")["pairs"].items()) {
    const size_t first = name.find('|'), second = name.find('|', first + 1);
    const Audio a = testing::ab_wav(name.substr(0, first)), b = testing::ab_wav(name.substr(first + 1, second - first - 1));
    testing::expect_near(expected, to_json(measure_pair(a.mono(), b.mono(), a.rate, second != std::string::npos)), name);
  }
}

TEST(Pair, Edges) {
  SYRINX_NEEDS_AB_GOLDENS;
  const auto piece = [](const Json& cut) {
    const auto x = testing::ab_wav(cut[0]).mono();
    return std::vector<double>(x.begin() + cut[1].get<long>(), x.begin() + cut[2].get<long>());
  };
  for (const Json& c : testing::ab_golden("edges")["pairs"])
    testing::expect_near(c["expect"], to_json(measure_pair(piece(c["a"]), piece(c["b"]), c["fs"], c["align"])), c["a"].dump() + c["b"].dump() + c["fs"].dump());
}

TEST(Pair, Lag) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("edges")["lag"]) {
    const auto pulses = [&](const Json& at) {
      std::vector<double> x(c["length"].get<size_t>());
      for (const Json& p : at) x[p[0].get<size_t>()] = p[1];
      return x;
    };
    testing::expect_near(c["expect"], to_json(measure_pair(pulses(c["pulses_a"]), pulses(c["pulses_b"]), c["fs"])), c["pulses_b"].dump());
  }
}

TEST(Pair, EmptySoundsAreCompared) {
  const std::vector<double> none, some(100, 0.1);
  EXPECT_TRUE(measure_pair(none, none, 24000).identical);
  EXPECT_FALSE(measure_pair(none, some, 24000).duration_ratio);
  EXPECT_FALSE(measure_pair(some, none, 24000).identical);
}

}  // namespace
}  // namespace syrinx::ab
