// Every text through every arm: sounds, their measures, distances, and where the arms part.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <future>
#include <set>

#include "core/ab/forced.h"
#include "core/ab/pair.h"
#include "core/ab/parting.h"
#include "core/ab/run_state.h"
#include "core/ab/text.h"
#include "core/report/sha256.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

// A sound in one arm, and where it lies in the folder.
struct Take {
  Spoken spoken;
  Json metrics = nullptr;
};

bool finite(const std::vector<double>& v) {
  return std::all_of(v.begin(), v.end(), [](double s) { return std::isfinite(s); });
}

// Distances need one rate: the higher is brought down. `rate`: where that was needed.
std::optional<Values> distance(const Audio& a, const Audio& b, bool align, std::optional<int>& rate) {
  if (a.rate <= 0 || b.rate <= 0) return std::nullopt;
  const int lower = std::min(a.rate, b.rate);
  if (a.rate != b.rate) rate = lower;
  const std::vector<double> x = resampled(a, lower).mono(), y = resampled(b, lower).mono();
  if (!finite(x) || !finite(y)) return std::nullopt;
  return values_of(measure_pair(x, y, lower, align));
}

class TextsRun {
 public:
  explicit TextsRun(RunState& state) : state_(state), e_(state.e) {}

  core::Outcome all() {
    const auto& texts = e_.texts.texts;
    const auto jobs = static_cast<size_t>(e_.jobs);
    for (size_t from = 0; from < texts.size(); from += jobs)
      if (auto outcome = some(std::span(texts).subspan(from, std::min(jobs, texts.size() - from))); !outcome || state_.stopped()) return outcome;
    note_recordings();
    // A counter for whoever wants to see what was shared; no part of the result, which must not depend on what was kept before.
    std::string log;
    for (size_t i = 0; i < speakers_.size(); ++i) {
      if (!speakers_[i]) continue;
      for (const core::StageTimes& times : speakers_[i]->times()) {
        Json line = Json::object({{"arm", e_.arms[i].name}, {"stage", times.stage}, {"run", times.units_run}, {"taken", times.units_taken}});
        log += canonical(line, -1) + "\n";
      }
    }
    return write_whole((fs::path(e_.out) / "log.jsonl").string(), log);
  }

 private:
  static std::string key_of(const Text& text, uint64_t seed) { return fmt::format("item {} {}", text.id, seed); }

  // Several texts at once, with every seed.
  core::Outcome some(std::span<const Text> texts) {
    std::map<std::string, Json> made;
    for (const uint64_t seed : e_.seeds) {
      std::vector<const Text*> todo;
      for (const Text& text : texts)
        if (!state_.progress->find(key_of(text, seed))) todo.push_back(&text);
      if (todo.empty()) continue;
      if (auto outcome = start_speakers(); !outcome) return outcome;
      std::vector<std::vector<Take>> takes(todo.size());
      for (size_t i = 0; i < e_.arms.size(); ++i) {
        std::vector<Text> asked;
        for (const Text* text : todo) asked.push_back(state_.asked(e_.arms[i], *text, seed));
        auto spoken = speak(i, asked, seed);
        if (!spoken) return std::move(spoken).errors();
        for (size_t t = 0; t < todo.size(); ++t) takes[t].push_back({std::move((*spoken)[t]), nullptr});
        if (state_.stopped()) return core::Nothing{};
      }
      for (size_t t = 0; t < todo.size(); ++t) {
        auto item = item_of(*todo[t], seed, takes[t]);
        if (!item) return std::move(item).errors();
        if (e_.forced)
          if (auto outcome = force(*item, *todo[t], seed); !outcome) return outcome;
        if (state_.stopped()) return core::Nothing{};
        if (auto outcome = state_.progress->add(key_of(*todo[t], seed), *item); !outcome) return outcome;
        made[key_of(*todo[t], seed)] = *std::move(item);
      }
    }
    for (const Text& text : texts)
      for (const uint64_t seed : e_.seeds) {
        const std::string key = key_of(text, seed);
        const Json* known = state_.progress->find(key);
        state_.result["items"].push_back(known ? *known : std::move(made.at(key)));
        state_.tell("texts", static_cast<int64_t>(state_.result["items"].size()), static_cast<int64_t>(e_.texts.texts.size() * e_.seeds.size()));
      }
    return core::Nothing{};
  }

  core::Outcome start_speakers() {
    for (size_t i = speakers_.size(); i < e_.arms.size(); ++i) {
      if (!e_.runs(e_.arms[i])) {
        speakers_.emplace_back();
        continue;
      }
      auto speaker = state_.speaker(e_.arms[i].plan, {e_.store, true, {}});
      if (!speaker) return std::move(speaker).errors();
      speakers_.push_back(std::move(*speaker));
    }
    return core::Nothing{};
  }

