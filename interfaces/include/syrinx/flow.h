/* syrinx/flow.h: "syrinx.flow/1", how data moves through a stage.
 *
 * An utterance is a `sequence`: a number that the host gives and does not use again in that session. In every
 * stage it lives from `begin` to `end`, and whatever may differ between two utterances comes with `begin`, so
 * strangers can share a session. A stage works in one of three manners:
 *
 *   plain           its session holds one utterance at a time; it works in the begin, push or finish that
 *                   completes its inputs; `emit` blocks while the queue behind is full
 *   says "batch"    its session holds the utterances of one batch; it works in the same calls, or in
 *                   finish(port, SYX_ALL): nobody else will come; `emit` never blocks
 *   offers `step`   its session holds everybody; they join and leave between steps; it works in `step`, which is
 *                   called until it returns SYX_IDLE, then again when something changed; `emit` never blocks
 *
 * In a shared session (the last two) the host holds back the input of an utterance that has no room behind it, and a
 * stage that feeds itself asks call->room and leaves the row out of the step.
 *
 * Errors end as little as possible: returned from begin, push or finish, the utterance they were called for; from
 * open, step or finish(SYX_ALL), all of the session; call->end fails one utterance while its call goes on.
 *
 * Splitting and joining: a stage that says "splits" flags its items SYX_ITEM_PIECE; each is a whole utterance for
 * the stages behind, which the host numbers and keys, in order. A stage that says "joins" receives the pieces again as
 * the one utterance they came from: items in the order of the pieces, offsets continued, LAST only at the end.
 */
#ifndef SYRINX_FLOW_H_
#define SYRINX_FLOW_H_

#include "syrinx/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SYX_FLOW_V1 "syrinx.flow/1"

/* Flags of an item. */
#define SYX_ITEM_LAST 1u         /* closes its output port for this utterance */
#define SYX_ITEM_PIECE 0x10000u  /* a whole utterance for the stages behind ("splits") */

/* `sequence` of finish: nobody else will come. */
#define SYX_ALL UINT32_MAX

/* `how` of end. */
#define SYX_END 0u       /* the last call for this utterance, complete or not: forget it */
#define SYX_END_EARLY 1u /* make no more, emit what exists and LAST; SYX_END follows */

/* One piece of data on a port. A type has a time axis: items joined along it are the value, so how it was cut never
 * matters. */
struct syx_item {
  uint64_t struct_size;
  uint32_t sequence;     /* whose it is */
  uint32_t flags;        /* SYX_ITEM_... */
  uint32_t tensor_count;
  uint32_t reserved;
  int64_t  offset;       /* position in the port's own unit: tokens, frames, samples, bytes */
  syx_str  text;         /* of text, bytes and file ports */
  syx_str  meta;         /* JSON or empty: alignment, language spans, options */
  syx_tensor* const* tensors; /* in the order of the port's `tensors`; a NULL one is absent */
};

typedef struct syx_begin {
  uint64_t struct_size;
  uint64_t key;     /* from seed, text and stage name; all randomness comes from it (syx_key) */
  syx_str  options; /* JSON: complete options of scope "utterance" */
  const syx_slot* const* slots; /* as in `create`, with the stage and options for this utterance */
  uint32_t sequence;
  uint32_t slot_count;
} syx_begin;

typedef struct syx_flow_v1 {
  uint64_t struct_size;

  /* A session: what utterances need besides the weights. Sessions of one stage run concurrently.
   * [control] */
  syx_status (*open)(syx_call*, syx_stage*, syx_session** out);

  /* An utterance comes. SYX_BUSY: no place now; the host offers it again after the next `end`.
   * [session] */
  syx_status (*begin)(syx_call*, syx_session*, const syx_begin*);

  /* An item arrives on input port `port`. Its tensors now belong to the stage, whatever is returned. In which
   * order the items of different ports arrive is not defined.
   * [session] */
  syx_status (*push)(syx_call*, syx_session*, uint32_t port, const syx_item*);

  /* Input port `port` of an utterance is complete; once for each that is "connected" in syx_create.ports, at once for one
   * that nobody feeds in this utterance (a stage in a flow slot gets what its user sends). With SYX_ALL: see above.
   * [session] */
  syx_status (*finish)(syx_call*, syx_session*, uint32_t port, uint32_t sequence);

  /* The utterance ends (`how`). Cannot fail.
   * [session] */
  void (*end)(syx_call*, syx_session*, uint32_t sequence, uint32_t how);

  /* Works for whoever is in the session. May be NULL.
   * [session] */
  syx_status (*step)(syx_call*, syx_session*);

  /* Cannot fail. Every utterance has ended.
   * [session] */
  void (*close)(syx_session*);
} syx_flow_v1;

SYX_STATIC_ASSERT(sizeof(struct syx_item) == 72, "syx_item has padding");
SYX_STATIC_ASSERT(sizeof(syx_begin) == 48, "syx_begin has padding");
SYX_STATIC_ASSERT(sizeof(syx_flow_v1) == 64, "syx_flow_v1 has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_FLOW_H_ */
