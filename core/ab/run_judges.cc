// Sounds before judges, so that a judge can be trusted: neutral names, shuffled order, its own rate, and the same sound twice.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/ab/rng.h"
#include "core/ab/run_state.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

constexpr size_t kTwice = 3;       // sounds that are sent twice
constexpr double kNoiseDb = 10;    // signal to noise of the recording that a judge must tell from the clean one

struct Sound {
  Json* item = nullptr;
  std::string arm, key;  // key: of its answer in the progress file, without the judge
};

class Judging {
 public:
  Judging(RunState& state, Judge& judge, size_t number) : state_(state), e_(state.e), judge_(judge), name_(fmt::format("judge {}", number)) {}

  core::Outcome all() {
    std::vector<Sound> sounds;
    for (Json& item : state_.result["items"])
      for (const auto& [arm, output] : item["outputs"].items())
        if (output.contains("audio")) sounds.push_back({&item, arm, fmt::format("{} {} {}", item["id"].get<std::string>(), item["seed"].get<std::string>(), arm)});
    if (sounds.empty()) return core::Nothing{};
    sounds = shuffled(Stream(e_.seed, {"judge", "order"}), std::move(sounds));
    folder_ = fs::absolute(fs::path(e_.out) / "judged");
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) return core::Error{"E0505", fmt::format("cannot make the folder {}", folder_.string()), {}, {error.message()}, {}};
    core::Outcome outcome = judge_all(sounds);
    fs::remove_all(folder_, error);
    return outcome;
  }

 private:
  core::Outcome judge_all(const std::vector<Sound>& sounds) {
    if (auto outcome = tell_noise_apart(sounds); !outcome) return outcome;
    if (auto outcome = round(sounds, ""); !outcome || state_.stopped()) return outcome;
    std::vector<Sound> some(sounds.begin(), sounds.begin() + static_cast<std::ptrdiff_t>(std::min(kTwice, sounds.size())));
    if (auto outcome = round(some, " again"); !outcome || state_.stopped()) return outcome;
    const auto floors = spread(some);
    int64_t rounds = 1;
    if (!floors.empty() || !judge_.info().deterministic)
      for (; rounds < e_.judge_repeats; ++rounds)
        if (auto outcome = round(sounds, fmt::format(" round {}", rounds)); !outcome || state_.stopped()) return outcome;
    for (const auto& [name, floor] : floors) {
      state_.judge_floor[name] = floor;
      state_.warn("judge_unsteady", fmt::format("the judge {} says something else of the same sound{}: every sound was judged {} times, and differences of {} below {:.4g} decide nothing", judge_.info().name,
                                                judge_.info().deterministic ? ", and calls itself deterministic" : "", rounds, name, floor));
    }
    take(sounds, rounds);
    return core::Nothing{};
  }

  // Asks for all that is not known yet; answers are kept under the sound's key and `round`.
  core::Outcome round(const std::vector<Sound>& sounds, const std::string& round) {
    std::vector<JudgeRequest> requests;
    std::vector<std::string> keys;
    for (const Sound& sound : sounds) {
      const std::string key = name_ + round + " " + sound.key;
      if (const Json* known = state_.progress->find(key)) {
        answers_[key] = *known;
        continue;
      }
      auto request = request_of(sound, key);
      if (!request) return std::move(request).errors();
      requests.push_back(*std::move(request));
      keys.push_back(key);
    }
    core::Outcome outcome = core::Nothing{};
    auto done = static_cast<int64_t>(sounds.size() - requests.size());
    judge_.ask(
        requests,
        [&](size_t i, JudgeAnswer answer) {
          Json kept = Json::object();
          if (!answer.error.empty()) kept["error"] = answer.error;
          else kept["values"] = answer.values;
          if (!answer.hypothesis.empty()) kept["hypothesis"] = answer.hypothesis;
          if (outcome.ok()) outcome = state_.progress->add(keys[i], kept);
          answers_[keys[i]] = std::move(kept);
          std::error_code ignored;
          fs::remove(requests[i].audio, ignored);
          state_.tell(fmt::format("judge {}", judge_.info().name), ++done, static_cast<int64_t>(sounds.size()));
        },
        [&] { return state_.stopped() || !outcome.ok(); });
    return outcome;
  }

  core::Result<JudgeRequest> request_of(const Sound& sound, const std::string& key) {
    const Json& item = *sound.item;
    auto audio = read_wav((fs::path(e_.out) / item["outputs"][sound.arm]["audio"].get<std::string>()).string());
    if (!audio) return std::move(audio).errors();
    JudgeRequest out;
    auto file = placed(*audio, key);
    if (!file) return std::move(file).errors();
    out.audio = *std::move(file);
    const Text* text = state_.text_of(item["id"]);
    out.text = text->reference_text.empty() ? text->text : text->reference_text;
    out.language = text->language;
    if (item.contains("reference_audio")) out.reference_audio = fs::absolute(item["reference_audio"].get<std::string>()).string();
    return out;
  }

  // A file whose name says nothing.
  core::Result<std::string> placed(const Audio& audio, const std::string& key) const {
    const int rate = judge_.info().sample_rate;
    const std::string path = (folder_ / fmt::format("x{:012x}.wav", Stream(e_.seed, {"judge", "name", key}).u64(0) >> 16)).string();
    if (auto written = write_whole(path, wav_bytes(rate > 0 ? resampled(audio, rate) : audio, judge_.info().float_samples)); !written) return std::move(written).errors();
    return path;
  }

  // A recording, and the same with noise: a judge that does not tell them apart is warned about.
  core::Outcome tell_noise_apart(const std::vector<Sound>& sounds) {
    const auto found = std::find_if(sounds.begin(), sounds.end(), [](const Sound& sound) { return sound.item->contains("reference_audio"); });
    if (found == sounds.end()) return core::Nothing{};
    const std::string key = name_ + " noise";
    Json both = Json::array();
    if (const Json* known = state_.progress->find(key)) {
      both = *known;
    } else {
      auto clean = read_wav((*found->item)["reference_audio"].get<std::string>());
      if (!clean) return std::move(clean).errors();
      Audio noisy = *clean;
      double power = 0;
      for (const auto& channel : clean->channels)
        for (const double v : channel) power += v * v / static_cast<double>(std::max<size_t>(1, clean->length() * clean->channels.size()));
      const double gain = std::sqrt(power) * std::pow(10, -kNoiseDb / 20);
      for (size_t c = 0; c < noisy.channels.size(); ++c) {
        const auto noise = Stream(e_.seed, {"judge", "noise", std::to_string(c)}).normal(noisy.length());
        for (size_t i = 0; i < noise.size(); ++i) noisy.channels[c][i] += gain * noise[i];
      }
      std::vector<JudgeRequest> requests;
      for (const Audio* audio : {&*clean, &noisy}) {
        auto request = request_of(*found, key);
        if (!request) return std::move(request).errors();
        auto file = placed(*audio, key + std::to_string(requests.size()));
        if (!file) return std::move(file).errors();
        request->audio = *std::move(file);
        requests.push_back(*std::move(request));
      }
      both = Json::array({nullptr, nullptr});
      judge_.ask(requests, [&](size_t i, JudgeAnswer answer) { both[i] = answer.values; }, [&] { return state_.stopped(); });
      if (state_.stopped()) return core::Nothing{};
      if (auto outcome = state_.progress->add(key, both); !outcome) return outcome;
    }
    for (const Metric& metric : judge_.info().metrics) {
      const Json a = both[0].value(metric.name, Json()), b = both[1].value(metric.name, Json());
      if (!a.is_number() || !b.is_number()) continue;
      const double d = b.get<double>() - a.get<double>();
      if (metric.direction == "lower" ? d > 0 : metric.direction == "higher" ? d < 0 : d != 0) return core::Nothing{};
    }
    state_.warn("judge_deaf", fmt::format("the judge {} does not tell a recording from the same with noise {:.0f} dB below", judge_.info().name, kNoiseDb));
    return core::Nothing{};
  }

  // The largest difference of each measure between two judgements of one sound.
  std::map<std::string, double> spread(const std::vector<Sound>& some) const {
    std::map<std::string, double> out;
    for (const Sound& sound : some) {
      const Json &first = answers_.at(name_ + " " + sound.key), &second = answers_.at(name_ + " again " + sound.key);
      if (!first.contains("values") || !second.contains("values")) continue;
      for (const Metric& metric : judge_.info().metrics) {
        const Json a = first["values"].value(metric.name, Json()), b = second["values"].value(metric.name, Json());
        if (!a.is_number() || !b.is_number()) continue;
        const double d = std::abs(a.get<double>() - b.get<double>());
        if (d > 0) out[metric.name] = std::max(out[metric.name], d);
      }
    }
    return out;
  }

  // Values into the result: the mean of the rounds, sums as well.
  void take(const std::vector<Sound>& sounds, int64_t rounds) {
    Json without = Json::array(), far = Json::array();
    std::string why;
    for (const Sound& sound : sounds) {
      std::map<std::string, std::pair<double, int>> sums;
      for (int64_t r = 0; r < rounds; ++r) {
        const Json& answer = answers_.at(name_ + (r == 0 ? "" : fmt::format(" round {}", r)) + " " + sound.key);
        if (answer.contains("error")) {
          if (why.empty()) why = answer["error"];
          continue;
        }
        for (const auto& [value_name, value] : answer["values"].items()) sums[value_name].first += value.get<double>(), ++sums[value_name].second;
        if (r == 0 && answer.contains("hypothesis")) (*sound.item)["heard"][sound.arm][judge_.info().name] = answer["hypothesis"];
      }
      Json& metrics = (*sound.item)["metrics"][sound.arm];
      if (sums.empty()) without.push_back((*sound.item)["id"]);
      for (const auto& [value_name, sum] : sums) metrics[value_name] = rounded(sum.first / sum.second);
      for (const Metric& metric : judge_.info().metrics)
        if (!metric.errors.empty() && sums.count(metric.name) && sums[metric.name].first / sums[metric.name].second > 0.5) far.push_back((*sound.item)["id"]);
    }
    const std::string& judge = judge_.info().name;
    if (!without.empty()) state_.warn("judge", fmt::format("the judge {} gave no value for {} of {} sounds: {}", judge, without.size(), sounds.size(), why), without);
    if (!far.empty()) state_.warn("hallucination", fmt::format("the judge {} heard more than half of the words wrong: hallucination or wrong language; they stay in", judge), far);
  }

  RunState& state_;
  const Experiment& e_;
  Judge& judge_;
  const std::string name_;
  fs::path folder_;
  std::map<std::string, Json> answers_;
};

}  // namespace

core::Outcome ask_judges(RunState& state) {
  for (size_t i = 0; i < state.e.judges.size(); ++i)
    if (auto outcome = Judging(state, *state.e.judges[i], i + 1).all(); !outcome || state.stopped()) return outcome;
  return core::Nothing{};
}

}  // namespace syrinx::ab
