#include "core/ab/experiment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/ab/conclusions.h"
#include "core/ab/descriptive.h"
#include "core/ab/metrics.h"
#include "core/ab/pair.h"
#include "core/ab/signal.h"
#include "core/ab/speaker.h"
#include "core/ab/text.h"
#include "core/report/sha256.h"
#include "core/report/version.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

constexpr int kRunFailed = 1, kGateTrue = 7, kUndecided = 8, kItemsFailed = 9, kInvalid = 10, kInterrupted = 130;

Json values_json(const Values& values) {
  Json out = Json::object();
  for (const auto& [name, value] : values) out[name] = value ? Json(rounded(*value)) : Json(nullptr);
  return out;
}

// What finished texts and timed runs wrote, one line each; a line that was cut by the end of the process is left out.
class Progress {
 public:
  static core::Result<Progress> open(const std::string& path, const Json& head, bool resume) {
    Progress out;
    out.path_ = path;
    if (resume) {
      std::ifstream file(path, std::ios::binary);
      std::string line;
      bool first = true;
      while (std::getline(file, line) && !file.eof()) {
        Json entry = Json::parse(line, nullptr, false);
        if (!entry.is_object()) break;
        if (std::exchange(first, false)) {
          if (entry != head) return core::Error{"E0504", "the folder belongs to another comparison", {}, {"arms, texts, seeds and options of a resumed run are those of the one that was interrupted"}, {"--force begins anew"}};
          continue;
        }
        out.known_.emplace(entry["key"].get<std::string>(), entry["value"]);
        out.kept_ += line + "\n";
      }
    }
    if (auto written = write_whole(path, canonical(head, -1) + "\n" + out.kept_); !written) return std::move(written).errors();
    return out;
  }
  const Json* find(const std::string& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : &found->second;
  }
  core::Outcome add(const std::string& key, Json& value) {
    const std::string line = canonical({{"key", key}, {"value", value}}, -1) + "\n";
    // As a resumed run would read it, so that both compute with the same numbers.
    value = Json::parse(line)["value"];
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file << line;
    file.close();
    if (file) return core::Nothing{};
    return core::Error{"E0505", fmt::format("cannot write {}", path_), {}, {fmt::format("{} bytes are free there", fs::space(fs::path(path_).parent_path()).available)}, {"make room and go on with --resume"}};
  }

 private:
  std::string path_, kept_;
  std::map<std::string, Json> known_;
};

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm tm{};
  gmtime_r(&now, &tm);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
  return text;
}

Json environment() {
  utsname name{};
  uname(&name);
  std::string cpu = "unknown";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      cpu = line.substr(line.find(':') + 2);
      break;
    }
  double load[1] = {0};
  if (getloadavg(load, 1) < 1) load[0] = 0;
  Json out = Json::object();
  out["os"] = fmt::format("{} {}", name.sysname, name.release);
  out["cpu"] = cpu;
  out["cores"] = std::thread::hardware_concurrency();
  out["memory_bytes"] = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  out["load"] = load[0];
  out["backends"] = Json::object({{"cpu", name.machine}});
  return out;
}

class Run {
 public:
  explicit Run(const Experiment& e) : e_(e), preview_(preview(e)) {}

  core::Result<Json> all() {
    Json head = Json::object();
    core::Sha256 sum;
    for (const Arm& arm : e_.arms) sum.add_text(arm.name), sum.add_text(canonical(arm.config, -1)), sum.add_text(definitions(arm));
    sum.add_text(e_.texts.digest());
    for (const uint64_t seed : e_.seeds) sum.add_number(seed);
    sum.add_number(e_.align);
    head["run"] = sum.hex();
    auto progress = Progress::open((fs::path(e_.out) / "progress.jsonl").string(), head, e_.resume);
    if (!progress) return std::move(progress).errors();
    progress_ = std::make_unique<Progress>(*std::move(progress));
    for (const Arm& arm : e_.arms) {
      fs::create_directories(fs::path(e_.out) / "audio" / arm.name);
      fs::create_directories(fs::path(e_.out) / "config");
      if (auto written = write_whole((fs::path(e_.out) / "config" / (arm.name + ".yaml")).string(), canonical(arm.config) + "\n"); !written) return std::move(written).errors();
    }
    begin_result();
    for (auto step : {&Run::control, &Run::speak, &Run::time}) {
      // Arms that differ in nothing are compared with themselves only.
      if (preview_.same && step != &Run::control) continue;
      if (auto outcome = (this->*step)(); !outcome) return std::move(outcome).errors();
      if (stopped()) break;
    }
    finish_result();
    return write();
  }

