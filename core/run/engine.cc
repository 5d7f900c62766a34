#include "core/run/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/plugin/control_call.h"
#include "core/report/log.h"
#include "core/run/impl.h"

namespace syrinx::core {
namespace {

constexpr auto kMostSilence = std::chrono::seconds(10);  // after a cancel, before a call counts as hung

}  // namespace

struct Engine::Impl {
  std::unique_ptr<Engine_Impl> core;
};

Result<std::unique_ptr<Engine>> Engine::create(Plan plan, Keeping keeping, Interpose interpose) {
  auto impl = std::make_unique<Impl>();
  // A stage that waits for all its input must never hold up the one before it.
  if (keeping.on()) plan.run.queue = std::numeric_limits<int32_t>::max();
  impl->core = std::make_unique<Engine_Impl>(std::move(plan));
  impl->core->keeping = std::move(keeping);
  impl->core->interpose = std::move(interpose);
  Errors errors = impl->core->create_stages();
  if (!errors.empty()) return errors;
  impl->core->start_threads();
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() {
  cancel_all();
  drain();
  bool hung = false;
  {
    const std::lock_guard lock(impl_->core->mutex);
    for (auto& stage : impl_->core->stages) hung |= stage->abandoned;
  }
  if (!hung) return;
  // A call that never returned may still come back and look at all this: it stays until the process ends.
  Engine_Impl* left = impl_->core.release();
  for (auto& stage : left->stages)
    if (stage->thread.joinable()) stage->thread.detach();
  left->host.thread.detach();
  left->time_thread.detach();
}

Ticket Engine::submit(Request request, Listener listener) { return impl_->core->submit(std::move(request), std::move(listener)); }

void Engine::cancel(Ticket ticket, bool early) {
  const std::lock_guard lock(impl_->core->mutex);
  const auto found = impl_->core->roots.find(ticket);
  if (found != impl_->core->roots.end()) impl_->core->stop_root(*found->second, early);
}

void Engine::cancel_all(bool early) {
  const std::lock_guard lock(impl_->core->mutex);
  for (auto& [ticket, root] : impl_->core->roots) impl_->core->stop_root(*root, early);
}

void Engine::drain() {
  std::unique_lock lock(impl_->core->mutex);
  impl_->core->roots_changed.wait(lock, [&] { return impl_->core->roots.empty(); });
}

const Plan& Engine::plan() const { return impl_->core->plan; }

std::vector<StageTimes> Engine::times() const {
  const std::lock_guard lock(impl_->core->mutex);
  std::vector<StageTimes> out;
  for (auto& stage : impl_->core->stages) {
    stage->times.peak_bytes = static_cast<uint64_t>(stage->memory->peak.load());
    out.push_back(stage->times);
  }
  return out;
}

Ticket Engine_Impl::submit(Request request, Listener listener) {
  std::unique_lock lock(mutex);
  roots_changed.wait(lock, [&] { return roots.size() < most_roots; });
  auto owned = std::make_unique<Root>();
  Root& root = *owned;
  root.ticket = next_ticket++;
  if (request.id.empty()) request.id = fmt::format("{}", request.index);
  root.request = std::move(request);
  root.listener = std::move(listener);
  root.submitted = Clock::now();
  const double deadline = root.request.deadline_s > 0 ? root.request.deadline_s : plan.run.deadline_s;
  if (deadline > 0) root.deadline = root.submitted + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(deadline));
  const uint64_t seed = root.request.seed_given ? root.request.seed : plan.run.seed;
  if (!resolved.valid || resolved.overrides != root.request.options) {
    resolved = {true, root.request.options, root.request.options.empty() ? Errors{} : check_overrides(plan, root.request.options), {}};
    for (const PlannedStage& stage : plan.stages) {
      auto& text = resolved.texts.emplace_back();
      if (!has_output_option(stage)) text = utterance_options(stage, root.request.options, root.request, seed);
    }
  }
  for (size_t i = 0; i < plan.stages.size(); ++i)
    root.options.push_back(resolved.texts[i] ? *resolved.texts[i] : utterance_options(plan.stages[i], root.request.options, root.request, seed));
  const Ticket ticket = root.ticket;
  roots.emplace(ticket, std::move(owned));
  Unit* unit = make_unit(root, nullptr, 0);
  unit->key = utterance_key(seed, root.request.id);
  announce(*unit);
  if (!resolved.errors.empty()) {
    fail_root(root, resolved.errors);
  } else {
    for (size_t w = 0; w < wires.size(); ++w) {
      if (wires[w].wire.from.stage != PortRef::kHost) continue;
      deliver(static_cast<int>(w), *unit, fed_item(root.request, wires[w].wire.spec.type));
    }
  }
  time_wake.notify_all();
  return ticket;
}

void Engine_Impl::stop_root(Root& root, bool early) {
  if (root.dead) return;
  if (early && root.early) return;
  root.early = root.early || early;
  if (!early) {
    root.dead = root.cancelled = true;
    root.stopped = Clock::now();
  }
  for (auto& stage : stages) {
    const bool mine = stage->current && stage->current->unit->root == &root;
    const bool all = stage->shared && std::all_of(stage->seats.begin(), stage->seats.end(), [&](const auto& seat) {
      return !seat->begun || (early ? seat->unit->root->early : seat->unit->root->dead);
    });
    if (mine || all) __atomic_store_n(&stage->cancel, early ? 2u : 1u, __ATOMIC_RELAXED);
    notify(*stage);
  }
  notify(host);
  time_wake.notify_all();
}

void Engine_Impl::fail_root(Root& root, Errors errors) {
  if (root.dead) return;  // the first report wins
  root.dead = true;
  root.errors = std::move(errors);
  root.stopped = Clock::now();
  for (auto& stage : stages) {
    if (stage->current && stage->current->unit->root == &root) __atomic_store_n(&stage->cancel, 1u, __ATOMIC_RELAXED);
    notify(*stage);
  }
  notify(host);
  time_wake.notify_all();
}

void Engine_Impl::fail_utterance(Stage& stage, Unit* unit, syx_status status, std::string message, std::string hint, const char* code) {
  Root& root = *unit->root;
  Error error;
  error.code = status == SYX_E_OUT_OF_MEMORY ? "E0702" : code;
  const std::string who = fmt::format("stage {} ({})", stage.plan->name, stage.plan->plugin);
  if (message.empty()) {
    error.message = fmt::format("{}: {}", who, status_name(status));
    error.notes.push_back("it gave no message, which is a defect of the plugin");
  } else {
    error.message = fmt::format("{}: {}", who, message);
  }
  if (stage.plan->place.place.line > 0) error.labels.push_back(stage.plan->place);
  error.notes.push_back(fmt::format("in utterance {}", root.request.id));
  if (!hint.empty()) error.help.push_back(std::move(hint));
  fail_root(root, {std::move(error)});
}

void Engine_Impl::watch_time() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    auto next = Clock::time_point::max();
    const auto now = Clock::now();
    for (auto& [ticket, root] : roots) {
      if (!root->dead && !root->early && root->deadline <= now) stop_root(*root, true);
      if (!root->dead && !root->early) next = std::min(next, root->deadline);
      // Asked to finish and did not: then it is stopped.
      if (!root->dead && root->early && root->deadline < Clock::time_point::max()) {
        if (root->deadline + kMostSilence <= now)
          fail_root(*root, {{"E0501", "the deadline passed, and the stages did not finish early", {}, {fmt::format("in utterance {}", root->request.id)}, {}}});
        else next = std::min(next, root->deadline + kMostSilence);
      }
      if (!root->dead) continue;
      if (root->stopped + kMostSilence > now) {
        next = std::min(next, root->stopped + kMostSilence);
        continue;
      }
      for (auto& stage : stages) {
        const bool here = std::any_of(stage->seats.begin(), stage->seats.end(), [of = root.get()](const auto& seat) { return seat->unit->root == of; });
        if (!here || !stage->in_call || stage->abandoned) continue;
        stage->abandoned = true;
        core::log(SYX_LOG_ERROR, {.stage = stage->plan->name, .utterance = root->request.id},
                  "a call did not return within 10 s of being cancelled; the stage is given up (isolation: process would contain it)");
        while (!stage->seats.empty()) {
          Seat& seat = *stage->seats.front();
          fail_utterance(*stage, seat.unit, SYX_E_UNAVAILABLE, "a call did not return", "");
          close_seat(*stage, seat);
        }
      }
    }
    if (next == Clock::time_point::max()) time_wake.wait(lock);
    else time_wake.wait_until(lock, next);
  }
}

}  // namespace syrinx::core
