// syrinx synth and syrinx phonemize.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "core/cli/commands.h"
#include "core/cli/input.h"
#include "core/cli/interrupt.h"
#include "core/cli/lines.h"
#include "core/cli/progress.h"
#include "core/ab/files.h"
#include "core/cli/lock.h"
#include "core/cli/session.h"
#include "core/cli/trace.h"

namespace syrinx::cli {
namespace {

namespace fs = std::filesystem;
using core::Json;

// Where audio goes, as the arguments say it.
struct Destination {
  std::string path;     // for the writer; empty: bytes to standard output
  std::string writer;   // "basic/flac", empty: as configured
  bool to_stdout = false;
  bool given = false;
};

constexpr std::pair<std::string_view, std::string_view> kWriters[] = {
    {".wav", "basic/wav"},  {".flac", "basic/flac"}, {".ogg", "basic/ogg"}, {".opus", "basic/opus"},
    {".mp3", "basic/mp3"},  {".pcm", "basic/pcm"},   {".raw", "basic/pcm"}};

std::string writer_of(const std::string& extension) {
  for (const auto& [ending, writer] : kWriters)
    if (extension == ending) return std::string(writer);
  return {};
}

core::Result<Destination> destination(const Arguments& arguments) {
  Destination out;
  const std::string format = arguments.has("raw") ? "pcm" : arguments.get("format");
  if (!format.empty()) {
    out.writer = writer_of("." + format);
    if (out.writer.empty())
      return core::Error{"E0504", fmt::format("no format \"{}\"", format), {}, {"there are: wav, flac, ogg, opus, mp3, pcm"}, {}};
  }
  const std::string file = arguments.get("output"), folder = arguments.get("output-dir");
  if (!file.empty() && !folder.empty()) return core::Error{"E0504", "-o and -d are both given", {}, {}, {"give one of them"}};
  out.given = !file.empty() || !folder.empty() || arguments.has("raw");
  if (file == "-" || (arguments.has("raw") && file.empty() && folder.empty())) {
    out.to_stdout = true;
  } else if (!file.empty()) {
    out.path = file;
    if (out.writer.empty()) out.writer = writer_of(fs::path(file).extension().string());
  } else if (!folder.empty()) {
    const std::string ending = format.empty() ? "wav" : format;
    out.path = (fs::path(folder) / ("{index:04}." + ending)).string();
    if (out.writer.empty()) out.writer = "basic/wav";
  }
  return out;
}

// The request with the writer changed to what the destination wants. The writer is the last stage of the flow.
core::Result<core::LoadRequest> with_destination(core::LoadRequest request, const Destination& to, const Arguments& arguments) {
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  const core::StageConfig* writer = config->stage(config->flow.back().name);
  const std::string base = fmt::format("stages.{}", writer->name);
  const auto written = [&](const std::string& path) {
    for (const std::string& set : arguments.all("set"))
      if (set.starts_with(base + path + "=")) return true;
    return false;
  };
  if (to.given) {
    // A plugin that was set by hand wins over the ending of a file's name.
    if (!to.writer.empty() && writer->plugin.name != to.writer && !written(".plugin"))
      request.sets.push_back(fmt::format("{}={}", base, fmt::format("!replace {{plugin: {}, options: {{}}}}", to.writer)));
    request.sets.push_back(fmt::format("{}.options.path={}", base, quoted(to.path)));
  }
  if (arguments.has("stream")) request.sets.push_back("run.stream=true");
  return request;
}

// Audio of a pipeline without a writer: raw s16.
std::string as_pcm(const core::Output& output) {
  std::string out;
  for (const syx_tensor* tensor : output.tensors) {
    if (!tensor->dl) continue;
    const DLTensor& dl = tensor->dl->dl_tensor;
    if (dl.dtype.code != kDLFloat || dl.dtype.bits != 32 || dl.ndim != 2) continue;
    const auto* samples = reinterpret_cast<const float*>(static_cast<const char*>(dl.data) + dl.byte_offset);
    for (int64_t i = 0; i < dl.shape[1]; ++i)
      for (int64_t c = 0; c < dl.shape[0]; ++c) {
        const float value = std::min(1.0f, std::max(-1.0f, samples[c * dl.shape[1] + i]));
        const auto sample = static_cast<int16_t>(std::lrintf(value * 32767.0f));
        out.append(reinterpret_cast<const char*>(&sample), 2);
      }
  }
  return out;
}

class Synthesis {
 public:
  using Next = std::function<core::Result<std::optional<core::Request>>()>;

