/* syrinx/ext/draft/parallel.h: "syrinx.parallel/1", the host's threads. From call->query.
 *
 * Draft: may change until it moves out of draft/, under a new revision if it does.
 */
#ifndef SYRINX_EXT_DRAFT_PARALLEL_H_
#define SYRINX_EXT_DRAFT_PARALLEL_H_

#include "syrinx/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SYX_PARALLEL_V1 "syrinx.parallel/1"

typedef struct syx_parallel_v1 {
  uint64_t struct_size;
  /* Calls body(data, i) for i in [0, count), on at most the stage's budget of threads, the caller's among them, and
   * returns when all are done. `body` must not fail, block on other stages or call the call's functions.
   * [any] */
  void (*run)(syx_call*, uint64_t count, void (*body)(void* data, uint64_t i), void* data);
} syx_parallel_v1;

SYX_STATIC_ASSERT(sizeof(syx_parallel_v1) == 16, "syx_parallel_v1 has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_EXT_DRAFT_PARALLEL_H_ */
