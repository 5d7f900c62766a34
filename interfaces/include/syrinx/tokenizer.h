/* syrinx/tokenizer.h: "syrinx.tokenizer/1", what a tokenizer knows besides turning text into tokens.
 *
 * Encoding goes through flow (text in, tokens out). This table is for stages that hold a tokenizer in a slot: a refiner
 * that decodes what it generated, a generator that needs the id of an end token.
 */
#ifndef SYRINX_TOKENIZER_H_
#define SYRINX_TOKENIZER_H_

#include "syrinx/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SYX_TOKENIZER_V1 "syrinx.tokenizer/1"

/* Flags of decode: leave control tokens out of the text. */
#define SYX_DECODE_SKIP_CONTROL 0x10000u

typedef struct syx_tokenizer_v1 {
  uint64_t struct_size;

  /* Writes the text of `count` ids.
   * [any] */
  syx_status (*decode)(syx_call*, syx_stage*, const int32_t* ids, uint64_t count, uint32_t flags, syx_write write,
                       void* sink);

  /* The id of a piece as it is written in the vocabulary ("[Ebreak]"), or -1.
   * [any] */
  int32_t (*id)(syx_stage*, syx_str piece);

  /* Writes the piece of an id.
   * [any] */
  syx_status (*piece)(syx_call*, syx_stage*, int32_t id, syx_write write, void* sink);

  /* How many ids there are.
   * [any] */
  uint32_t (*vocabulary)(syx_stage*);
} syx_tokenizer_v1;

SYX_STATIC_ASSERT(sizeof(syx_tokenizer_v1) == 40, "syx_tokenizer_v1 has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_TOKENIZER_H_ */
