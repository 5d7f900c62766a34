#include "core/ab/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/ab/rng.h"
#include "core/ab/run_state.h"
#include "core/report/sha256.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

constexpr int kInterruptedRun = 130;

// Everything that a resumed run must have in common with the one that was interrupted.
Json head_of(const Experiment& e) {
  core::Sha256 sum;
  for (const Arm& arm : e.arms) {
    sum.add_text(arm.name);
    sum.add_text(canonical(arm.config, -1));
    std::string definitions;
    for (const core::PlannedStage& stage : arm.plan.stages)
      definitions += stage.plugin + stage.version + (stage.library ? core::sha256_of_file(stage.library->manifest().library.string()) : "");
    sum.add_text(definitions);
  }
  sum.add_text(e.texts.digest());
  for (const uint64_t seed : e.seeds) sum.add_number(seed);
  sum.add_number(e.align);
  sum.add_number(e.independent);
  sum.add_number(e.forced);
  sum.add_text(e.reference_audio);
  sum.add_text(e.baseline ? canonical(e.baseline->result, -1) : "");
  for (const auto& judge : e.judges)
    for (const std::string* text : {&judge->info().name, &judge->info().version, &judge->info().digest}) sum.add_text(*text);
  Json head = Json::object();
  head["run"] = sum.hex();
  return head;
}

core::Outcome write_folder(const Experiment& e, const Json& result) {
  const fs::path folder = e.out;
  for (const auto& [name, text] : {std::pair{"items.csv", items_csv(result)}, std::pair{"summary.csv", summary_csv(result)}, std::pair{"result.json", canonical(result) + "\n"}})
    if (auto written = write_whole((folder / name).string(), text); !written) return written;
  if (result["exit_code"] != kInterruptedRun) {
    std::error_code ignored;
    fs::remove(folder / "progress.jsonl", ignored);
  }
  return core::Nothing{};
}

}  // namespace

Text RunState::asked(const Arm& arm, const Text& text, uint64_t seed) const {
  Text out = text;
  out.seed = text.seed.value_or(seed);
  if (e.independent && &arm != &e.arms[0]) out.seed = Stream(*out.seed, {"noise", arm.name}).state();
  return out;
}

const Text* RunState::text_of(const std::string& id) const {
  const auto found = std::find_if(e.texts.texts.begin(), e.texts.texts.end(), [&](const Text& text) { return text.id == id; });
  return found == e.texts.texts.end() ? nullptr : &*found;
}

Json values_json(const Values& values) {
  Json out = Json::object();
  for (const auto& [name, value] : values) out[name] = value ? Json(rounded(*value)) : Json(nullptr);
  return out;
}

core::Result<Json> run(const Experiment& e) {
  RunState state(e);
  auto progress = ProgressFile::open((fs::path(e.out) / "progress.jsonl").string(), head_of(e), e.resume);
  if (!progress) return std::move(progress).errors();
  state.progress = std::make_unique<ProgressFile>(*std::move(progress));
  for (const Arm& arm : e.arms) {
    std::error_code error;
    fs::create_directories(fs::path(e.out) / "audio" / arm.name, error);
    for (const char* folder : {"config", "texts"})
      if (!error) fs::create_directories(fs::path(e.out) / folder, error);
    if (error) return core::Error{"E0505", fmt::format("cannot make folders in {}", e.out), {}, {error.message()}, {}};
    if (auto written = write_whole((fs::path(e.out) / "config" / (arm.name + ".yaml")).string(), canonical(arm.config) + "\n"); !written) return std::move(written).errors();
  }
  begin_result(state);
  for (auto* step : {&run_control, &speak_texts, &ask_judges, &time_runs}) {
    // Arms that differ in nothing are compared with themselves only.
    if (state.preview.same && step != &run_control) continue;
    if (auto outcome = step(state); !outcome) return std::move(outcome).errors();
    if (state.stopped()) break;
  }
  conclude_result(state);
  if (auto written = write_folder(e, state.result); !written) return std::move(written).errors();
  return std::move(state.result);
}

}  // namespace syrinx::ab