 private:
  static std::string definitions(const Arm& arm) {
    std::string out;
    for (const core::PlannedStage& stage : arm.plan.stages) out += stage.plugin + stage.version + (stage.library ? core::sha256_of_file(stage.library->manifest().library.string()) : "");
    return out;
  }
  bool stopped() const { return e_.stop && *e_.stop; }
  void tell(const std::string& what, int64_t done, int64_t total) const {
    if (e_.progress) e_.progress(what, done, total);
  }
  void warn(const std::string& code, const std::string& text, Json items = Json::array()) {
    Json warning = Json::object({{"code", code}, {"text", text}});
    if (!items.empty()) warning["items"] = std::move(items);
    result_["warnings"].push_back(std::move(warning));
  }

  void begin_result() {
    Json& r = result_;
    r["schema"] = "ab-result/1";
    Json plugins = Json::array();
    std::set<std::string> seen;
    for (const Arm& arm : e_.arms)
      for (const core::PlannedStage& stage : arm.plan.stages) {
        if (!stage.library || !seen.insert(stage.plugin).second) continue;
        Json plugin = Json::object();
        plugin["id"] = stage.plugin;
        plugin["version"] = stage.version;
        plugin["sha256"] = "sha256:" + core::sha256_of_file(stage.library->manifest().library.string());
        plugins.push_back(std::move(plugin));
      }
    r["tool"] = Json::object({{"version", core::kVersion}});
    r["tool"]["plugins"] = std::move(plugins);
    r["created"] = now_utc();
    r["command"] = e_.command;
    r["seed"] = std::to_string(e_.seed);
    r["environment"] = environment();
    r["arms"] = Json::array();
    for (const Arm& arm : e_.arms) {
      Json entry = Json::object();
      entry["name"] = arm.name;
      entry["role"] = &arm == &e_.arms[0] ? "baseline" : "candidate";
      entry["config"] = arm.config_file;
      entry["config_digest"] = "sha256:" + core::sha256(canonical(arm.config, -1));
      entry["overrides"] = arm.overrides;
      if (!arm.factors.empty()) entry["factors"] = arm.factors;
      r["arms"].push_back(std::move(entry));
    }
    r["config_diff"] = preview_.difference;
    r["changed_stages"] = preview_.changed_stages;
    r["texts"] = Json::object({{"count", e_.texts.texts.size()}, {"digest", e_.texts.digest()}});
    r["plan"] = preview_.plan;
    Json seeds = Json::array();
    for (const uint64_t seed : e_.seeds) seeds.push_back(std::to_string(seed));
    r["pairing"] = Json::object({{"mode", "shared"}, {"coupling", "gumbel"}});
    r["pairing"]["seeds"] = std::move(seeds);
    r["pairing"]["control"] = Json::object({{"ran", false}, {"identical", nullptr}, {"items", 0}});
    r["items"] = Json::array();
    r["metrics"] = Json::array();
    r["timing"] = Json::object({{"repeats", e_.repeats}, {"warmups", e_.warmup}, {"order", "alternating"}});
    r["timing"]["stages"] = Json::array();
    r["gates"] = Json::array();
    r["warnings"] = Json::array();
    if (e_.texts.empty_lines > 0) warn("empty_lines", fmt::format("{} empty lines of the texts were skipped", e_.texts.empty_lines));
    if (preview_.same) warn("same", "the arms differ in nothing that could change an output: only the control was run");
  }