  core::Result<std::vector<Spoken>> speak(size_t arm, const std::vector<Text>& texts, uint64_t seed) {
    std::vector<Spoken> out;
    if (speakers_[arm]) {
      std::vector<const Text*> pointers;
      for (const Text& text : texts) pointers.push_back(&text);
      if (texts.size() == 1) out.push_back(speakers_[arm]->speak(texts[0], seed));
      else out = speakers_[arm]->speak_all(pointers, seed);
      return out;
    }
    for (const Text& text : texts) {
      auto sound = recorded(text, seed);
      if (!sound) return std::move(sound).errors();
      out.push_back(*std::move(sound));
    }
    return out;
  }

  // Of an earlier result: the sound of its baseline.
  core::Result<Spoken> recorded(const Text& text, uint64_t seed) const {
    Spoken out;
    out.ok = false;
    const Json* item = earlier(text, seed);
    const std::string arm = e_.baseline->result["arms"][0]["name"];
    if (!item || !(*item)["status"].contains(arm)) {
      out.error = "the earlier result does not have it";
      return out;
    }
    const Json& status = (*item)["status"][arm];
    out.ok = status.value("ok", false);
    out.error = status.value("error", "");
    out.failed_stage = status.value("stage", "");
    if (!out.ok || !(*item)["outputs"].contains(arm)) return out;
    const Json& output = (*item)["outputs"][arm];
    const std::string path = (fs::path(e_.baseline->folder) / output["audio"].get<std::string>()).string();
    auto bytes = read_text(path);
    if (!bytes) return std::move(bytes).errors();
    if (output.contains("audio_sha256") && output["audio_sha256"] != "sha256:" + core::sha256(*bytes))
      return core::Error{"E0504", fmt::format("{} is not what the earlier result made", path), {}, {fmt::format("its result.json has {}", output["audio_sha256"].get<std::string>())}, {"run the baseline anew, without --baseline"}};
    auto audio = parse_wav(*bytes, path);
    if (!audio) return std::move(audio).errors();
    out.audio = *std::move(audio);
    return out;
  }

  const Json* earlier(const Text& text, uint64_t seed) const {
    const std::string spoken_with = std::to_string(text.seed.value_or(seed));
    for (const Json& item : e_.baseline->result["items"])
      if (item["id"] == text.id && item.value("seed", "") == spoken_with) return &item;
    return nullptr;
  }

  core::Result<Json> item_of(const Text& text, uint64_t seed, std::vector<Take>& takes) {
    Json item = Json::object();
    item["id"] = text.id;
    item["text"] = text.text;
    if (!text.language.empty()) item["lang"] = text.language;
    if (!text.group.empty()) item["group"] = text.group;
    item["seed"] = std::to_string(text.seed.value_or(seed));
    for (const char* part : {"status", "outputs", "metrics", "pair", "divergence"}) item[part] = Json::object();
    auto recording = recording_of(text);
    if (!recording) return std::move(recording).errors();
    if (*recording) item["reference_audio"] = (fs::path(e_.reference_audio) / (text.id + ".wav")).string();
    measure(text, recording->has_value() ? &**recording : nullptr, takes);
    for (size_t i = 0; i < takes.size(); ++i)
      if (auto outcome = put(item, text, seed, i, takes[i]); !outcome) return std::move(outcome).errors();
    for (size_t i = 0; i < takes.size(); ++i) {
      const std::string said = said_of(e_.arms[i], takes[i].spoken);
      if (!said.empty()) item["spoken_text"][e_.arms[i].name] = said;
    }
    for (size_t i = 1; i < takes.size(); ++i) compare(item, e_.arms[i], takes[0].spoken, takes[i].spoken);
    return item;
  }

  // The text behind the last stage that makes text: what the tokenizer reads.
  static std::string said_of(const Arm& arm, const Spoken& spoken) {
    std::string out;
    for (const std::string& stage : arm.flow) {
      const auto planned = std::find_if(arm.plan.stages.begin(), arm.plan.stages.end(), [&](const core::PlannedStage& s) { return s.name == stage; });
      const auto given = spoken.stages.find(stage);
      if (planned == arm.plan.stages.end() || given == spoken.stages.end() || (planned->kind != "normalizer" && planned->kind != "refiner")) continue;
      out = text_of_stage(given->second);
    }
    return out;
  }

  core::Result<std::optional<Audio>> recording_of(const Text& text) const {
    if (e_.reference_audio.empty()) return std::optional<Audio>();
    const fs::path file = fs::path(e_.reference_audio) / (text.id + ".wav");
    std::error_code error;
    if (!fs::exists(file, error)) return std::optional<Audio>();
    auto audio = read_wav(file.string());
    if (!audio) return std::move(audio).errors();
    return std::optional<Audio>(*std::move(audio));
  }

