// Two generators on one history: the second runs on what the first drew, step by step. So a difference of one step is not followed by
// the differences that it causes, and one early rounding looks other than another model, which free runs cannot tell apart.
//
// Arm A runs freely and every draw is kept. Then arm B runs: its generator scores, its own sampler draws with the same noise (same seed,
// text and stage names, so the same keys), the draw is compared with A's for the same key and step, and B's generator gets A's id.
// B so ends where A ended. Only what the generators need of each pipeline runs: nothing behind them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/ab/files.h"
#include "core/ab/signal.h"
#include "core/ab/texts.h"
#include "core/graph/plan.h"

namespace syrinx::ab {

// A candidate in both final distributions: its probability, 0 where it was removed, and its rank from 1, none where removed.
struct CandidateStanding {
  int32_t id = -1;
  double p_a = 0, p_b = 0;
  std::optional<int64_t> rank_a, rank_b;
};

// The first step whose draw differs, and there the lowest head. With several pieces of a text: the smallest step within its piece.
struct ForcedParting {
  std::string sampler;  // the stage's name in A
  int64_t step = 0, head = 0;
  CandidateStanding drawn_a, drawn_b;  // what each arm drew
  // ln p - ln e of A's id less that of B's, both in A, e being the noise of sampler.h. Near 0: a coin landing on its edge, as rounding
  // does; large: another model. None where A removed B's id, or where the arms' draws do not follow this noise.
  std::optional<double> gap;
};

// Shares and extremes are over draws: all steps and heads that both arms have.
struct Forced {
  int64_t steps = 0, draws = 0;
  int64_t only_a = 0, only_b = 0;  // draws that the other arm did not have, say where one's longest length is shorter
  double top = 0;                  // share with the same most likely candidate
  double drawn = 0;                // share with the same draw
  // KL(A || B) of the final distributions, in nats. Where B removed what A kept, its probability there counts as 1e-10.
  double kl_mean = 0, kl_max = 0;
  // Largest |score of A - score of B| of any candidate, as the generators gave them; infinite where only one of them is.
  double score_diff = 0;
  std::optional<ForcedParting> first;  // none: all draws are the same
};

// Numbers, or why there are none: a text that failed, arms whose draws do not answer each other, samplers that cannot be watched.
struct ForcedOutcome {
  std::optional<Forced> forced;
  std::string reason;
};

// By the names of measures: forced_top, forced_draw, forced_kl_mean, forced_kl_max, forced_score_diff, forced_first (a step).
Values values_of(const Forced& forced);
Json to_json(const ForcedOutcome& outcome);
// One line for a terminal, without its end.
std::string to_text(const ForcedOutcome& outcome);

// Both arms loaded; as much memory as two pipelines without what is behind their generators.
class ForcedRun {
 public:
  // What the engines say when they cannot be made. Plans whose generators cannot be compared are no error: every outcome has the reason.
  static core::Result<std::unique_ptr<ForcedRun>> create(const core::Plan& a, const core::Plan& b);
  ~ForcedRun();

  // One text at a time. `seed`: of the run; the text's own goes first.
  ForcedOutcome compare(const Text& text, uint64_t seed);
  void cancel();  // [any]

 private:
  struct Impl;
  explicit ForcedRun(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace syrinx::ab
