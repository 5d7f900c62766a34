// A judge that is a plugin: an engine of its own, whose first stage takes the sound.
#include <fmt/format.h>

#include <cmath>
#include <mutex>
#include <utility>

#include "core/ab/audio.h"
#include "core/ab/files.h"
#include "core/ab/judge.h"
#include "core/report/sha256.h"
#include "core/run/engine.h"
#include "syrinx/judge.h"

namespace syrinx::ab {
namespace {

core::Error no_plugin_judge(const std::string& plugin, std::string why) {
  return {"E0507", fmt::format("the judge {} cannot be used", plugin), {}, {std::move(why)}, {"the header syrinx/judge.h says what a judge emits"}};
}

class PluginJudge final : public Judge {
 public:
  PluginJudge(std::unique_ptr<core::Engine> engine, double timeout_s) : engine_(std::move(engine)), timeout_s_(timeout_s) {
    for (const core::Wire& wire : engine_->plan().wires)
      if (wire.from.stage == core::PortRef::kHost && wire.spec.type == "audio") info_.sample_rate = wire.spec.attributes.value("sample_rate", 0);
    info_.deterministic = true;  // nothing else it could say; sounds that are sent twice find out
  }

  // What it writes of a second of silence says which measures it has.
  core::Outcome introduce() {
    const core::PlannedStage& judge = engine_->plan().stages.back();
    info_.name = judge.plugin;
    info_.version = judge.version;
    info_.digest = "sha256:" + (judge.library ? core::sha256_of_file(judge.library->manifest().library.string()) : core::sha256(judge.plugin));
    core::Request request;
    request.samples.assign(static_cast<size_t>(info_.sample_rate > 0 ? info_.sample_rate : 24000), 0.0F);
    std::string why;
    const Json written = judged(std::move(request), why);
    if (!why.empty()) return no_plugin_judge(judge.plugin, why);
    if (written.value("version", Json()).is_string()) info_.version = written["version"];
    for (const Json& score : written.value("scores", Json::array())) {
      auto metric = judge_metric(score, judge.plugin);
      if (!metric) return no_plugin_judge(judge.plugin, metric.errors()[0].message);
      info_.metrics.push_back(*std::move(metric));
    }
    if (info_.metrics.empty()) return no_plugin_judge(judge.plugin, "it wrote no scores of a second of silence; a score that cannot be had is described without a value");
    return core::Nothing{};
  }

  void ask(const std::vector<JudgeRequest>& requests, const Got& got, const std::function<bool()>& stopped) override {
    for (size_t i = 0; i < requests.size() && !stopped(); ++i) {
      JudgeAnswer out;
      auto audio = read_wav(requests[i].audio);
      if (!audio) {
        got(i, {{}, {}, audio.errors()[0].message});
        continue;
      }
      core::Request request;
      request.text = requests[i].text;
      request.index = i + 1;
      for (const double v : audio->mono()) request.samples.push_back(static_cast<float>(v));
      const Json written = judged(std::move(request), out.error);
      if (out.error.empty()) take(written, requests[i], out);
      got(i, std::move(out));
    }
  }

 private:
  void take(const Json& written, const JudgeRequest& request, JudgeAnswer& out) const {
    for (const Json& score : written.value("scores", Json::array())) {
      if (!score.is_object() || !score.value("name", Json()).is_string()) continue;
      const std::string name = score["name"];
      if (const Json value = score.value("value", Json()); value.is_number() && std::isfinite(value.get<double>())) out.values[name] = value;
    }
    if (written.value("hypothesis", Json()).is_string()) {
      out.hypothesis = written["hypothesis"];
      score_answer(info_, request.text, request.language, out);
    }
    if (!out.values.empty()) return;
    const Json missing = written.value("missing", Json::object());
    out.error = missing.is_object() && !missing.empty() && missing.begin()->is_string() ? missing.begin()->get<std::string>() : "it gave no value";
  }

  Json judged(core::Request request, std::string& why) {
    std::mutex mutex;
    std::string text, error;
    request.deadline_s = timeout_s_;
    core::Listener listener;
    listener.on_output = [&](const core::Output& output) {
      const std::lock_guard lock(mutex);
      if (output.port == SYX_JUDGE_PORT) text += output.text;
    };
    listener.on_end = [&](const core::Report& report) {
      const std::lock_guard lock(mutex);
      if (!report.ok) error = report.errors.empty() ? "it failed" : report.errors[0].message;
    };
    engine_->submit(std::move(request), std::move(listener));
    engine_->drain();
    if (!error.empty()) {
      why = error;
      return nullptr;
    }
    Json out = Json::parse(text, nullptr, false);
    if (!out.is_object()) why = text.empty() ? "it wrote nothing" : fmt::format("it wrote {}", text.substr(0, 80));
    return out;
  }

  std::unique_ptr<core::Engine> engine_;
  const double timeout_s_;
};

}  // namespace

core::Result<std::unique_ptr<Judge>> start_plugin_judge(core::Plan plan, double timeout_s) {
  if (plan.stages.empty() || plan.stages.back().kind != SYX_JUDGE_KIND)
    return no_plugin_judge(plan.stages.empty() ? plan.name : plan.stages.back().plugin, fmt::format("it is of the kind {}, not judge", plan.stages.empty() ? "none" : plan.stages.back().kind));
  auto engine = core::Engine::create(std::move(plan));
  if (!engine) return std::move(engine).errors();
  auto judge = std::make_unique<PluginJudge>(std::move(*engine), timeout_s);
  if (auto outcome = judge->introduce(); !outcome) return std::move(outcome).errors();
  return std::unique_ptr<Judge>(std::move(judge));
}

}  // namespace syrinx::ab
