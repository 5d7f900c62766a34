// What a text costs: timed runs, and the memory of stages.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/ab/descriptive.h"
#include "core/ab/memory.h"
#include "core/ab/run_state.h"

namespace syrinx::ab {
namespace {

constexpr size_t kMemoryTexts = 3;

using TimedRows = std::map<std::string, std::map<std::string, std::vector<Json>>>;  // arm, text

void note_times(RunState& state, const TimedRows& timed, const std::map<std::string, Json>& memory) {
  const Experiment& e = state.e;
  for (Json& item : state.result["items"])
    for (const auto& [arm, texts] : timed) {
      const auto rows = texts.find(item["id"].get<std::string>());
      if (rows == texts.end() || !item["metrics"].contains(arm)) continue;
      const auto middle = [&](const char* name) {
        std::vector<double> values;
        for (const Json& row : rows->second)
          if (row[name].is_number()) values.push_back(row[name].get<double>());
        return values.empty() ? Json(nullptr) : Json(quantile(values, 0.5));
      };
      std::map<std::string, std::vector<double>> stage_times;
      for (const Json& row : rows->second)
        for (const auto& [stage, seconds] : row["stages"].items()) stage_times[stage].push_back(seconds.get<double>());
      for (const auto& [stage, seconds] : stage_times) item["timing"][arm][stage] = quantile(seconds, 0.5);
      Json& metrics = item["metrics"][arm];
      for (const char* name : {"wall_s", "cpu_s", "first_chunk_s", "prebuffer_s", "peak_rss_bytes"}) metrics[name] = middle(name);
      const Json audio = middle("audio_s"), wall = middle("wall_s");
      metrics["rtf"] = audio.is_number() && audio > 0 ? Json(wall.get<double>() / audio.get<double>()) : Json(nullptr);
    }
  for (const Arm& arm : e.arms) {
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> stages;  // seconds, by seconds of audio
    const auto rows_of = timed.find(arm.name);
    if (rows_of == timed.end()) continue;
    for (const auto& [item, rows] : rows_of->second)
      for (const Json& row : rows)
        for (const auto& [stage, seconds] : row["stages"].items()) {
          stages[stage].first.push_back(seconds.get<double>());
          if (row["audio_s"] > 0) stages[stage].second.push_back(seconds.get<double>() / row["audio_s"].get<double>());
        }
    const auto summary = [](const std::vector<double>& v) { return v.empty() ? Json(nullptr) : Json::object({{"median", quantile(v, 0.5)}, {"p05", quantile(v, 0.05)}, {"p95", quantile(v, 0.95)}, {"n", v.size()}}); };
    for (const auto& [stage, v] : stages) {
      Json row = Json::object({{"stage", stage}, {"arm", arm.name}});
      row["wall_s"] = summary(v.first);
      row["cpu_s"] = summary(v.first);  // a plugin's own threads are in the total only
      row["rtf"] = summary(v.second);
      const auto bytes = memory.find(arm.name);
      row["peak_rss_bytes"] = bytes == memory.end() ? Json(nullptr) : bytes->second.value(stage, Json());
      state.result["timing"]["stages"].push_back(std::move(row));
    }
  }
}

void note_drift(RunState& state, const std::vector<double>& numbers, const std::vector<double>& logs) {
  if (numbers.size() < 10) return;
  const auto rho = correlation(ranks(numbers), ranks(logs));
  if (!rho) return;
  const auto n = static_cast<double>(numbers.size());
  const double z = std::abs(std::atanh(std::clamp(*rho, -0.999999, 0.999999))) * std::sqrt((n - 3) / 1.06);
  const double p = 2 * normal_cdf(-z);
  state.result["timing"]["drift"] = Json::object({{"rho", *rho}, {"p", p}});
  if (std::abs(*rho) > 0.5 && p < 0.01) state.warn("drift", fmt::format("times drifted over the run (rank correlation {:.2f})", *rho));
}

// How much memory each stage takes at most while stages run one after the other, as they do when their outputs are watched.
core::Result<Json> stage_memory(const RunState& state, const Arm& arm, const Names& items) {
  Json out = Json::object();
  auto speaker = state.speaker(arm.plan, {nullptr, true, {}});
  if (!speaker) return std::move(speaker).errors();
  for (size_t i = 0; i < std::min(items.size(), kMemoryTexts) && !state.stopped(); ++i) {
    const Text& text = *state.text_of(items[i]);
    if (i == 0) (*speaker)->speak(state.asked(arm, text, state.e.seeds[0]), state.e.seeds[0]);  // first uses are not counted
    MemoryMark mark;
    (*speaker)->on_stage_end = [&](const std::string& stage) {
      const auto rise = mark.rise();
      if (!rise) return;
      Json& most = out[stage];
      most = std::max(most.is_number() ? most.get<int64_t>() : 0, *rise);
    };
    (*speaker)->speak(state.asked(arm, text, state.e.seeds[0]), state.e.seeds[0]);
    (*speaker)->on_stage_end = nullptr;
  }
  return out;
}

class TimedRuns {
 public:
  explicit TimedRuns(RunState& state) : state_(state), e_(state.e) {}