  // The baseline twice, the second time in another order, several at once, without the store.
  core::Outcome control() {
    std::vector<const Text*> texts;
    for (const Text& text : e_.texts.texts)
      if (static_cast<int64_t>(texts.size()) < (preview_.same ? std::max<int64_t>(e_.control, static_cast<int64_t>(e_.texts.texts.size())) : e_.control)) texts.push_back(&text);
    if (e_.control == 0) {
      warn("no_control", "the control was turned off: nobody knows whether the baseline equals itself");
      return core::Nothing{};
    }
    Json found = Json::object();
    if (const Json* known = progress_->find("control")) {
      found = *known;
    } else {
      core::Plan other = e_.arms[0].plan;
      other.run.batch = other.run.batch == 1 ? 2 : 1;
      auto first = Speaker::create(e_.arms[0].plan, {e_.store, true, {}}), second = Speaker::create(std::move(other), {nullptr, true, {}});
      if (!first) return std::move(first).errors();
      if (!second) return std::move(second).errors();
      tell("control", 0, static_cast<int64_t>(texts.size()));
      std::vector<const Text*> backwards(texts.rbegin(), texts.rend());
      auto again = (*second)->speak_all(backwards, e_.seeds[0]);
      std::reverse(again.begin(), again.end());
      found["identical"] = true;
      for (size_t i = 0; i < texts.size() && !stopped(); ++i) {
        const Spoken once = (*first)->speak(*texts[i], e_.seeds[0]);
        for (const std::string& stage : e_.arms[0].flow) {
          const auto a = once.stages.find(stage);
          const auto b = again[i].stages.find(stage);
          if (a == once.stages.end() || b == again[i].stages.end() || a->second.digest == b->second.digest) continue;
          if (found["identical"] == true) found["stage"] = stage, found["text"] = texts[i]->id;
          found["identical"] = false;
        }
        if (once.ok != again[i].ok) found["identical"] = false;
        if (found["identical"] == false && once.ok && again[i].ok) floor(found, once, again[i], *texts[i]);
        tell("control", static_cast<int64_t>(i) + 1, static_cast<int64_t>(texts.size()));
      }
      if (stopped()) return core::Nothing{};
      if (auto outcome = progress_->add("control", found); !outcome) return outcome;
    }
    Json& control = result_["pairing"]["control"];
    control["ran"] = true;
    control["items"] = texts.size();
    control["identical"] = found["identical"];
    if (found.contains("noise_floor")) control["noise_floor"] = found["noise_floor"];
    if (found["identical"] == true) return core::Nothing{};
    warn("control", fmt::format("the baseline does not equal itself: stage {}, text {}", found.value("stage", "unknown"), found.value("text", "unknown")));
    return core::Nothing{};
  }

  static void floor(Json& found, const Spoken& a, const Spoken& b, const Text& text) {
    const Values va = values_of(measure_signal(a.audio, text.text)), vb = values_of(measure_signal(b.audio, text.text));
    for (const auto& [name, value] : va) {
      if (!value || !vb.at(name)) continue;
      Json& entry = found["noise_floor"][name];
      entry = std::max(entry.is_number() ? entry.get<double>() : 0.0, std::abs(*value - *vb.at(name)));
    }
  }

  // Every text through every arm, measured.
  core::Outcome speak() {
    const int64_t total = static_cast<int64_t>(e_.texts.texts.size() * e_.seeds.size());
    int64_t done = 0;
    std::vector<std::unique_ptr<Speaker>> speakers;
    for (const Text& text : e_.texts.texts)
      for (const uint64_t seed : e_.seeds) {
        if (stopped()) return core::Nothing{};
        const std::string key = fmt::format("item {} {}", text.id, seed);
        if (const Json* known = progress_->find(key)) {
          result_["items"].push_back(*known);
        } else {
          for (size_t i = speakers.size(); i < e_.arms.size(); ++i) {
            auto speaker = Speaker::create(e_.arms[i].plan, {e_.store, true, {}});
            if (!speaker) return std::move(speaker).errors();
            speakers.push_back(std::move(*speaker));
          }
          Json item = Json::object();
          if (auto outcome = one(text, seed, speakers, item); !outcome) return outcome;
          if (stopped()) return core::Nothing{};
          if (auto outcome = progress_->add(key, item); !outcome) return outcome;
          result_["items"].push_back(std::move(item));
        }
        tell("texts", ++done, total);
      }
    // A counter for whoever wants to see what was shared; no part of the result, which must not depend on what was kept before.
    std::string log;
    for (size_t i = 0; i < speakers.size(); ++i)
      for (const core::StageTimes& times : speakers[i]->times()) {
        Json line = Json::object({{"arm", e_.arms[i].name}, {"stage", times.stage}, {"run", times.units_run}, {"taken", times.units_taken}});
        log += canonical(line, -1) + "\n";
      }
    return write_whole((fs::path(e_.out) / "log.jsonl").string(), log);
  }