  // The arms side by side: they are independent, and nothing is timed here.
  void measure(const Text& text, const Audio* recording, std::vector<Take>& takes) const {
    const auto one = [&](size_t arm) {
      Spoken& s = takes[arm].spoken;
      if (!s.ok) return;
      if (s.audio.rate > 0 && s.audio.channels.empty()) s.audio.channels.resize(1);
      if (s.audio.rate <= 0) return;
      takes[arm].metrics = values_json(values_of(measure_signal(s.audio, text.text)));
      std::optional<int> rate;
      const auto far = recording ? distance(*recording, s.audio, e_.align, rate) : std::nullopt;
      if (!far) return;
      for (const auto& [name, value] : *far)
        if (e_.known.find("ref_" + name)) takes[arm].metrics["ref_" + name] = value ? Json(rounded(*value)) : Json(nullptr);
    };
    std::vector<std::future<void>> others;
    for (size_t arm = 1; arm < takes.size(); ++arm) others.push_back(std::async(std::launch::async, one, arm));
    one(0);
    for (auto& other : others) other.get();
  }

  // What synth --json-input reads to say it again.
  core::Outcome write_request(const Arm& arm, const Text& text, uint64_t seed) const {
    const Text asked = state_.asked(arm, text, seed);
    const Json line = {{"id", asked.id}, {"text", asked.text}, {"seed", *asked.seed}};
    return write_whole((fs::path(e_.out) / "texts" / fmt::format("{}.{}.{}.jsonl", asked.id, text.seed.value_or(seed), arm.name)).string(), line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  core::Outcome put(Json& item, const Text& text, uint64_t seed, size_t arm, const Take& take) const {
    const std::string& name = e_.arms[arm].name;
    if (e_.runs(e_.arms[arm]))
      if (auto written = write_request(e_.arms[arm], text, seed); !written) return written;
    item["status"][name] = Json::object({{"ok", take.spoken.ok}});
    if (!take.spoken.ok) {
      item["status"][name]["stage"] = take.spoken.failed_stage;
      item["status"][name]["error"] = take.spoken.error;
      return core::Nothing{};
    }
    if (take.spoken.audio.rate <= 0) return core::Nothing{};
    const std::string file = fmt::format("audio/{}/{}{}.wav", name, text.id, e_.seeds.size() > 1 ? fmt::format(".{}", seed) : "");
    const std::string bytes = wav_bytes(take.spoken.audio);
    if (auto written = write_whole((fs::path(e_.out) / file).string(), bytes); !written) return written;
    item["outputs"][name] = Json::object({{"audio", file}, {"audio_sha256", "sha256:" + core::sha256(bytes)}});
    item["metrics"][name] = take.metrics;
    if (e_.runs(e_.arms[arm])) return core::Nothing{};
    // Measures of an earlier result stand as they are; times are looked at when candidates are timed.
    const Json* before = earlier(text, seed);
    const std::string there = e_.baseline->result["arms"][0]["name"];
    if (before && (*before)["metrics"].contains(there))
      for (const auto& [metric, value] : (*before)["metrics"][there].items())
        if (const Metric* known = e_.known.find(metric); known && known->source.empty() && !known->name.starts_with("ref_")) item["metrics"][name][metric] = value;
    return core::Nothing{};
  }

  // The generators of the arms on the baseline's history.
  core::Outcome force(Json& item, const Text& text, uint64_t seed) {
    for (size_t i = forced_.size() + 1; i < e_.arms.size(); ++i) {
      auto made = ForcedRun::create(e_.arms[0].plan, e_.arms[i].plan);
      if (!made) return std::move(made).errors();
      forced_.push_back(std::move(*made));
      watched_.push_back(state_.cancelling.watch([run = forced_.back().get()] { run->cancel(); }));
    }
    for (size_t i = 1; i < e_.arms.size() && !state_.stopped(); ++i) {
      const std::string& arm = e_.arms[i].name;
      const ForcedOutcome outcome = forced_[i - 1]->compare(text, seed);
      item["forced"][arm] = to_json(outcome);
      item["forced"][arm]["text"] = to_text(outcome);
      if (!outcome.forced) continue;
      const Json values = values_json(values_of(*outcome.forced));
      for (const auto& [name, value] : values.items())
        if (e_.known.find(name)) item["pair"][arm][name] = value;
    }
    return core::Nothing{};
  }

  void compare(Json& item, const Arm& arm, const Spoken& a, const Spoken& b) const {
    if (!a.ok || !b.ok) return;
    if (e_.runs(e_.arms[0])) part(item, arm, a, b);
    else item["divergence"][arm.name] = Json::object({{"first_differs", nullptr}, {"first_beyond_tolerance", nullptr}, {"stages", Json::array()}});
    std::optional<int> rate;
    // An earlier sound comes from a file of 16 bits, so the other is rounded alike.
    const auto as_file = [](const Audio& audio) { return *parse_wav(wav_bytes(audio), ""); };
    const auto values = distance(a.audio, e_.runs(e_.arms[0]) || b.audio.rate <= 0 ? b.audio : as_file(b.audio), e_.align, rate);
    if (values) item["pair"][arm.name].update(values_json(*values));
    if (rate) item["resampled"][arm.name] = *rate;
  }

  void part(Json& item, const Arm& arm, const Spoken& a, const Spoken& b) const {
    std::map<std::string, StageOutputs> outputs;
    Json stages = Json::array();
    for (const core::PlannedStage& stage : e_.arms[0].plan.stages) {
      const auto in_a = a.stages.find(stage.name), in_b = b.stages.find(stage.name);
      if (in_a == a.stages.end() || in_b == b.stages.end()) continue;
      const StageOutputs& o = outputs[stage.name] = compare_outputs(in_a->second, in_b->second, stage);
      stages.push_back(Json::object({{"stage", stage.name}, {"identical", o.digest_a == o.digest_b}, {"within", o.within}}));
      if (o.digest_a == o.digest_b || stage.kind != "normalizer") continue;
      const TextDifference d = compare_texts(text_of_stage(in_a->second), text_of_stage(in_b->second));
      item["pair"][arm.name]["char_edits"] = d.char_rate ? Json(rounded(*d.char_rate)) : Json(nullptr);
    }
    const Parting parting = find_parting(e_.arms[0].flow, outputs);
    Json& divergence = item["divergence"][arm.name];
    divergence["first_differs"] = parting.first_differs ? Json(*parting.first_differs) : Json(nullptr);
    divergence["first_beyond_tolerance"] = parting.first_beyond_tolerance ? Json(*parting.first_beyond_tolerance) : Json(nullptr);
    divergence["stages"] = std::move(stages);
    if (!parting.first_differs) return;
    const auto stage = std::find_if(e_.arms[0].plan.stages.begin(), e_.arms[0].plan.stages.end(), [&](const core::PlannedStage& s) { return s.name == *parting.first_differs; });
    if (auto point = find_point(a.stages.at(stage->name), b.stages.at(stage->name), *stage)) {
      divergence["at"] = std::move(point->at);
      divergence["at"]["text"] = point->text;
    }
  }

  // What the whole set says of recordings and rates.
  void note_recordings() {
    Json without = Json::array(), resampled_items = Json::array(), late = Json::array();
    std::map<std::string, Json> unforced;
    for (const Json& item : state_.result["items"]) {
      if (!e_.reference_audio.empty() && !item.contains("reference_audio")) without.push_back(item["id"]);
      if (item.contains("resampled")) resampled_items.push_back(item["id"]);
      for (const auto& [arm, values] : item["pair"].items()) {
        const Json lag = values.value("lag_samples", Json()), corr = values.value("lag_corr", Json());
        if (!e_.align && lag.is_number() && lag != 0 && corr.is_number() && corr > 0.9) late.push_back(item["id"]);
      }
    }
    for (const Json& item : state_.result["items"])
      if (item.contains("forced"))
        for (const auto& [arm, forced] : item["forced"].items())
          if (forced.contains("reason")) unforced[forced["reason"].get<std::string>()].push_back(item["id"]);
    for (const auto& [reason, ids] : unforced) state_.warn("forced", "generators were not compared on one history: " + reason, ids);
    if (!without.empty()) state_.warn("no_recording", fmt::format("{} of {} texts have no recording in {}", without.size(), state_.result["items"].size(), e_.reference_audio), without);
    if (!resampled_items.empty()) state_.warn("rates", "the arms have different sample rates: each is measured at its own, and distances at the lower one", resampled_items);
    if (!late.empty()) state_.warn("lag", "sounds are alike but shifted, which ruins max_abs_diff, snr_db and si_sdr_db and is not heard; --align compares them at the best shift", late);
  }

  RunState& state_;
  const Experiment& e_;
  std::vector<std::shared_ptr<Speaker>> speakers_;  // null: an arm that does not run
  std::vector<std::unique_ptr<ForcedRun>> forced_;  // of each candidate with the baseline
  std::vector<std::shared_ptr<void>> watched_;      // go before what they would cancel
};

}  // namespace

core::Outcome speak_texts(RunState& state) { return TextsRun(state).all(); }

}  // namespace syrinx::ab