  // Both may be null.
  Synthesis(const Arguments& arguments, core::Engine& engine, Trace* trace, RunRecord* record)
      : arguments_(arguments), engine_(engine), trace_(trace), record_(record), bar_(!arguments.has("quiet") && !arguments.has("json"), "speaking", 0, "utt") {}

  // Speaks what `next` gives until it gives nothing. `total`: how many that will be, 0: unknown.
  int run(const Next& next, uint64_t total) {
    const auto start = std::chrono::steady_clock::now();
    InterruptGuard guard([this] { engine_.cancel_all(); });
    bar_.set_total(total);
    int code = kOk;
    while (!InterruptGuard::interrupted() && !stopped_) {
      auto request = next();
      if (!request) {
        code = report(request.errors(), arguments_);
        break;
      }
      if (!*request) break;
      submit(**std::move(request));
    }
    engine_.drain();
    bar_.clear();
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (InterruptGuard::interrupted()) {
      fmt::print(stderr, "interrupted\n");
      return kInterrupted;
    }
    if (!output_error_.empty()) {
      fmt::print(stderr, "error[E0505]: {}\n", output_error_);
      return kRunFailed;
    }
    if (trace_) {
      if (auto written = trace_->finish(); !written) return report(written.errors(), arguments_);
    }
    if (!arguments_.has("quiet")) summary(elapsed);
    return code != kOk ? code : code_;
  }

 private:
  void submit(core::Request request) {
    core::Listener listener;
    const uint64_t index = request.index;
    listener.on_output = [this, index](const core::Output& output) { take(output, index); };
    listener.on_end = [this, index](const core::Report& r) { end(r, index); };
    listener.on_progress = [this](std::string_view stage, uint64_t done, uint64_t total) {
      bar_.set_phase(std::string(stage), done, total);
    };
    if (trace_) trace_->add(request);
    if (record_) record_->add(request);
    if (trace_ || record_) {
      listener.on_stage = [this, of = request](const core::StageOutput& output) {
        if (trace_) trace_->add(of, output);
        if (record_) record_->add(of, output);
      };
    }
    engine_.submit(std::move(request), std::move(listener));
  }

  void take(const core::Output& output, uint64_t index) {
    std::string problem;
    const std::string& type = output.spec->type;
    if (type == "bytes") problem = write_all(STDOUT_FILENO, output.text);
    else if (type == "audio") problem = write_all(STDOUT_FILENO, as_pcm(output));
    else if (type == "file") files_.emplace_back(index, std::string(output.text));
    else if (!output.text.empty()) problem = write_all(STDOUT_FILENO, std::string(output.text) + "\n");
    if (problem.empty() || stopped_.exchange(true)) return;
    output_error_ = problem;
    engine_.cancel_all();
  }

  void end(const core::Report& r, uint64_t index) {
    if (!r.ok && !r.cancelled) {
      bar_.clear();
      const int code = report(r.errors, arguments_);
      if (code_ == kOk) code_ = code;
    }
    audio_s_ += r.audio_s;
    if (first_s_ == 0) first_s_ = r.first_output_s;
    if (r.ok && arguments_.has("json")) {
      Json files = Json::array();
      for (const auto& [of, path] : files_)
        if (of == index) files.push_back(path);
      fmt::print("{}\n", Json{{"index", index}, {"files", files}, {"audio_s", r.audio_s}, {"elapsed_s", r.elapsed_s},
                              {"first_output_s", r.first_output_s}}.dump());
    }
    bar_.advance();
  }

