#include "core/ab/signal.h"

#include <algorithm>
#include <cmath>

#include "core/ab/descriptive.h"
#include "core/ab/spectrum.h"
#include "core/ab/text.h"

namespace syrinx::ab {
namespace {

constexpr double kClip = 32767.0 / 32768.0, kLeastPause = 0.2;

void measure_samples(std::span<const double> x, SignalMeasures& m) {
  double peak = 0, power = 0, sum = 0;
  int64_t zeros = 0, most_zeros = 0, run = 0;
  int run_sign = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double v = x[i];
    peak = std::max(peak, std::abs(v));
    power += v * v;
    sum += v;
    if (i > 0) m.max_step = std::max(m.max_step, std::abs(v - x[i - 1]));
    zeros = v == 0 ? zeros + 1 : 0;
    most_zeros = std::max(most_zeros, zeros);
    const int sign = std::abs(v) < kClip ? 0 : v > 0 ? 1 : -1;
    m.clipped_samples += sign != 0;
    run = sign != 0 && sign == run_sign ? run + 1 : 1;
    run_sign = sign;
    m.clip_runs += sign != 0 && run == 2;
  }
  const double n = std::max<double>(1, static_cast<double>(x.size()));
  m.peak_dbfs = db_of_amplitude(peak);
  m.rms_dbfs = db_of_power(power / n);
  m.crest_db = m.peak_dbfs - m.rms_dbfs;
  m.dc = sum / n;
  m.longest_zero_run_s = static_cast<double>(most_zeros) / m.rate;
  m.true_peak_dbtp = db_of_amplitude(true_peak(x));
}

SpectralShape measure_spectrum(std::span<const double> x, int rate) {
  const Spectrum s = short_time_spectrum(x, rate);
  const auto active = active_frames(s.level_db);
  SpectralShape out;
  out.frames = static_cast<int64_t>(s.frames());
  std::vector<double> centroids;
  double rolloffs = 0;
  const double width = static_cast<double>(rate) / static_cast<double>(2 * (s.bins - 1));
  for (size_t t = 0; t < s.frames(); ++t) {
    if (!active[t]) continue;
    const auto row = s.row(t);
    double weighted = 0, sum = 0, power = 0, running = 0;
    for (size_t k = 0; k < s.bins; ++k) {
      weighted += row[k] * static_cast<double>(k) * width;
      sum += row[k];
      power += row[k] * row[k];
    }
    centroids.push_back(weighted / sum);
    size_t bin = 0;
    for (; bin + 1 < s.bins; ++bin) {
      running += row[bin] * row[bin];
      if (running >= 0.95 * power * (1 - 1e-12)) break;
    }
    rolloffs += static_cast<double>(bin) * width;
  }
  out.active_frames = static_cast<int64_t>(centroids.size());
  if (centroids.empty()) return out;
  out.centroid_hz = mean(centroids);
  out.centroid_sd_hz = std::sqrt(variance(centroids, 0));
  out.rolloff95_hz = rolloffs / static_cast<double>(centroids.size());
  return out;
}

}  // namespace

Activity measure_activity(std::span<const double> x, int rate) {
  const size_t window = samples_of(0.025, rate), hop = samples_of(0.010, rate);
  const size_t frames = x.size() < window ? 1 : 1 + (x.size() - window) / hop;
  std::vector<double> levels(frames);
  for (size_t t = 0; t < frames; ++t) {
    double power = 0;
    for (size_t i = t * hop; i < std::min(t * hop + window, x.size()); ++i) power += x[i] * x[i];
    levels[t] = db_of_power(power / static_cast<double>(window));
  }
  const auto active = active_frames(levels);
  const double duration = static_cast<double>(x.size()) / rate, step = static_cast<double>(hop) / rate;
  Activity out;
  out.frames = static_cast<int64_t>(frames);
  out.active_frames = std::count(active.begin(), active.end(), true);
  if (out.active_frames == 0) {
    out.leading_s = duration;
    return out;
  }
  out.silence_ratio = 1 - static_cast<double>(out.active_frames) / static_cast<double>(frames);
  const size_t first = static_cast<size_t>(std::find(active.begin(), active.end(), true) - active.begin());
  size_t last = frames - 1;
  while (!active[last]) --last;
  out.leading_s = static_cast<double>(first * hop) / rate;
  const size_t end = last * hop + window;
  out.trailing_s = end < x.size() ? static_cast<double>(x.size() - end) / rate : 0;
  out.span_s = duration - out.leading_s - out.trailing_s;
  size_t run = 0, longest = 0, paused = 0;
  for (size_t t = first; t <= last; ++t) {
    run = active[t] ? 0 : run + 1;
    longest = std::max(longest, run);
    // The next frame is there: the last one is active.
    if (run > 0 && active[t + 1] && static_cast<double>(run) * step >= kLeastPause - 1e-9) {
      ++out.pauses;
      paused += run;
    }
  }
  out.pause_s = static_cast<double>(paused) * step;
  out.longest_pause_s = static_cast<double>(longest) * step;
  return out;
}

