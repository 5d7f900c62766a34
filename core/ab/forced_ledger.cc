#include "core/ab/forced_ledger.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>

#include "syrinx/sampler.h"

namespace syrinx::ab {
namespace {

constexpr double kRemoved = 1e-10;  // what a removed candidate's probability counts as in KL

Distribution distribution_of(std::span<const float> scores) {
  Distribution out;
  double most = -std::numeric_limits<double>::infinity();
  for (size_t v = 0; v < scores.size(); ++v) {
    if (!(scores[v] > -std::numeric_limits<float>::infinity())) continue;
    out.ids.push_back(static_cast<int32_t>(v));
    out.log_p.push_back(static_cast<double>(scores[v]));
    most = std::max(most, out.log_p.back());
  }
  double sum = 0;
  for (const double score : out.log_p) sum += std::exp(score - most);
  for (double& score : out.log_p) score -= most + std::log(sum);
  return out;
}

double divergence(const Distribution& a, const Distribution& b) {
  double sum = 0;
  size_t j = 0;
  for (size_t i = 0; i < a.ids.size(); ++i) {
    while (j < b.ids.size() && b.ids[j] < a.ids[i]) ++j;
    const bool kept = j < b.ids.size() && b.ids[j] == a.ids[i];
    sum += std::exp(a.log_p[i]) * (a.log_p[i] - (kept ? b.log_p[j] : std::log(kRemoved)));
  }
  return std::max(0.0, sum);  // rounding
}

double noisy(const Distribution& d, size_t at, uint64_t key, uint32_t step) {
  return d.log_p[at] - std::log(syx_noise(key, step, static_cast<uint32_t>(d.ids[at])));
}

// Whether the id is the one that the noise of sampler.h lets win.
bool follows_noise(const Distribution& d, int32_t id, uint64_t key, uint32_t step) {
  const auto own = d.find(id);
  if (!own) return false;
  const double score = noisy(d, *own, key, step);
  for (size_t i = 0; i < d.ids.size(); ++i)
    if (noisy(d, i, key, step) > score + 1e-9) return false;
  return true;
}

CandidateStanding standing_of(int32_t id, const Distribution& a, const Distribution& b) {
  CandidateStanding out;
  out.id = id;
  const auto place = [&](const Distribution& d, double& p, std::optional<int64_t>& rank) {
    const auto at = d.find(id);
    if (!at) return;
    p = std::exp(d.log_p[*at]);
    rank = 1 + std::count_if(d.log_p.begin(), d.log_p.end(), [&](double other) { return other > d.log_p[*at]; });
  };
  place(a, out.p_a, out.rank_a);
  place(b, out.p_b, out.rank_b);
  return out;
}

ForcedParting parting_of(const std::string& sampler, const Draw& draw, int32_t id_a, const Distribution& a, const Distribution& b) {
  ForcedParting out;
  out.sampler = sampler;
  out.step = draw.step;
  out.head = draw.head;
  out.drawn_a = standing_of(id_a, a, b);
  out.drawn_b = standing_of(draw.id, a, b);
  const auto of_a = a.find(id_a), of_b = a.find(draw.id);
  if (of_a && of_b && follows_noise(a, id_a, draw.key, draw.step) && follows_noise(b, draw.id, draw.key, draw.step))
    out.gap = noisy(a, *of_a, draw.key, draw.step) - noisy(a, *of_b, draw.key, draw.step);
  return out;
}

}  // namespace

void ForcedLedger::keep(const Draw& draw) {
  const std::lock_guard lock(mutex_);
  const auto sampler = std::find(samplers_.begin(), samplers_.end(), draw.sampler);
  const auto number = static_cast<size_t>(sampler - samplers_.begin());
  if (sampler == samplers_.end()) samplers_.emplace_back(draw.sampler);
  const bool fresh = kept_.try_emplace({draw.key, draw.step}, Kept{number, {draw.raw.begin(), draw.raw.end()}, distribution_of(draw.scores), draw.id}).second;
  if (!fresh) note_locked("arm A draws several times with one key and step");
  heads_a_.insert(draw.head);
}

int32_t ForcedLedger::hold_against(const Draw& draw) {
  const std::lock_guard lock(mutex_);
  heads_b_.insert(draw.head);
  const auto found = kept_.find({draw.key, draw.step});
  if (found == kept_.end()) {
    ++out_.only_b;
    return draw.id;
  }
  Kept& a = found->second;
  if (a.raw.size() != draw.raw.size()) {
    note_locked(fmt::format("the vocabularies differ: {} in arm A, {} in arm B", a.raw.size(), draw.raw.size()));
    return draw.id;
  }
  if (a.answered) {
    note_locked("arm B draws several times with one key and step");
    return a.id;
  }
  a.answered = true;
  ++out_.draws;
  ++draws_of_head_[draw.head];
  const Distribution b = distribution_of(draw.scores);
  out_.top += a.final.top() == b.top();
  out_.drawn += a.id == draw.id;
  const double kl = divergence(a.final, b);
  out_.kl_mean += kl;
  out_.kl_max = std::max(out_.kl_max, kl);
  for (size_t v = 0; v < a.raw.size(); ++v)
    if (a.raw[v] != draw.raw[v]) out_.score_diff = std::max(out_.score_diff, std::abs(static_cast<double>(a.raw[v]) - static_cast<double>(draw.raw[v])));
  const std::tuple place{a.sampler, draw.step, draw.head, draw.key};
  if (a.id != draw.id && (!first_ || place < *first_)) {
    first_ = place;
    out_.first = parting_of(samplers_[a.sampler], draw, a.id, a.final, b);
  }
  return a.id;
}

void ForcedLedger::note_locked(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

void ForcedLedger::note(std::string reason) {
  const std::lock_guard lock(mutex_);
  note_locked(std::move(reason));
}

ForcedOutcome ForcedLedger::finish() {
  const std::lock_guard lock(mutex_);
  for (const auto& [question, kept] : kept_) out_.only_a += !kept.answered;
  for (const auto& [head, draws] : draws_of_head_) out_.steps = std::max(out_.steps, draws);
  if (kept_.empty()) note_locked("arm A drew nothing");
  if (heads_a_ != heads_b_ && !heads_a_.empty() && !heads_b_.empty())
    note_locked(fmt::format("arm A draws from {} heads, arm B from {}", heads_a_.size(), heads_b_.size()));
  if (out_.draws == 0) note_locked("no draw of arm B answers one of arm A: their generators have other names, or their texts other pieces");
  if (!reason_.empty()) return {std::nullopt, reason_};
  const auto draws = static_cast<double>(out_.draws);
  out_.top /= draws;
  out_.drawn /= draws;
  out_.kl_mean /= draws;
  return {out_, ""};
}

}  // namespace syrinx::ab
