/* syrinx.h: the host as a C library. Load a pipeline, hand it texts, receive audio by callback.
 *
 *   syrinx_load_args args = {sizeof(args), "hibari", NULL, 0, 0};
 *   char* error = NULL;
 *   syrinx_pipeline* p = syrinx_load(&args, &error);
 *   if (!p) { fputs(error, stderr); syrinx_free(error); return 1; }
 *   syrinx_callbacks calls = {sizeof(calls), my_data, on_audio, on_bytes, on_end};
 *   syrinx_request request = {sizeof(request), "Hello.", NULL, NULL, 0, 0};
 *   syrinx_speak(p, &request, &calls, &error);
 *   syrinx_wait(p);
 *   syrinx_close(p);
 *
 * Structs grow at the end: `struct_size` says how much the caller knows, the rest counts as zero. Strings are UTF-8 and end with
 * a zero; arguments are borrowed for the call. Every function may be called from any thread unless it says otherwise.
 */
#ifndef SYRINX_H_
#define SYRINX_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SYRINX_API __attribute__((visibility("default")))
#else
#define SYRINX_API
#endif

/* How an utterance ended, and what callbacks answer. */
#define SYRINX_OK 0
#define SYRINX_CANCELLED 1
#define SYRINX_FAILED 2

typedef struct syrinx_pipeline syrinx_pipeline;

typedef struct syrinx_load_args {
  uint64_t           struct_size;
  const char*        config;      /* a file, or the name of an installed pipeline */
  const char* const* sets;        /* as `--set`: "stages.acoustic.options.speed=1.2" */
  uint32_t           set_count;
  uint32_t           keep_writer; /* 0: a writer at the end of the flow is left out, so that audio comes out */
} syrinx_load_args;

typedef struct syrinx_audio {
  uint64_t     struct_size;
  const float* samples;     /* [channels][frames], valid during the callback */
  uint64_t     frames;
  int64_t      offset;      /* of the first frame, from the utterance's start */
  uint32_t     channels;
  uint32_t     sample_rate; /* Hz */
} syrinx_audio;

/* Called on threads of the library, never two at once for one utterance. They must not call syrinx_wait or syrinx_close. */
typedef struct syrinx_callbacks {
  uint64_t struct_size;
  void*    data;
  void (*audio)(void* data, const syrinx_audio*);                                        /* may be NULL */
  void (*bytes)(void* data, const char* stage, const char* port, const void*, uint64_t size); /* other results; may be NULL */
  void (*end)(void* data, int32_t how, const char* message); /* once, last; message: the report of a failure, else "" */
} syrinx_callbacks;

typedef struct syrinx_request {
  uint64_t    struct_size;
  const char* text;
  const char* id;       /* decides randomness together with the seed; NULL: a number that counts up */
  const char* options;  /* JSON object: {"speed": 1.2} or {"acoustic.speed": 1.2}; NULL: none */
  uint64_t    seed;     /* used if has_seed */
  uint32_t    has_seed;
  uint32_t    reserved;
} syrinx_request;

/* "0.1.0" */
SYRINX_API const char* syrinx_version(void);

/* Reads the configuration, checks that everything fits, loads plugins and weights. NULL with *error set (to be freed by
 * syrinx_free) to a report as the program prints it. */
SYRINX_API syrinx_pipeline* syrinx_load(const syrinx_load_args*, char** error);

/* Begins an utterance; blocks only while very many wait. Returns its ticket, or 0 with *error set for a malformed request; then
 * nothing is called back. */
SYRINX_API uint64_t syrinx_speak(syrinx_pipeline*, const syrinx_request*, const syrinx_callbacks*, char** error);

/* Stops an utterance, or all with ticket 0. early: makes no more, but finishes what exists. `end` still comes. */
SYRINX_API void syrinx_cancel(syrinx_pipeline*, uint64_t ticket, int32_t early);

/* Until every utterance has ended. */
SYRINX_API void syrinx_wait(syrinx_pipeline*);

/* Cancels what runs, waits for it, and frees everything. No other call at the same time. NULL is fine. */
SYRINX_API void syrinx_close(syrinx_pipeline*);

/* Frees a text that the library gave. NULL is fine. */
SYRINX_API void syrinx_free(char* text);

#ifdef __cplusplus
}
#endif
#endif /* SYRINX_H_ */