  void summary(double elapsed) {
    if (arguments_.has("times")) {
      for (const core::StageTimes& times : engine_.times())
        fmt::print(stderr, "{:<14} {:>8.2f} ms busy {:>8.2f} ms waiting {:>6} calls {:>8.1f} KiB at most\n", times.stage, times.busy_s * 1e3,
                   times.blocked_s * 1e3, times.calls, static_cast<double>(times.peak_bytes) / 1024);
    }
    if (arguments_.has("verbose"))
      for (const auto& [index, path] : files_) fmt::print(stderr, "{}\n", path);
    if (arguments_.has("json")) return;
    fmt::print(stderr, "elapsed {:.3f} s, audio {:.2f} s, real-time factor {:.4f}\n", elapsed, audio_s_, audio_s_ > 0 ? elapsed / audio_s_ : 0);
  }

  const Arguments& arguments_;
  core::Engine& engine_;
  Trace* trace_;
  RunRecord* record_;
  ProgressBar bar_;
  std::atomic<bool> stopped_{false};
  std::string output_error_;
  std::vector<std::pair<uint64_t, std::string>> files_;
  double audio_s_ = 0, first_s_ = 0;
  int code_ = kOk;
};

// From a request to audio. `traced`: the folder of a trace whose outputs --from takes; empty: the user's store.
int speak(const Arguments& arguments, const core::LoadRequest& request, const Synthesis::Next& next, uint64_t total, const fs::path& traced) {
  auto config = core::load_pipeline(request);
  if (!config) return report(config.errors(), arguments);
  auto plan = plan_of(request, arguments);
  if (!plan) return report(plan.errors(), arguments);
  const std::vector<std::string> flow = flow_of(*config);
  core::Keeping keeping;
  std::unique_ptr<core::StageStore> store;
  std::unique_ptr<Trace> trace;
  if (arguments.has("from")) {
    auto again = stages_from(flow, arguments.get("from"));
    if (!again) {
      report(again.errors(), arguments);
      return kUsage;
    }
    keeping.run_again = *std::move(again);
    auto opened = traced.empty() ? store_of(arguments) : core::StageStore::open(traced / "store");
    if (!opened) return report(opened.errors(), arguments);
    store = std::move(*opened);
    keeping.store = store.get();
  }
  if (arguments.has("trace")) {
    auto made = Trace::create(arguments.get("trace"), *config, *plan);
    if (!made) return report(made.errors(), arguments);
    trace = std::move(*made);
    keeping.watch = true;
    keeping.store = trace->store();
    std::error_code error;
    if (!traced.empty()) fs::copy(traced / "store", fs::path(arguments.get("trace")) / "store", fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
    if (error) return report({{"E0505", fmt::format("cannot copy {} to {}", (traced / "store").string(), arguments.get("trace")), {}, {error.message()}, {}}}, arguments);
  }
  std::unique_ptr<RunRecord> record;
  Json plugins, assets;
  if (arguments.has("lock")) {
    record = std::make_unique<RunRecord>(*config, *plan);
    plugins = plugins_of(*plan);
    assets = assets_of(*plan);
    keeping.watch = true;
  }
  auto engine = core::Engine::create(*std::move(plan), keeping);
  if (!engine) return report(engine.errors(), arguments);
  const int code = Synthesis(arguments, **engine, trace.get(), record.get()).run(next, total);
  if (record && code == kOk) {
    if (auto written = ab::write_whole(arguments.get("lock"), lock_of(*record, std::move(plugins), std::move(assets)).dump(1, ' ', false, Json::error_handler_t::replace) + "\n"); !written)
      return report(written.errors(), arguments);
  }
  if (arguments.has("from") && !arguments.has("quiet"))
    for (const core::StageTimes& times : (*engine)->times())
      if (times.units_run > 0 && keeping.run_again.count(times.stage) == 0)
        fmt::print(stderr, "note: {} ran too: nothing is kept of it with these options\n", times.stage);
  return code;
}

bool several_utterances(const Arguments& arguments) {
  return arguments.positional.empty() && (arguments.get("input", "-") == "-" || arguments.has("json-input"));
}

}  // namespace

int synth(const Arguments& arguments) {
  apply_log(arguments);
  auto to = destination(arguments);
  if (!to) {
    report(to.errors(), arguments);
    return kUsage;
  }
  auto input = Input::open(arguments);
  if (!input) {
    report(input.errors(), arguments);
    return kUsage;
  }
  if (several_utterances(arguments) && to->given && !to->to_stdout && to->path.find('{') == std::string::npos) {
    fmt::print(stderr, "error: -o names one file, and standard input may have many utterances\n  = help: -d DIR, or -o 'x-{{index:04}}.wav'\n");
    return kUsage;
  }
  if (several_utterances(arguments) && isatty(STDIN_FILENO) && !arguments.has("quiet")) fmt::print(stderr, "reading from the terminal; one utterance a line, Ctrl-D ends\n");
  auto request = with_destination(load_request(arguments), *to, arguments);
  if (!request) return report(request.errors(), arguments);
  if (arguments.has("trace") && arguments.has("from"))
    return usage("--from takes outputs from the user's store, and a trace would lack them", "syrinx replay TRACE --from STAGE --trace DIR");
  return speak(arguments, *request, [&input] { return input->next(); }, input->total(), {});
}

int replay(const Arguments& arguments) {
  apply_log(arguments);
  if (arguments.positional.size() != 1 || !arguments.has("from")) return usage("replay needs a trace and a stage", "syrinx replay trace --from vocoder -o again.wav");
  auto to = destination(arguments);
  if (!to) {
    report(to.errors(), arguments);
    return kUsage;
  }
  if (!to->given) return usage("replay needs -o FILE or -d DIR, so that it writes over nothing", "syrinx replay trace --from vocoder -o again.wav");
  const fs::path folder = arguments.positional[0];
  auto trace = read_record((folder / "trace.json").string(), "syrinx synth --trace DIR");
  if (!trace) return report(trace.errors(), arguments);
  const Json& utterances = (*trace)["utterances"];
  if (utterances.size() > 1 && !to->to_stdout && to->path.find('{') == std::string::npos)
    return usage(fmt::format("-o names one file, and the trace has {} utterances", utterances.size()), "-d DIR, or -o 'x-{index:04}.wav'");
  auto load = request_of(*trace, folder.string(), load_request(arguments));
  if (!load) return report(load.errors(), arguments);
  auto request = with_destination(*std::move(load), *to, arguments);
  if (!request) return report(request.errors(), arguments);
  RecordedRequests requests(utterances);
  return speak(arguments, *request, [&requests] { return requests.next(); }, utterances.size(), folder);
}

int phonemize(const Arguments& arguments) {
  apply_log(arguments);
  // The flow up to its first tokenizer; what is behind it is not loaded.
  bool found = false;
  auto request = part_of_flow(arguments, load_request(arguments), [&found](const std::string&, const core::ComponentManifest* component) {
    const bool keep = !found;
    found = found || (component && component->kind == "tokenizer");
    return keep;
  });
  if (!request) return report(request.errors(), arguments);
  const bool json = arguments.has("json");
  // One line in, one line out, an empty one too.
  return answer_lines(*request, arguments, [json](core::Request& one) {
    struct Answer {
      std::string phonemes;
      Json chunks = Json::array();
    };
    auto answer = std::make_shared<Answer>();
    const auto take = [answer](const core::Output& output) {
      const Json meta = Json::parse(output.meta, nullptr, false);
      if (!meta.is_object() || !meta.contains("phonemes")) return;
      answer->phonemes += (answer->phonemes.empty() ? "" : " ") + meta["phonemes"].get<std::string>();
      answer->chunks.push_back(meta);
    };
    const auto end = [answer, json, text = one.text] {
      return (json ? Json{{"text", text}, {"phonemes", answer->phonemes}, {"chunks", answer->chunks}}.dump(-1, ' ', false, Json::error_handler_t::replace) : answer->phonemes) + "\n";
    };
    return LineAnswer{take, end};
  });
}

}  // namespace syrinx::cli