  core::Outcome one(const Text& text, uint64_t seed, std::vector<std::unique_ptr<Speaker>>& speakers, Json& item) {
    item["id"] = text.id;
    item["text"] = text.text;
    if (!text.language.empty()) item["lang"] = text.language;
    if (!text.group.empty()) item["group"] = text.group;
    item["seed"] = std::to_string(text.seed.value_or(seed));
    for (const char* part : {"status", "outputs", "metrics", "pair", "divergence"}) item[part] = Json::object();
    std::vector<Spoken> spoken;
    for (size_t i = 0; i < speakers.size(); ++i) {
      spoken.push_back(speakers[i]->speak(text, seed));
      Spoken& s = spoken.back();
      if (stopped()) return core::Nothing{};
      const std::string& arm = e_.arms[i].name;
      item["status"][arm] = Json::object({{"ok", s.ok}});
      if (!s.ok) {
        item["status"][arm]["stage"] = s.failed_stage;
        item["status"][arm]["error"] = s.error;
        continue;
      }
      if (s.audio.rate > 0 && s.audio.channels.empty()) s.audio.channels.resize(1);
      if (s.audio.rate <= 0) continue;
      const std::string file = fmt::format("audio/{}/{}{}.wav", arm, text.id, e_.seeds.size() > 1 ? fmt::format(".{}", seed) : "");
      const std::string bytes = wav_bytes(s.audio);
      if (auto written = write_whole((fs::path(e_.out) / file).string(), bytes); !written) return written;
      item["outputs"][arm] = Json::object({{"audio", file}, {"audio_sha256", "sha256:" + core::sha256(bytes)}});
      item["metrics"][arm] = values_json(values_of(measure_signal(s.audio, text.text)));
    }
    for (size_t i = 1; i < spoken.size(); ++i) compare(item, e_.arms[i], spoken[0], spoken[i]);
    return core::Nothing{};
  }

  void compare(Json& item, const Arm& arm, const Spoken& a, const Spoken& b) const {
    if (!a.ok || !b.ok) return;
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
    // Sound at different rates is not compared sample by sample.
    if (a.audio.rate <= 0 || a.audio.rate != b.audio.rate) return;
    const std::vector<double> x = a.audio.mono(), y = b.audio.mono();
    const auto finite = [](const std::vector<double>& v) { return std::all_of(v.begin(), v.end(), [](double s) { return std::isfinite(s); }); };
    if (finite(x) && finite(y)) item["pair"][arm.name].update(values_json(values_of(measure_pair(x, y, a.audio.rate, e_.align))));
  }

