#include "core/ab/forced.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/ab/forced_ledger.h"
#include "core/ab/speaker.h"

namespace syrinx::ab {
namespace {

bool uses_sampler(const core::Plan& plan, const core::PlannedStage& stage) {
  return std::any_of(stage.slots.begin(), stage.slots.end(), [&](const core::PlannedSlot& slot) { return slot.table && is_sampler(plan.stages[static_cast<size_t>(slot.stage)]); });
}

// The stages that call samplers and what they need; what went on from there comes to the program.
core::Plan up_to_generators(const core::Plan& plan) {
  std::set<int> needed;
  for (size_t i = 0; i < plan.stages.size(); ++i)
    if (uses_sampler(plan, plan.stages[i])) needed.insert(static_cast<int>(i));
  for (size_t before = 0; before != needed.size();) {
    before = needed.size();
    for (const core::Wire& wire : plan.wires)
      if (needed.count(wire.to.stage) && wire.from.stage != core::PortRef::kHost) needed.insert(wire.from.stage);
    for (const int i : std::set<int>(needed))
      for (const core::PlannedSlot& slot : plan.stages[static_cast<size_t>(i)].slots) needed.insert(slot.stage);
  }
  core::Plan out = plan;
  out.stages.clear();
  out.wires.clear();
  std::map<int, int> number{{core::PortRef::kHost, core::PortRef::kHost}};
  for (const int i : needed) {  // ascending: slots' stages stay before their users
    number[i] = static_cast<int>(out.stages.size());
    out.stages.push_back(plan.stages[static_cast<size_t>(i)]);
  }
  for (core::PlannedStage& stage : out.stages)
    for (core::PlannedSlot& slot : stage.slots) slot.stage = number.at(slot.stage);
  std::set<std::pair<int, uint32_t>> ended;
  for (core::Wire wire : plan.wires) {
    if (!number.count(wire.from.stage)) continue;
    if (!needed.count(wire.to.stage)) {
      if (wire.from.stage == core::PortRef::kHost || !ended.insert({wire.from.stage, wire.from.port}).second) continue;
      wire.to = {core::PortRef::kHost, 0};
      wire.spec = plan.stages[static_cast<size_t>(wire.from.stage)].out[wire.from.port];
      wire.adapter.clear();
    }
    wire.from.stage = number.at(wire.from.stage);
    wire.to.stage = number.at(wire.to.stage);
    out.wires.push_back(std::move(wire));
  }
  return out;
}

// "" if the text ran through.
std::string run(core::Engine& engine, const char* arm, const Text& text, uint64_t seed) {
  std::string error;
  core::Listener listener;
  listener.on_end = [&](const core::Report& report) {
    if (!report.ok) error = fmt::format("arm {}: {}", arm, report.errors.empty() ? "cancelled" : report.errors[0].message);
  };
  engine.submit(request_of(text, seed), std::move(listener));
  engine.drain();
  return error;
}

std::string number(double value) { return fmt::format("{:.3g}", value); }

Json to_json(const CandidateStanding& c) {
  const auto rank = [](std::optional<int64_t> r) { return r ? Json(*r) : Json(nullptr); };
  return Json::object({{"id", c.id}, {"p_a", rounded(c.p_a)}, {"p_b", rounded(c.p_b)}, {"rank_a", rank(c.rank_a)}, {"rank_b", rank(c.rank_b)}});
}

}  // namespace

struct ForcedRun::Impl {
  std::string obstacle;    // why nothing can be compared
  std::unique_ptr<ForcedLedger> ledger;  // of the text at hand
  SamplerTap tap_a, tap_b;
  std::unique_ptr<core::Engine> a, b;  // go first: they use the taps
};

ForcedRun::ForcedRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ForcedRun::~ForcedRun() = default;

core::Result<std::unique_ptr<ForcedRun>> ForcedRun::create(const core::Plan& a, const core::Plan& b) {
  auto impl = std::make_unique<Impl>();
  Impl& self = *impl;
  for (const auto& [plan, arm] : {std::pair(&a, "A"), std::pair(&b, "B")})
    if (std::none_of(plan->stages.begin(), plan->stages.end(), [&, p = plan](const core::PlannedStage& stage) { return uses_sampler(*p, stage); }))
      self.obstacle = fmt::format("arm {} has no stage that draws through a sampler", arm);
  if (!self.obstacle.empty()) return std::unique_ptr<ForcedRun>(new ForcedRun(std::move(impl)));
  self.tap_a.on_draw = [&self](const Draw& draw) {
    self.ledger->keep(draw);
    return draw.id;
  };
  self.tap_b.on_draw = [&self](const Draw& draw) { return self.ledger->hold_against(draw); };
  self.tap_a.on_unreadable = [&self](const std::string& why) { self.ledger->note("arm A: " + why); };
  self.tap_b.on_unreadable = [&self](const std::string& why) { self.ledger->note("arm B: " + why); };
  auto engine_a = core::Engine::create(up_to_generators(a), {}, through(self.tap_a));
  if (!engine_a) return std::move(engine_a).errors();
  self.a = std::move(*engine_a);
  auto engine_b = core::Engine::create(up_to_generators(b), {}, through(self.tap_b));
  if (!engine_b) return std::move(engine_b).errors();
  self.b = std::move(*engine_b);
  return std::unique_ptr<ForcedRun>(new ForcedRun(std::move(impl)));
}

ForcedOutcome ForcedRun::compare(const Text& text, uint64_t seed) {
  if (!impl_->obstacle.empty()) return {std::nullopt, impl_->obstacle};
  impl_->ledger = std::make_unique<ForcedLedger>();
  if (const std::string error = run(*impl_->a, "A", text, seed); !error.empty()) return {std::nullopt, error};
  if (const std::string error = run(*impl_->b, "B", text, seed); !error.empty()) return {std::nullopt, error};
  ForcedOutcome out = impl_->ledger->finish();
  impl_->ledger.reset();
  return out;
}

void ForcedRun::cancel() {
  if (impl_->a) impl_->a->cancel_all();
  if (impl_->b) impl_->b->cancel_all();
}

Values values_of(const Forced& f) {
  return {{"forced_top", f.top}, {"forced_draw", f.drawn}, {"forced_kl_mean", f.kl_mean}, {"forced_kl_max", f.kl_max},
          {"forced_score_diff", std::isfinite(f.score_diff) ? std::optional(f.score_diff) : std::nullopt},
          {"forced_first", f.first ? std::optional(static_cast<double>(f.first->step)) : std::nullopt}};
}

Json to_json(const ForcedOutcome& outcome) {
  if (!outcome.forced) return Json::object({{"reason", outcome.reason}});
  const Forced& f = *outcome.forced;
  Json out = Json::object({{"steps", f.steps}, {"draws", f.draws}, {"only_a", f.only_a}, {"only_b", f.only_b}, {"top", rounded(f.top)}, {"draw", rounded(f.drawn)},
                           {"kl_mean", rounded(f.kl_mean)}, {"kl_max", rounded(f.kl_max)}, {"first", nullptr}});
  out["score_diff"] = std::isfinite(f.score_diff) ? Json(rounded(f.score_diff)) : Json(nullptr);
  if (f.first) {
    const ForcedParting& p = *f.first;
    out["first"] = Json::object({{"sampler", p.sampler}, {"step", p.step}, {"head", p.head}, {"drawn_a", to_json(p.drawn_a)}, {"drawn_b", to_json(p.drawn_b)},
                                 {"gap", p.gap ? Json(rounded(*p.gap)) : Json(nullptr)}});
  }
  return out;
}

std::string to_text(const ForcedOutcome& outcome) {
  if (!outcome.forced) return "forced: not comparable: " + outcome.reason;
  const Forced& f = *outcome.forced;
  std::string out = fmt::format("forced: {} steps, same top {:.1f} %, same draw {:.1f} %, KL {} (most {}), scores differ by at most {}", f.steps, f.top * 100, f.drawn * 100,
                                number(f.kl_mean), number(f.kl_max), number(f.score_diff));
  if (!f.first) return out + "; every draw is the same";
  const ForcedParting& p = *f.first;
  out += fmt::format("; first at step {} of {}, head {}: {} (p {} / {}) and {} (p {} / {})", p.step, p.sampler, p.head, p.drawn_a.id, number(p.drawn_a.p_a), number(p.drawn_a.p_b), p.drawn_b.id,
                     number(p.drawn_b.p_a), number(p.drawn_b.p_b));
  return p.gap ? out + fmt::format(", gap {}", number(*p.gap)) : out;
}

}  // namespace syrinx::ab