SignalMeasures measure_signal(const Audio& audio, const std::string& text) {
  SignalMeasures m;
  m.samples = static_cast<int64_t>(audio.length());
  m.rate = audio.rate;
  for (const auto& channel : audio.channels) m.nonfinite += std::count_if(channel.begin(), channel.end(), [](double v) { return !std::isfinite(v); });
  if (m.nonfinite > 0) return m;
  const std::vector<double> x = audio.mono();
  m.duration_s = static_cast<double>(m.samples) / m.rate;
  measure_samples(x, m);
  m.level = loudness(audio);
  m.activity = measure_activity(x, m.rate);
  m.spectrum = measure_spectrum(x, m.rate);
  const Pitch pitch = track_pitch(x, m.rate, samples_of(0.010, m.rate));
  m.pitch_frames = static_cast<int64_t>(pitch.f0.size());
  m.pitch = pitch_statistics(pitch);
  m.hnr_db = harmonics_to_noise_db(x, m.rate, pitch);
  if (!text.empty()) {
    const TextUnits units = text_units(text);
    const double span = m.activity.span_s, net = span - m.activity.pause_s;
    if (span > 0) m.chars_per_s = static_cast<double>(units.chars) / span;
    if (span > 0) m.units_per_s = static_cast<double>(units.units) / span;
    if (net > 0) m.articulation_units_per_s = static_cast<double>(units.units) / net;
  }
  return m;
}

Values values_of(const SignalMeasures& m) {
  Values out = {{"nonfinite", static_cast<double>(m.nonfinite)}};
  const auto put = [&](const char* name, std::optional<double> value) { out[name] = m.nonfinite > 0 ? std::nullopt : value; };
  put("duration_s", m.duration_s);
  put("peak_dbfs", m.peak_dbfs);
  put("rms_dbfs", m.rms_dbfs);
  put("crest_db", m.crest_db);
  put("dc", m.dc);
  put("max_step", m.max_step);
  put("clipped_samples", static_cast<double>(m.clipped_samples));
  put("clip_runs", static_cast<double>(m.clip_runs));
  put("longest_zero_run_s", m.longest_zero_run_s);
  put("true_peak_dbtp", m.true_peak_dbtp);
  put("lufs", m.level.lufs);
  put("silence_ratio", m.activity.silence_ratio);
  put("leading_s", m.activity.leading_s);
  put("trailing_s", m.activity.trailing_s);
  put("span_s", m.activity.span_s);
  put("pauses", static_cast<double>(m.activity.pauses));
  put("pause_s", m.activity.pause_s);
  put("longest_pause_s", m.activity.longest_pause_s);
  put("centroid_hz", m.spectrum.centroid_hz);
  put("centroid_sd_hz", m.spectrum.centroid_sd_hz);
  put("rolloff95_hz", m.spectrum.rolloff95_hz);
  put("voiced_ratio", m.pitch.voiced_ratio);
  put("median_hz", m.pitch.median_hz);
  put("mean_hz", m.pitch.mean_hz);
  put("p05_hz", m.pitch.p05_hz);
  put("p95_hz", m.pitch.p95_hz);
  put("range_st", m.pitch.range_st);
  put("sd_st", m.pitch.sd_st);
  put("hnr_db", m.hnr_db);
  put("chars_per_s", m.chars_per_s);
  put("units_per_s", m.units_per_s);
  put("articulation_units_per_s", m.articulation_units_per_s);
  return out;
}

}  // namespace syrinx::ab