  // Timed runs: one text at a time, nothing from the store, the order of arms shuffled and reversed.
  core::Outcome time() {
    if (e_.repeats == 0) return core::Nothing{};
    Names items, arms;
    std::map<std::string, const Text*> texts;
    for (const Json& item : result_["items"]) {
      const bool ok = std::all_of(item["status"].begin(), item["status"].end(), [](const Json& s) { return s["ok"] == true; });
      if (ok && !texts.count(item["id"].get<std::string>())) items.push_back(item["id"].get<std::string>());
      for (const Text& text : e_.texts.texts)
        if (item["id"] == text.id) texts[text.id] = &text;
    }
    for (const Arm& arm : e_.arms) arms.push_back(arm.name);
    if (items.empty()) return core::Nothing{};
    std::map<std::string, std::unique_ptr<Speaker>> speakers;
    const auto speaker = [&](const std::string& name) -> core::Result<Speaker*> {
      auto& made = speakers[name];
      for (const Arm& arm : e_.arms) {
        if (made || arm.name != name) continue;
        const auto began = std::chrono::steady_clock::now();
        auto one = Speaker::create(arm.plan, {});
        if (!one) return std::move(one).errors();
        made = std::move(*one);
        result_["timing"]["load_s"][name] = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        for (int64_t i = 0; i < e_.warmup; ++i) made->speak(*texts.at(items[static_cast<size_t>(i) % items.size()]), e_.seeds[0]);
      }
      return made.get();
    };
    const auto order = timed_order(e_.seed, items, arms, e_.repeats);
    std::vector<double> numbers, logs;
    int64_t done = 0;
    for (const TimedRun& run : order) {
      if (stopped()) return core::Nothing{};
      const std::string key = fmt::format("time {} {} {}", run.item, run.arm, run.repeat);
      Json row = Json::object();
      if (const Json* known = progress_->find(key)) {
        row = *known;
      } else {
        for (const std::string& arm : arms)
          if (auto ready = speaker(arm); !ready) return std::move(ready).errors();
        const Spoken s = (*speaker(run.arm))->speak(*texts.at(run.item), e_.seeds[0]);
        if (!s.ok) continue;
        const double audio = s.audio.rate > 0 ? static_cast<double>(s.audio.length()) / s.audio.rate : 0;
        row["wall_s"] = s.elapsed_s;
        row["cpu_s"] = s.cpu_s;
        row["first_chunk_s"] = s.first_chunk_s;
        row["prebuffer_s"] = s.prebuffer_s;
        row["audio_s"] = audio;
        row["stages"] = s.stage_s;
        if (auto outcome = progress_->add(key, row); !outcome) return outcome;
      }
      numbers.push_back(static_cast<double>(++done));
      logs.push_back(std::log(std::max(1e-9, row["wall_s"].get<double>())));
      timed_[run.arm][run.item].push_back(std::move(row));
      tell("timing", done, static_cast<int64_t>(order.size()));
    }
    note_times();
    note_drift(numbers, logs);
    return core::Nothing{};
  }

