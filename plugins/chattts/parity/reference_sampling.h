// The reference's sampling of one step, on the host: the chain that basic/sampler runs, its exponential draws, and the race.
#pragma once

#include <vector>

#include "parity/reference_run.h"

namespace chattts {

inline constexpr int64_t kWindow = 16;  // generated ids that the repetition penalty counts

// scores [rows, vocab] f32 in place; row = text * channels + channel. history [rows, window], -1 where there are fewer. `forbidden`: an id
// that must not be drawn yet, or -1. Rows from `penalised` on get no repetition penalty: the reference takes the number of ids for a number of
// rows.
void apply_reference_chain(const at::Tensor& scores, const std::vector<int32_t>& history, int64_t window, int64_t channels,
                           int64_t penalised, const Sampling& sampling, int32_t forbidden);

// q ~ Exp(1), [rows, vocab] f32, drawn row by row.
at::Tensor exponential(basic::TorchRace& generator, int64_t rows, int64_t vocab);

// Of each row the first index with the largest softmax(scores) / q. Throws syrinx::Failure if a row has no finite score.
std::vector<int32_t> race(const at::Tensor& scores, const at::Tensor& q);

}  // namespace chattts
