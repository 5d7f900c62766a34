// The chain of a sampler: temperature, repetition penalty, top-p, top-k, masked ids, draw. Pure functions over one row.
//
// Precision is part of the meaning and follows ChatTTS: probabilities are summed in double and compared in float; powers of the
// penalty are the float rounding of a double power of the float penalty. What decides is computed exactly so, or by a shorter way whose
// error is known to be too small to decide otherwise.
#pragma once

#include <cstdint>
#include <vector>

namespace basic {

struct SamplingParameters {
  float temperature = 1;         // > 0
  double top_p = 1;              // in (0, 1]; 1: off
  int64_t top_k = 0;             // 0: off
  double repetition_penalty = 1; // > 0; 1: off
  int64_t window = 16;           // most recent ids that are counted
  int64_t min_keep = 3;          // candidates that top-p and top-k leave at least
};

// Applies temperature and penalty to `scores` [vocab] in place, and gives the ids that survive everything, ascending. history: newest
// last, -1: none. Throws syrinx::Failure, with the id, if a score is NaN or +infinity.
void choose_candidates(const SamplingParameters& parameters, float* scores, int64_t vocab, const int32_t* history, int64_t history_size,
                       const int32_t* forbid, uint32_t forbid_size, std::vector<int32_t>& candidates);

// Puts -inf where no candidate, of ascending ids, is.
void remove_others(float* scores, int64_t vocab, const std::vector<int32_t>& candidates);

// Both.
void apply_chain(const SamplingParameters& parameters, float* scores, int64_t vocab, const int32_t* history, int64_t history_size,
                 const int32_t* forbid, uint32_t forbid_size);

// Draws from the candidates by the exponential race of sampler.h: argmax of p_v / e_v. -1 if there is none.
int32_t draw(const float* scores, const std::vector<int32_t>& candidates, uint64_t key, uint32_t step);

}  // namespace basic