  void note_times() {
    for (Json& item : result_["items"])
      for (const auto& [arm, texts] : timed_) {
        const auto rows = texts.find(item["id"].get<std::string>());
        if (rows == texts.end() || !item["metrics"].contains(arm)) continue;
        const auto middle = [&](const char* name) {
          std::vector<double> values;
          for (const Json& row : rows->second) values.push_back(row[name].get<double>());
          return quantile(values, 0.5);
        };
        Json& metrics = item["metrics"][arm];
        for (const char* name : {"wall_s", "cpu_s", "first_chunk_s", "prebuffer_s"}) metrics[name] = middle(name);
        const double audio = middle("audio_s");
        metrics["rtf"] = audio > 0 ? Json(middle("wall_s") / audio) : Json(nullptr);
      }
    for (const Arm& arm : e_.arms) {
      std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> stages;  // seconds, by seconds of audio
      std::vector<double> cpu;
      for (const auto& [item, rows] : timed_[arm.name])
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
        row["peak_rss_bytes"] = nullptr;
        result_["timing"]["stages"].push_back(std::move(row));
      }
    }
  }

  void note_drift(const std::vector<double>& numbers, const std::vector<double>& logs) {
    if (numbers.size() < 10) return;
    const auto rho = correlation(ranks(numbers), ranks(logs));
    if (!rho) return;
    const auto n = static_cast<double>(numbers.size());
    const double z = std::abs(std::atanh(std::clamp(*rho, -0.999999, 0.999999))) * std::sqrt((n - 3) / 1.06);
    const double p = 2 * normal_cdf(-z);
    result_["timing"]["drift"] = Json::object({{"rho", *rho}, {"p", p}});
    if (std::abs(*rho) > 0.5 && p < 0.01) warn("drift", fmt::format("times drifted over the run (rank correlation {:.2f})", *rho));
  }

  void finish_result() {
    std::vector<std::string> candidates;
    for (size_t i = 1; i < e_.arms.size(); ++i) candidates.push_back(e_.arms[i].name);
    Judgement how;
    how.resampling = {e_.seed, static_cast<size_t>(e_.boots), 1 - e_.alpha};
    how.margins = e_.margins;
    how.primary = e_.primary.empty() ? primary_metrics(preview_.changed_kind) : e_.primary;
    how.chosen = e_.metrics;
    const Json& control = result_["pairing"]["control"];
    if (control.contains("noise_floor")) how.noise_floor = control["noise_floor"].get<std::map<std::string, double>>();
    result_["metrics"] = conclude(result_["items"], e_.arms[0].name, candidates, how);
    const size_t texts = e_.texts.texts.size();
    if (texts == 1) warn("one_text", "one text: no intervals and no tests");
    else if (texts < 10) warn("few_texts", fmt::format("few texts ({}): intervals are wide", texts));
    if (const double least = std::ldexp(1.0, 1 - static_cast<int>(std::min<size_t>(texts, 60))); least > e_.alpha && texts > 1) warn("lowest_p", fmt::format("with {} texts no p can be below {:.4g}", texts, least));
    int64_t failed = 0, made = 0;
    std::map<std::string, Json> failures;
    for (const Json& item : result_["items"])
      for (const auto& [arm, status] : item["status"].items()) {
        if (status["ok"] == true) {
          ++made;
          continue;
        }
        ++failed;
        failures[arm].push_back(item["id"]);
      }
    for (auto& [arm, ids] : failures) warn("items_failed", fmt::format("{} of {} texts failed in {}", ids.size(), texts, arm), ids);
    bool gate_true = false, gate_unknown = false;
    for (const auto& [text, gate] : e_.gates) {
      const auto decided = decide_gate(gate, result_);
      Json entry = Json::object({{"expr", text}, {"result", decided ? Json(*decided) : Json(nullptr)}});
      const auto lookup = gate_values(result_, candidates.empty() ? "" : candidates[0]);
      entry["values"] = Json::object();
      for (const std::string& name : gate.names()) {
        const auto value = lookup(name);
        entry["values"][name] = value ? Json(*value) : Json(nullptr);
      }
      result_["gates"].push_back(std::move(entry));
      gate_true = gate_true || decided == true;
      gate_unknown = gate_unknown || !decided;
    }
    const bool invalid = control["ran"] == true && control["identical"] == false && !e_.allow_nondeterminism;
    int code = 0;
    if (stopped()) code = kInterrupted;
    else if (!preview_.same && made == 0) code = kRunFailed;
    else if (invalid) code = kInvalid;
    else if (gate_true) code = kGateTrue;
    else if (failed > e_.allow_failures) code = kItemsFailed;
    else if (gate_unknown && e_.inconclusive == "fail") code = kUndecided;
    result_["exit_code"] = code;
    result_["verdict"] = invalid ? "invalid" : gate_true ? "fail" : code == kInterrupted || code == kRunFailed || failed > 0 ? "incomplete" : gate_unknown && e_.inconclusive != "pass" ? "inconclusive" : "pass";
  }

  core::Result<Json> write() {
    const fs::path folder = e_.out;
    for (const auto& [name, text] : {std::pair{"items.csv", items_csv(result_)}, std::pair{"summary.csv", summary_csv(result_)}, std::pair{"result.json", canonical(result_) + "\n"}})
      if (auto written = write_whole((folder / name).string(), text); !written) return std::move(written).errors();
    if (result_["exit_code"] != kInterrupted) {
      std::error_code ignored;
      fs::remove(folder / "progress.jsonl", ignored);
    }
    return std::move(result_);
  }

  const Experiment& e_;
  const Preview preview_;
  std::unique_ptr<Progress> progress_;
  std::map<std::string, std::map<std::string, std::vector<Json>>> timed_;  // arm, text
  Json result_ = Json::object();
};

}  // namespace

core::Result<Json> run(const Experiment& experiment) { return Run(experiment).all(); }

}  // namespace syrinx::ab
