#include "core/cli/lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mutex>

#include "core/cli/input.h"
#include "core/cli/interrupt.h"
#include "core/cli/session.h"
#include "core/config/pipeline_config.h"

namespace syrinx::cli {
namespace {

// Lines of the arguments (as one line), of -i FILE, or of standard input.
class Lines {
 public:
  // E0504 if the file cannot be read.
  static core::Result<Lines> open(const Arguments& arguments);
  bool next(std::string& line);
  // How many came so far.
  uint64_t count() const { return count_; }

 private:
  std::string given_;
  bool has_given_ = false;
  std::ifstream file_;
  uint64_t count_ = 0;
};

core::Result<Lines> Lines::open(const Arguments& arguments) {
  Lines out;
  out.has_given_ = !arguments.positional.empty();
  out.given_ = fmt::format("{}", fmt::join(arguments.positional, " "));
  if (arguments.has("input") && arguments.get("input") != "-") {
    out.file_.open(arguments.get("input"));
    if (!out.file_) return core::Error{"E0504", fmt::format("cannot read {}", arguments.get("input")), {}, {std::strerror(errno)}, {}};
  }
  return out;
}

bool Lines::next(std::string& line) {
  if (file_.is_open()) {
    if (!std::getline(file_, line)) return false;
  } else if (has_given_) {
    if (count_ > 0) return false;
    line = given_;
  } else if (!std::getline(std::cin, line)) {
    return false;
  }
  ++count_;
  return true;
}

std::string write_problem() { return errno == EPIPE ? "standard output was closed by its reader" : fmt::format("cannot write to standard output: {}", std::strerror(errno)); }

// Standard output for answers that come on the engine's threads. A reader that goes away, or a full disk, stops the engine.
class Answers {
 public:
  explicit Answers(core::Engine& engine) : engine_(engine) {}
  void print(std::string_view text);  // [any]
  bool stopped() const { return stopped_; }
  // At the end: the exit code, `code` unless writing failed, which is reported.
  int finish(int code, const Arguments& arguments);

 private:
  core::Engine& engine_;
  std::mutex mutex_;
  std::atomic<bool> stopped_{false};
  std::string problem_;
};

void Answers::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  problem_ = write_problem();
  stopped_ = true;
  engine_.cancel_all();
}

int Answers::finish(int code, const Arguments& arguments) {
  const std::lock_guard lock(mutex_);
  if (!stopped_ && std::fflush(stdout) != 0) problem_ = write_problem();
  if (problem_.empty()) return code;
  report({{"E0505", problem_, {}, {}, {}}}, arguments);
  return kRunFailed;
}

}  // namespace

std::string write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return write_problem();
    data.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

int answer_lines(const core::LoadRequest& request, const Arguments& arguments, const std::function<LineAnswer(core::Request&)>& answer,
                 const std::function<std::string()>& summary) {
  auto plan = plan_of(request, arguments);
  if (!plan) return report(plan.errors(), arguments);
  auto engine = core::Engine::create(*std::move(plan));
  if (!engine) return report(engine.errors(), arguments);
  auto lines = Lines::open(arguments);
  if (!lines) return report(lines.errors(), arguments);

  int code = kOk;
  Answers answers(**engine);
  InterruptGuard guard([&] { (*engine)->cancel_all(); });
  std::string line;
  while (!InterruptGuard::interrupted() && !answers.stopped() && lines->next(line)) {
    core::Request one;
    one.index = lines->count();
    one.text = line;
    LineAnswer of_line = answer(one);
    for (const std::string& option : arguments.all("option")) add_option(option, &one.options);
    core::Listener listener;
    listener.on_output = std::move(of_line.take);
    listener.on_end = [&arguments, &answers, &code, end = std::move(of_line.end)](const core::Report& r) {
      if (!r.ok && !r.cancelled) code = report(r.errors, arguments);
      if (!r.cancelled) answers.print(end());
    };
    (*engine)->submit(std::move(one), std::move(listener));
  }
  (*engine)->drain();
  if (summary) answers.print(summary());
  return InterruptGuard::interrupted() ? kInterrupted : answers.finish(code, arguments);
}

core::Result<core::LoadRequest> part_of_flow(const Arguments& arguments, core::LoadRequest request,
                                             const std::function<bool(const std::string&, const core::ComponentManifest*)>& keep) {
  auto config = core::load_pipeline(request);
  if (!config) return std::move(config).errors();
  const core::PluginIndex index = plugin_index(arguments, &*config);
  std::string flow;
  std::vector<std::string> needed;
  for (const core::Named& name : config->flow) {
    const std::string& plugin = config->stage(name.name)->plugin.name;
    const core::Manifest* manifest = index.find(plugin.substr(0, plugin.find('/')));
    const auto* component = manifest ? manifest->component(plugin.substr(plugin.find('/') + 1)) : nullptr;
    if (!keep(name.name, component)) continue;
    flow += (flow.empty() ? "" : ", ") + name.name;
    needed.push_back(name.name);
  }
  // With them what they use; the others go, those too that only stages use which go.
  for (size_t i = 0; i < needed.size(); ++i) {
    const core::StageConfig* stage = config->stage(needed[i]);
    const auto need = [&](const std::string& other) {
      if (std::find(needed.begin(), needed.end(), other) == needed.end()) needed.push_back(other);
    };
    for (const core::PortLink& link : stage->in) need(link.stage);
    for (const core::SlotLink& link : stage->uses) need(link.stage.name);
  }
  for (const core::StageConfig& stage : config->stages)
    if (std::find(needed.begin(), needed.end(), stage.name) == needed.end()) request.sets.push_back(fmt::format("stages.{}=~", stage.name));
  request.sets.push_back(fmt::format("flow=[{}]", flow));
  return request;
}

}  // namespace syrinx::cli
