#include "core/ab/metrics.h"

#include <algorithm>
#include <utility>

namespace syrinx::ab {
namespace {

struct Row {
  std::string_view name, unit, direction;
  bool pair, time;
  std::string_view definition;
};

constexpr Row kRows[] = {
    {"rtf", "ratio", "lower", false, true, "wall time by the duration of the sound made; median of the repeats"},
    {"first_chunk_s", "s", "lower", false, true, "from the text handed in to the first samples; median of the repeats"},
    {"prebuffer_s", "s", "lower", false, false, "what a player must hold back to never wait"},
    {"wall_s", "s", "lower", false, true, "wall time of a text; median of the repeats"},
    {"cpu_s", "s", "lower", false, true, "time of all processors for a text; median of the repeats"},
    {"peak_rss_bytes", "bytes", "lower", false, false, "memory of the process at its highest while a text is spoken, less what it was before; median of the repeats"},
    {"duration_s", "s", "none", false, false, "length of the sound"},
    {"lufs", "LUFS", "none", false, false, "integrated loudness, ITU-R BS.1770-4"},
    {"true_peak_dbtp", "dBTP", "none", false, false, "largest magnitude of four-times interpolated samples, ITU-R BS.1770-4"},
    {"peak_dbfs", "dBFS", "none", false, false, "largest magnitude of the samples"},
    {"rms_dbfs", "dBFS", "none", false, false, "mean square"},
    {"crest_db", "dB", "none", false, false, "peak less mean square"},
    {"dc", "", "none", false, false, "mean of the samples"},
    {"max_step", "", "none", false, false, "largest step between neighbouring samples"},
    {"clipped_samples", "samples", "lower", false, false, "samples at full scale"},
    {"clip_runs", "runs", "lower", false, false, "runs of at least two samples at full scale, of one sign"},
    {"longest_zero_run_s", "s", "none", false, false, "longest run of exact zeros"},
    {"silence_ratio", "ratio", "none", false, false, "share of inactive frames (25 ms every 10 ms)"},
    {"leading_s", "s", "none", false, false, "before the first active frame"},
    {"trailing_s", "s", "none", false, false, "behind the last active frame"},
    {"span_s", "s", "none", false, false, "duration without the silent edges"},
    {"pauses", "pauses", "none", false, false, "inactive runs of at least 0.2 s between active frames"},
    {"pause_s", "s", "none", false, false, "length of these pauses together"},
    {"longest_pause_s", "s", "none", false, false, "longest inactive run between active frames"},
    {"chars_per_s", "1/s", "none", false, false, "letters and numbers of the text by the span"},
    {"units_per_s", "1/s", "none", false, false, "words (characters of Chinese and Japanese) by the span"},
    {"articulation_units_per_s", "1/s", "none", false, false, "the same by the span without pauses"},
    {"centroid_hz", "Hz", "none", false, false, "mean spectral centroid of active frames"},
    {"centroid_sd_hz", "Hz", "none", false, false, "its standard deviation over frames"},
    {"rolloff95_hz", "Hz", "none", false, false, "mean frequency below which 95 % of the power lies"},
    {"voiced_ratio", "ratio", "none", false, false, "share of voiced frames, YIN"},
    {"median_hz", "Hz", "none", false, false, "median pitch of voiced frames, YIN, 60 to 600 Hz"},
    {"mean_hz", "Hz", "none", false, false, "mean pitch"},
    {"p05_hz", "Hz", "none", false, false, "5th percentile of pitch"},
    {"p95_hz", "Hz", "none", false, false, "95th percentile of pitch"},
    {"range_st", "semitones", "none", false, false, "between these two"},
    {"sd_st", "semitones", "none", false, false, "standard deviation of pitch about its median"},
    {"hnr_db", "dB", "none", false, false, "harmonics to noise at the period, voiced frames"},
    {"duration_ratio", "ratio", "none", true, false, "length of B by length of A"},
    {"lag_samples", "samples", "none", true, false, "shift of the best correlation within 50 ms; positive: B is late"},
    {"lag_corr", "", "none", true, false, "correlation at that shift"},
    {"max_abs_diff", "", "none", true, false, "largest difference of samples; lengths within 20 ms"},
    {"snr_db", "dB", "none", true, false, "power of A by power of the difference"},
    {"si_sdr_db", "dB", "none", true, false, "the same, whatever the gain"},
    {"seg_snr_db", "dB", "none", true, false, "mean over active frames of 20 ms, each within -10 and 35"},
    {"lsd_db", "dB", "none", true, false, "log-spectral distance, active frames of A"},
    {"mrstft", "", "none", true, false, "multi-resolution spectral distance: the next two together"},
    {"spectral_convergence", "", "none", true, false, "difference of magnitudes by their norm, three resolutions"},
    {"log_magnitude", "", "none", true, false, "mean difference of log magnitudes, three resolutions"},
    {"mcd_db", "dB", "none", true, false, "mel-cepstral distortion without c0 along exact time warping of active frames; not comparable with other tools"},
    {"mcd_path", "frames", "none", true, false, "length of the warping path"},
    {"dtw_penalty", "", "none", true, false, "2 less both lengths by the path"},
    {"f0_rmse_cents", "cents", "none", true, false, "pitch difference along the path, both voiced"},
    {"f0_corr", "", "none", true, false, "correlation of log pitch along the path"},
    {"vuv_error", "ratio", "none", true, false, "share of the path where only one is voiced"},
    {"gross_pitch_error", "ratio", "none", true, false, "share off by more than 20 %"},
    {"forced_top", "ratio", "none", true, false, "share of steps with the same most likely candidate on the baseline's history"},
    {"forced_draw", "ratio", "none", true, false, "share of steps with the same draw on the baseline's history"},
    {"forced_kl_mean", "nat", "none", true, false, "mean divergence KL(A||B) of the distributions that are drawn from, on the baseline's history"},
    {"forced_kl_max", "nat", "none", true, false, "its maximum over steps"},
    {"forced_first", "steps", "none", true, false, "first step whose draw differs on the baseline's history; missing where none does"},
    {"forced_score_diff", "", "none", true, false, "largest difference of scores before filtering, on the baseline's history"},
    {"char_edits", "ratio", "none", true, false, "edit distance of what the changed stage says, by characters of A"},
};

constexpr std::string_view kFields[] = {"a_mean", "b_mean", "delta", "ci_lo", "ci_hi", "p", "p_holm", "dz", "rho", "n", "missing", "mde80", "ratio", "ratio_lo", "ratio_hi", "worst"};

// Of measures of a pair: which direction is good when A is a recording.
constexpr std::pair<std::string_view, std::string_view> kNearer[] = {
    {"duration_ratio", "none"}, {"lag_samples", "none"}, {"snr_db", "higher"}, {"si_sdr_db", "higher"}, {"seg_snr_db", "higher"}, {"lsd_db", "lower"}, {"mrstft", "lower"},
    {"spectral_convergence", "lower"}, {"log_magnitude", "lower"}, {"mcd_db", "lower"}, {"f0_rmse_cents", "lower"}, {"f0_corr", "higher"}, {"vuv_error", "lower"}, {"gross_pitch_error", "lower"}};

}  // namespace

MetricSet::MetricSet() {
  for (const Row& row : kRows) all_.push_back({std::string(row.name), std::string(row.unit), std::string(row.direction), row.pair, row.time, std::string(row.definition), {}, {}, {}});
  for (size_t i = 0, n = all_.size(); i < n; ++i)
    if (auto metric = against_recording(all_[i])) all_.push_back(*std::move(metric));
}

bool MetricSet::add(Metric metric) {
  if (find(metric.name)) return false;
  all_.push_back(std::move(metric));
  return true;
}

const Metric* MetricSet::find(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Metric& m) { return m.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

std::vector<std::string> MetricSet::names() const {
  std::vector<std::string> out;
  for (const Metric& m : all_) out.push_back(m.name);
  return out;
}

std::optional<Metric> against_recording(const Metric& pair) {
  for (const auto& [name, direction] : kNearer)
    if (pair.pair && pair.name == name) return Metric{"ref_" + pair.name, pair.unit, std::string(direction), false, false, "against the recording: " + pair.definition, {}, {}, {}};
  return std::nullopt;
}

std::span<const std::string_view> comparison_fields() { return kFields; }

std::set<std::string> primary_metrics(std::string_view kind, const MetricSet& known) {
  std::set<std::string> out = {"rtf", "first_chunk_s"};
  const bool text = kind == "normalizer" || kind == "refiner";
  for (const Metric& metric : known.all())
    if (!metric.source.empty() && kind != "tokenizer" && (!text || !metric.errors.empty())) out.insert(metric.name);
  const bool judged = out.size() > 2;
  if (!judged && (kind == "sampler" || kind == "generator" || kind == "acoustic" || kind == "synthesizer")) out.insert({"units_per_s", "longest_pause_s", "duration_s"});
  return out;
}

}  // namespace syrinx::ab
