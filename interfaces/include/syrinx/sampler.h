/* syrinx/sampler.h: "syrinx.sampler/1", how a generator draws its next ids.
 *
 * A sampler sits in a slot of a generator, which calls it directly. It can serve in three tiers; the host takes the
 * best that both share and prints it in the plan:
 *   plain      one `sample` per step for all rows (sequences x heads), logits and ids in host memory
 *   in stream  logits, ids and history stay on the device; work is queued on call->stream, nothing synchronises
 *   lowered    the sampler writes its recipe, and a generator that offers "syrinx.lowered_sampling/1" runs it inside
 *              its own step
 *
 * A recipe is data; the order of its steps is part of the meaning, an unknown op means "not lowered":
 *   {"recipe": 1, "steps": [
 *     {"op": "temperature", "value": [0.3, 0.3, 0.3, 0.3]},        per head, or one number
 *     {"op": "repetition", "penalty": 1.05, "window": 16},
 *     {"op": "top_p", "p": 0.7, "min_keep": 3}, {"op": "top_k", "k": 20, "min_keep": 3},
 *     {"op": "forbid"},
 *     {"op": "draw", "method": "exponential-race", "rng": "philox4x32-10"}]}
 *
 * Randomness is counter-based (key, step, candidate), so the result does not depend on the size of the batch,
 * neighbours, threads or tier. The noise belongs to the candidate: argmax of p_v / e_v with e_v exponential.
 *   counter = {candidate, step, 0, 0}, key = the row's key; e_v = -ln(u), u = (word 0 + 0.5) * 2^-32, in float64.
 * syx_noise, at the end, is that.
 */
#ifndef SYRINX_SAMPLER_H_
#define SYRINX_SAMPLER_H_

#include <math.h>

#include "syrinx/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SYX_SAMPLER_V1 "syrinx.sampler/1"
#define SYX_LOWERED_SAMPLING_V1 "syrinx.lowered_sampling/1"

/* Flags of sample: leave the final scores in `logits`, removed candidates = -inf. */
#define SYX_SAMPLE_SCORES 0x10000u

/* The small arrays are host memory in every tier. */
typedef struct syx_sample_args {
  uint64_t            struct_size;
  DLTensor*           logits;   /* [rows, vocab] f32, or a dtype the sampler lists; changed in place */
  DLTensor*           ids;      /* [rows] i32, filled */
  const DLTensor*     history;  /* [rows, n] i32: most recent generated ids, newest last, -1 where there are fewer */
  syx_session* const* sessions; /* per row: the sampler session of its utterance */
  const uint64_t*     keys;     /* per row: syx_key(key of the utterance, "head", head) */
  const uint32_t*     steps;    /* per row: step within its utterance */
  const uint32_t*     heads;    /* per row: which head */
  const int32_t*      forbid;   /* ids that must not be drawn (too early to end): row r has */
  const uint32_t*     forbid_from; /* forbid[forbid_from[r]] .. forbid[forbid_from[r + 1] - 1]; NULL: none */
  uint32_t            rows;
  uint32_t            flags;
} syx_sample_args;

typedef struct syx_sampler_v1 {
  uint64_t struct_size;

  /* One utterance's parameters, from its slot's options.
   * [any] */
  syx_status (*open)(syx_call*, syx_stage*, syx_str options, syx_session** out);

  /* Draws one id for each row. Rows may belong to different sessions.
   * [any], but not twice at once for one session */
  syx_status (*sample)(syx_call*, syx_stage*, const syx_sample_args*);

  /* Writes the session's recipe, or returns SYX_E_UNIMPLEMENTED without a message: sample by call.
   * [any] */
  syx_status (*recipe)(syx_call*, syx_session*, syx_write write, void* sink);

  /* [any] */
  void (*close)(syx_session*);
} syx_sampler_v1;

/* Offered by a generator that can run recipes inside its step. */
typedef struct syx_lowered_sampling_v1 {
  uint64_t struct_size;
  /* SYX_OK: utterances with this recipe need no call. SYX_E_UNIMPLEMENTED, without a message: sample by call.
   * [any] */
  syx_status (*accept)(syx_call*, syx_stage*, syx_str recipe);
} syx_lowered_sampling_v1;

/* One block of Philox4x32-10 (Salmon et al. 2011): four words from a counter and a key. */
static inline void syx_philox4x32(const uint32_t counter[4], uint64_t key, uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = UINT64_C(0xD2511F53) * c0, b = UINT64_C(0xCD9E8D57) * c2;
    c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)b;
    c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)a;
    k0 += UINT32_C(0x9E3779B9);
    k1 += UINT32_C(0xBB67AE85);
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/* e_v: the noise of a candidate under a row's key, above 0. Needs the maths library. */
static inline double syx_noise(uint64_t key, uint32_t step, uint32_t candidate) {
  const uint32_t counter[4] = {candidate, step, 0, 0};
  uint32_t words[4];
  syx_philox4x32(counter, key, words);
  return -log((words[0] + 0.5) * 0x1p-32);
}

SYX_STATIC_ASSERT(sizeof(syx_sample_args) == 88, "syx_sample_args has padding");
SYX_STATIC_ASSERT(sizeof(syx_sampler_v1) == 40, "syx_sampler_v1 has padding");
SYX_STATIC_ASSERT(sizeof(syx_lowered_sampling_v1) == 16, "syx_lowered_sampling_v1 has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_SAMPLER_H_ */
