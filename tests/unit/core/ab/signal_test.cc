#include "core/ab/signal.h"

#include "ab_goldens.h"
#include "core/ab/rng.h"
#include "core/ab/text.h"

namespace syrinx::ab {
namespace {

using testing::Json;
using testing::maybe;

Json to_json(const SignalMeasures& m, const std::string& text) {
  const auto& [frames, active, pauses, silence, leading, trailing, span, pause, longest] = m.activity;
  const TextUnits units = text_units(text);
  return {{"samples", m.samples}, {"fs", m.rate}, {"duration_s", m.duration_s}, {"nonfinite", m.nonfinite}, {"peak_dbfs", m.peak_dbfs},
          {"rms_dbfs", m.rms_dbfs}, {"dc", m.dc}, {"true_peak_dbtp", m.true_peak_dbtp}, {"lufs", maybe(m.level.lufs)},
          {"lufs_method", m.level.gated ? "gated" : "short"}, {"clipped_samples", m.clipped_samples}, {"clip_runs", m.clip_runs},
          {"longest_zero_run_s", m.longest_zero_run_s}, {"max_step", m.max_step}, {"crest_db", m.crest_db},
          {"silence", {{"frames", frames}, {"active_frames", active}, {"silence_ratio", silence}, {"leading_s", leading}, {"trailing_s", trailing},
                       {"span_s", span}, {"pauses", pauses}, {"pause_s", pause}, {"longest_pause_s", longest}}},
          {"spectral", {{"frames", m.spectrum.frames}, {"active_frames", m.spectrum.active_frames}, {"centroid_hz", maybe(m.spectrum.centroid_hz)},
                        {"centroid_sd_hz", maybe(m.spectrum.centroid_sd_hz)}, {"rolloff95_hz", maybe(m.spectrum.rolloff95_hz)}}},
          {"f0", {{"frames", m.pitch_frames}, {"voiced_ratio", m.pitch.voiced_ratio}, {"median_hz", maybe(m.pitch.median_hz)},
                  {"mean_hz", maybe(m.pitch.mean_hz)}, {"sd_st", maybe(m.pitch.sd_st)}, {"p05_hz", maybe(m.pitch.p05_hz)},
                  {"p95_hz", maybe(m.pitch.p95_hz)}, {"range_st", maybe(m.pitch.range_st)}}},
          {"hnr_db", maybe(m.hnr_db)},
          {"rate", {{"text", text}, {"chars", units.chars}, {"units", units.units}, {"chars_per_s", maybe(m.chars_per_s)},
                    {"units_per_s", maybe(m.units_per_s)}, {"articulation_units_per_s", maybe(m.articulation_units_per_s)}}}};
}

void check(const Audio& audio, const Json& expected, const std::string& where) {
  const std::string text = expected.contains("rate") ? expected["rate"]["text"].get<std::string>() : "";
  testing::expect_near(expected, to_json(measure_signal(audio, text), text), where);
}

std::vector<double> piece(const Json& cut) {
  const auto x = testing::ab_wav(cut[0]).mono();
  return {x.begin() + cut[1].get<long>(), x.begin() + cut[2].get<long>()};
}

TEST(Signal, Measures) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const auto& [name, expected] : testing::ab_golden("signals")["signals"].items()) check(testing::ab_wav(name), expected, name);
}

TEST(Signal, ShortAndOddRates) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("edges")["signals"]) check({c["fs"], {piece(c["cut"])}}, c["expect"], c["cut"].dump() + c["fs"].dump());
}

TEST(Signal, Mixed) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("edges")["mixed_signals"]) {
    std::vector<double> x;
    for (const Json& part : c["parts"]) {
      if (part[0] == "zeros") {
        x.resize(x.size() + part[1].get<size_t>());
        continue;
      }
      for (const double v : piece(part)) x.push_back(v * part[3].get<double>());
    }
    const auto noise = Stream(7, {"noise"}).normal(x.size());
    for (size_t i = 0; i < x.size(); ++i) x[i] += c["noise"].get<double>() * noise[i];
    check({c["fs"], {x}}, c["expect"], c["parts"].dump() + c["fs"].dump());
  }
}

TEST(Signal, LoudnessFilters) {
  SYRINX_NEEDS_AB_GOLDENS;
  const Json golden = testing::ab_golden("filters");
  for (const auto& [rate, f] : golden["k_weighting"].items()) {
    const auto filters = loudness_filters(std::stoi(rate));
    testing::expect_near(f, {{"b1", filters[0].b}, {"a1", filters[0].a}, {"b2", filters[1].b}, {"a2", filters[1].a}}, rate);
  }
  testing::expect_near(golden["true_peak"], Json(true_peak_phases()), "true_peak");
}

TEST(Signal, SessionGains) {
  SYRINX_NEEDS_AB_GOLDENS;
  for (const Json& c : testing::ab_golden("edges")["session_gains"]) {
    std::vector<std::optional<double>> lufs;
    for (const Json& l : c["lufs"]) lufs.push_back(l.is_null() ? std::nullopt : std::optional(l.get<double>()));
    const auto peaks = c["true_peak_dbtp"].get<std::vector<double>>();
    const SessionGains gains = session_gains(lufs, peaks);
    testing::expect_near(c["expect"], {{"target", gains.target_lufs}, {"gains", gains.gain_db}}, c.dump());
  }
}

TEST(Signal, SamplesThatAreNotFiniteAreCountedAndNothingElseIsSaid) {
  const Values values = values_of(measure_signal({24000, {{0.1, NAN, INFINITY, 0.2}}}));
  EXPECT_EQ(values.at("nonfinite"), 2);
  for (const auto& [name, value] : values) EXPECT_EQ(value.has_value(), name == "nonfinite") << name;
}

TEST(Signal, PowersOfChannelsAdd) {
  const auto noise = Stream(1, {}).normal(24000);
  std::vector<double> x;
  for (const double v : noise) x.push_back(0.05 * v);
  EXPECT_NEAR(*loudness({24000, {x, x}}).lufs - *loudness({24000, {x}}).lufs, 10 * std::log10(2.0), 1e-9);
}

TEST(Audio, RoundTripAndWhatIsRefused) {
  const Audio audio{16000, {{0, 0.5, -1, 0.999}, {0.25, -0.25, 0, 0}}};
  const std::string bytes = wav_bytes(audio);
  const auto back = parse_wav(bytes, "x.wav");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->rate, 16000);
  ASSERT_EQ(back->channels.size(), 2u);
  EXPECT_EQ(back->channels[0][1], 0.5);
  EXPECT_EQ(back->channels[1][1], -0.25);
  EXPECT_FALSE(parse_wav(bytes.substr(0, bytes.size() - 2), "x.wav"));
  EXPECT_FALSE(parse_wav("RIFF", "x.wav"));
  EXPECT_FALSE(parse_wav("RIFFxxxxWAVEdata\x01\0\0\0z", "x.wav"));
  EXPECT_FALSE(read_wav("/nowhere/x.wav"));
}

}  // namespace
}  // namespace syrinx::ab
