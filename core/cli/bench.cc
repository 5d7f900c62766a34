// syrinx bench: how long a pipeline takes, what the host itself costs, and how fast text is normalized.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/cli/commands.h"
#include "core/cli/lines.h"
#include "core/cli/progress.h"
#include "core/cli/session.h"
#include "core/config/shape.h"
#include "core/run/host_bench.h"

namespace syrinx::cli {
namespace {

constexpr const char* kTexts[] = {"Yes.", "The quick brown fox jumps over the lazy dog.",
                                  ("When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow, "
                                   "and the rainbow is a division of white light into many beautiful colors.")};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

int bench_host(const Arguments& arguments) {
  const core::HostCost cost = core::measure_host();
  if (arguments.has("json")) {
    fmt::print("{}\n", core::Json{{"call_ns", cost.call_ns}, {"stage_us", cost.stage_us}, {"start_ms", cost.start_ms}}.dump());
    return kOk;
  }
  fmt::print("a call across the border            {:8.2f} ns\n", cost.call_ns);
  fmt::print("a stage of an utterance             {:8.2f} us  (ten empty stages, {} utterances)\n", cost.stage_us, cost.utterances);
  fmt::print("start of ten stages to first call   {:8.2f} ms\n", cost.start_ms);
  return kOk;
}

// What is normalized to measure: a sentence of about 40 characters in Chinese and Japanese, 100 in English.
struct Sentence {
  const char* language;
  const char* text;
};
constexpr Sentence kSentences[] = {
    {"zh", "今天是2024年5月6日，气温38°C，我花了￥13.5买了3本书，下午5:30到家。"},
    {"en", "On May 6, 2024 at 5:30 p.m. it was 38°C, and Dr. Smith paid $13.50 for 3 books at 123 Main St."},
    {"ja", "今日は2024年5月6日、気温は38度、午後5時30分に本を3冊1500円で買いました。"},
};

// What became of one utterance, by itself.
core::Report report_of(core::Engine& engine, core::Request request) {
  core::Listener listener;
  core::Report result;
  listener.on_end = [&](const core::Report& r) { result = r; };
  engine.submit(std::move(request), std::move(listener));
  engine.drain();
  return result;
}

int bench_normalize(const Arguments& arguments, int64_t runs) {
  auto request = normalizers_of(arguments);
  if (!request) return report(request.errors(), arguments);
  auto plan = plan_of(*request, arguments);
  if (!plan) return report(plan.errors(), arguments);
  const auto start = std::chrono::steady_clock::now();
  auto engine = core::Engine::create(*std::move(plan));
  if (!engine) return report(engine.errors(), arguments);
  const auto seconds_since = [](auto begin) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  fmt::print("creating stages {:.1f} ms\n", seconds_since(start) * 1e3);
  for (const Sentence& sentence : kSentences) {
    double busy = 0;
    for (const core::StageTimes& times : (*engine)->times()) busy -= times.busy_s;
    std::vector<double> elapsed;
    for (int64_t run = 0; run < runs; ++run) {
      core::Request one;
      one.text = sentence.text;
      one.index = 1;
      one.options["language"] = sentence.language;
      const core::Report result = report_of(**engine, std::move(one));
      if (!result.ok) return report(result.errors, arguments);
      elapsed.push_back(result.elapsed_s);
    }
    for (const core::StageTimes& times : (*engine)->times()) busy += times.busy_s;
    std::sort(elapsed.begin(), elapsed.end());
    const auto at = [&](double share) { return elapsed[std::min(elapsed.size() - 1, static_cast<size_t>(share * static_cast<double>(elapsed.size())))] * 1e3; };
    fmt::print("{}: {:8.3f} ms p50, {:8.3f} ms p99 a sentence through the host; {:7.0f} sentences a second of time in the stages\n", sentence.language, at(0.5), at(0.99),
               static_cast<double>(runs) / std::max(busy, 1e-9));
  }
  return kOk;
}

}  // namespace

int bench(const Arguments& arguments) {
  apply_log(arguments);
  if (!arguments.positional.empty() && arguments.positional[0] == "host") return bench_host(arguments);
  int64_t runs = 10;
  if (arguments.has("runs") && (!core::parse_integer(arguments.get("runs"), &runs) || runs < 1)) {
    fmt::print(stderr, "error: --runs needs a number of at least 1, not \"{}\"\n", arguments.get("runs"));
    return kUsage;
  }
  if (!arguments.positional.empty() && arguments.positional[0] == "normalize") return bench_normalize(arguments, arguments.has("runs") ? runs : 2000);
  // Audio goes to the program, so that no disk is measured: the writer is left out.
  auto request = load_request(arguments);
  auto config = core::load_pipeline(request);
  if (!config) return report(config.errors(), arguments);
  const core::StageConfig* last = config->stage(config->flow.back().name);
  if (config->flow.size() > 1 && last->name == "writer") {
    std::string flow;
    for (size_t i = 0; i + 1 < config->flow.size(); ++i) flow += (i ? ", " : "") + config->flow[i].name;
    request.sets.push_back(fmt::format("flow=[{}]", flow));
    request.sets.push_back("stages.writer=~");
  }
  auto plan = plan_of(request, arguments);
  if (!plan) return report(plan.errors(), arguments);
  const auto start = std::chrono::steady_clock::now();
  auto engine = core::Engine::create(*std::move(plan));
  if (!engine) return report(engine.errors(), arguments);
  fmt::print("creating stages {:.1f} ms\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());

  std::vector<std::string> texts(std::begin(kTexts), std::end(kTexts));
  if (arguments.has("text")) texts = {arguments.get("text")};
  for (const std::string& text : texts) {
    std::vector<double> elapsed, first;
    double audio = 0;
    ProgressBar bar(!arguments.has("quiet"), "measuring", static_cast<uint64_t>(runs) + 2, "run");
    for (int64_t run = -2; run < runs; ++run) {  // two to warm up
      core::Request one;
      one.text = text;
      one.index = 1;
      const core::Report result = report_of(**engine, std::move(one));
      if (!result.ok) return report(result.errors, arguments);
      audio = result.audio_s;
      bar.advance();
      if (run < 0) continue;
      elapsed.push_back(result.elapsed_s);
      first.push_back(result.first_output_s);
    }
    bar.clear();
    fmt::print("{:6.2f} s of audio: {:7.2f} ms, first samples {:6.2f} ms, real-time factor {:.4f} (median of {})\n", audio, median(elapsed) * 1e3,
               median(first) * 1e3, audio > 0 ? median(elapsed) / audio : 0, runs);
  }
  for (const core::StageTimes& times : (*engine)->times())
    fmt::print("  {:<14} {:>8.2f} ms busy in all, {} calls\n", times.stage, times.busy_s * 1e3, times.calls);
  return kOk;
}

}  // namespace syrinx::cli