  core::Outcome all() {
    for (const Json& item : state_.result["items"]) {
      const bool ok = std::all_of(item["status"].begin(), item["status"].end(), [](const Json& s) { return s["ok"] == true; });
      const std::string id = item["id"];
      if (ok && std::find(items_.begin(), items_.end(), id) == items_.end()) items_.push_back(id);
    }
    if (items_.empty()) return core::Nothing{};
    for (const Arm& arm : e_.arms)
      if (e_.runs(arm)) arms_.push_back(arm.name);
    const auto order = timed_order(e_.seed, items_, arms_, e_.repeats);
    std::vector<double> numbers, logs;
    for (const TimedRun& run : order) {
      if (state_.stopped()) return core::Nothing{};
      auto row = timed(run);
      if (!row) return std::move(row).errors();
      numbers.push_back(static_cast<double>(numbers.size() + 1));
      state_.tell("timing", static_cast<int64_t>(numbers.size()), static_cast<int64_t>(order.size()));
      if (row->is_null()) {
        numbers.pop_back();
        continue;
      }
      logs.push_back(std::log(std::max(1e-9, (*row)["wall_s"].get<double>())));
      rows_[run.arm][run.item].push_back(*std::move(row));
    }
    speakers_.clear();
    std::map<std::string, Json> memory;
    for (const Arm& arm : e_.arms) {
      if (!e_.runs(arm)) continue;
      const std::string key = "memory " + arm.name;
      const Json* known = state_.progress->find(key);
      if (known) {
        memory[arm.name] = *known;
        continue;
      }
      auto bytes = stage_memory(state_, arm, items_);
      if (!bytes) return std::move(bytes).errors();
      if (state_.stopped()) return core::Nothing{};
      if (auto outcome = state_.progress->add(key, *bytes); !outcome) return outcome;
      memory[arm.name] = *std::move(bytes);
    }
    note_times(state_, rows_, memory);
    note_drift(state_, numbers, logs);
    return core::Nothing{};
  }

 private:
  // One row; null if the text failed this time.
  core::Result<Json> timed(const TimedRun& run) {
    const std::string key = fmt::format("time {} {} {}", run.item, run.arm, run.repeat);
    if (const Json* known = state_.progress->find(key)) return *known;
    // All arms are there before the first is timed.
    for (const Arm& arm : e_.arms)
      if (e_.runs(arm))
        if (auto ready = start(arm); !ready) return std::move(ready).errors();
    const Arm& arm = *std::find_if(e_.arms.begin(), e_.arms.end(), [&](const Arm& a) { return a.name == run.arm; });
    MemoryMark mark;
    const Spoken s = speakers_.at(run.arm)->speak(state_.asked(arm, *state_.text_of(run.item), e_.seeds[0]), e_.seeds[0]);
    const auto rise = mark.rise();
    if (!s.ok) return Json(nullptr);
    Json row = Json::object();
    row["wall_s"] = s.elapsed_s;
    row["cpu_s"] = s.cpu_s;
    row["first_chunk_s"] = s.first_chunk_s;
    row["prebuffer_s"] = s.prebuffer_s;
    row["audio_s"] = s.audio.rate > 0 ? static_cast<double>(s.audio.length()) / s.audio.rate : 0;
    row["peak_rss_bytes"] = rise ? Json(*rise) : Json(nullptr);
    row["stages"] = s.stage_s;
    if (auto outcome = state_.progress->add(key, row); !outcome) return std::move(outcome).errors();
    return row;
  }

  core::Outcome start(const Arm& arm) {
    auto& made = speakers_[arm.name];
    if (made) return core::Nothing{};
    const auto began = std::chrono::steady_clock::now();
    auto one = state_.speaker(arm.plan, {});
    if (!one) return std::move(one).errors();
    made = std::move(*one);
    state_.result["timing"]["load_s"][arm.name] = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    for (int64_t i = 0; i < e_.warmup; ++i) made->speak(state_.asked(arm, *state_.text_of(items_[static_cast<size_t>(i) % items_.size()]), e_.seeds[0]), e_.seeds[0]);
    return core::Nothing{};
  }

  RunState& state_;
  const Experiment& e_;
  Names items_, arms_;
  TimedRows rows_;
  std::map<std::string, std::shared_ptr<Speaker>> speakers_;
};

// Times of a recorded baseline stand beside new ones only if the machine and the day are the same.
bool keep_recorded_times(RunState& state) {
  const Json &then = state.e.baseline->result, &now = state.result;
  const Json before = then.value("environment", Json::object()), here = now["environment"];
  bool same = then.value("created", "").substr(0, 10) == now["created"].get<std::string>().substr(0, 10);
  for (const char* name : {"os", "cpu", "cores", "memory_bytes"}) same = same && before.value(name, Json()) == here[name];
  const std::string arm = state.e.arms[0].name, there = then["arms"][0]["name"];
  if (same) {
    state.warn("baseline_times", fmt::format("times of {} are of an earlier run, not taken in turn with the others", arm));
    for (const Json& row : then["timing"].value("stages", Json::array()))
      if (row["arm"] == there) {
        Json copy = row;
        copy["arm"] = arm;
        state.result["timing"]["stages"].push_back(std::move(copy));
      }
    return true;
  }
  state.warn("baseline_times", fmt::format("times are not compared: {} was run on another machine or day", arm));
  for (Json& item : state.result["items"])
    for (const char* name : {"rtf", "wall_s", "cpu_s", "first_chunk_s", "prebuffer_s", "peak_rss_bytes"})
      if (item["metrics"].contains(arm)) item["metrics"][arm].erase(name);
  return false;
}

}  // namespace

core::Outcome time_runs(RunState& state) {
  if (state.e.baseline && !keep_recorded_times(state)) return core::Nothing{};
  if (state.e.repeats == 0) return core::Nothing{};
  return TimedRuns(state).all();
}

}  // namespace syrinx::ab
