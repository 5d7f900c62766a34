/* syrinx/abi.h: the border between the host and its plugins.
 *
 * A plugin is a shared library that exports one function, syx_plugin_v0. Through it the host finds the
 * plugin's components; a component makes stages; a stage holds loaded weights and answers `query` with
 * tables of functions, among them `syrinx.flow/1` (flow.h), through which data passes.
 *
 * This header needs nothing but a C11 (or C++17) compiler, and both sides compile it. It is the only
 * thing they share: no C++ type, no exception, no FILE*, no errno, no host symbol crosses.
 *
 * How the border grows
 *   - The major version is in the entry's name. While it is 0, a minor may break; then SYX_ABI_OLDEST
 *     rises, and the host refuses a plugin unless each side's minor reaches the other's oldest.
 *   - Growable structs begin with `struct_size`, set by whoever allocates. A reader touches a field only if
 *     SYX_REACHES says so. Shorter or longer than expected is normal: a missing tail is zero, an extra one
 *     is ignored. Growable structs are never embedded in one another or stored in arrays by value.
 *   - Flags: unknown bits among the low 16 are ignored; an unknown high bit must be answered with
 *     SYX_E_UNIMPLEMENTED.
 *   - No padding anywhere; a lone 32-bit field has a `reserved` partner, which is zero.
 *
 * Conventions
 *   - Text is UTF-8. A syx_str is borrowed for the call and not terminated. A `const char*` in a
 *     descriptor is terminated and lives as long as the library, that is, for ever: libraries are never
 *     unloaded.
 *   - Nothing may happen in static initialisers: no threads, files, output or signals, and no
 *     instruction beyond the platform's baseline.
 *   - A plugin leaves locale, floating-point mode, signal handlers, environment and working directory alone,
 *     prints nothing and does not fork.
 *   - Every function that can fail takes a syx_call* first and returns a syx_status. Whoever detects an
 *     error writes its text with call->fail, in the same expression; everybody above only returns it.
 *   - 64-bit little-endian platforms only.
 *
 * Thread tags, on a line of their own behind each function:
 *   [load]     one thread, no other call into this plugin at the same time
 *   [control]  calls on one component are serialised; any thread
 *   [session]  calls on one session are serialised; the thread may change between calls
 *   [any]      any thread, any time, reentrant
 */
#ifndef SYRINX_ABI_H_
#define SYRINX_ABI_H_

#include <stddef.h>
#include <stdint.h>

#include "syrinx/dlpack.h"

#ifdef __cplusplus
#define SYX_STATIC_ASSERT(condition, text) static_assert(condition, text)
extern "C" {
#else
#define SYX_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* ---- Versions ------------------------------------------------------------------------------------- */

#define SYX_ABI_MAJOR 0
#define SYX_ABI_MINOR 1  /* of this header */
#define SYX_ABI_OLDEST 1 /* the oldest minor that binaries of this header work with */

/* True if struct `p` of type T was allocated by somebody who knew field `f`. */
#define SYX_REACHES(T, p, f) ((p)->struct_size >= offsetof(T, f) + sizeof((p)->f))

/* Placed in front of the entry's definition. */
#if defined(_WIN32)
#define SYX_EXPORT __declspec(dllexport)
#else
#define SYX_EXPORT __attribute__((visibility("default")))
#endif

/* ---- Small values, frozen for ever ------------------------------------------------------------------ */

/* Borrowed UTF-8 text; `data` may be NULL if `size` is 0. */
typedef struct syx_str {
  const char* data;
  uint64_t    size; /* bytes */
} syx_str;

/* A syx_str from a string literal. */
#ifdef __cplusplus
#define SYX_S(literal) (syx_str{"" literal, sizeof(literal) - 1})
#else
#define SYX_S(literal) ((syx_str){"" literal, sizeof(literal) - 1})
#endif

/* Text too large to borrow is written through this, in any number of pieces. */
typedef void (*syx_write)(void* sink, syx_str text);

/* ---- Status ------------------------------------------------------------------------------------------ */

typedef int32_t syx_status;
#define SYX_OK 0
#define SYX_IDLE 1 /* step: nothing to do until something changes */
#define SYX_BUSY 2 /* begin: no place now; offer it again after the next end */
#define SYX_E_CANCELLED (-1)           /* all is over: return promptly */
#define SYX_E_ENDED (-2)               /* this utterance is over: drop it and go on */
#define SYX_E_INVALID_ARGUMENT (-3)    /* a value that no state of the stage would make right */
#define SYX_E_NOT_FOUND (-4)           /* a file, an id, a name; also a file that is damaged or of another kind */
#define SYX_E_OUT_OF_MEMORY (-5)       /* of host or device */
#define SYX_E_FAILED_PRECONDITION (-6) /* right in itself, wrong now */
#define SYX_E_UNIMPLEMENTED (-7)       /* not in this build or version */
#define SYX_E_INTERNAL (-8)            /* a defect of the plugin */
#define SYX_E_UNAVAILABLE (-9)         /* the stage itself is broken, say its device is lost */

/* Levels of call->log. */
#define SYX_LOG_DEBUG 10
#define SYX_LOG_INFO 20
#define SYX_LOG_WARNING 30
#define SYX_LOG_ERROR 40

/* ---- Handles ------------------------------------------------------------------------------------------ */

typedef struct syx_plugin    syx_plugin;
typedef struct syx_component syx_component;
typedef struct syx_stage     syx_stage;
typedef struct syx_session   syx_session; /* what a plugin keeps of a stage's use; opaque to the host */
typedef struct syx_stream    syx_stream;  /* a device's queue of work (device.h) */
typedef struct syx_event     syx_event;   /* a point in such a queue (device.h) */
typedef struct syx_host      syx_host;
typedef struct syx_call      syx_call;
typedef struct syx_item      syx_item; /* flow.h */

/* ---- Tensors ------------------------------------------------------------------------------------------ */

/* A tensor that moves: the receiver owns `dl`, whether the call succeeded or not, and gives it up once: by
 * call->release, by emitting it again, or by the deleter when no queued work still reads it. `ready` lives as
 * long as `dl`. Honour byte_offset; strides may be NULL; zero elements means NULL data; an unknown DLPack
 * major means: call the deleter and fail; the read-only flag is binding; contiguous unless the port says
 * `strided`. The deleter may run on any thread, at any time before `stop`. */
typedef struct syx_tensor {
  uint64_t                         struct_size;
  struct DLManagedTensorVersioned* dl;
  syx_event*                       ready; /* NULL: readable now. Else wait on it before touching the data. */
} syx_tensor;

/* ---- The call context ------------------------------------------------------------------------------------ */

/* Belongs to the host; valid only during the call and on its thread (`cancel` anywhere). */
struct syx_call {
  uint64_t struct_size;
  void*    host_data; /* the host's own; plugins leave it alone */

  /* 0: go on. 1: stop soon. 2: finish early: make no more, emit what exists and LAST. Read by SYX_CANCELLED. */
  const uint32_t* cancel;

  /* The device queue the work of this call belongs to; NULL on the CPU. */
  syx_stream* stream;

  /* Reports an error and returns `code`. The host copies both texts and adds stage, plugin, utterance and
   * position in the configuration. `message`: lower case, no full stop; `hint`: what would work, or empty.
   * [any] */
  syx_status (*fail)(syx_call*, syx_status code, syx_str message, syx_str hint);

  /* Fails one utterance of a batch while the call goes on; returns SYX_OK.
   * [any] */
  syx_status (*end)(syx_call*, uint32_t sequence, syx_status code, syx_str message, syx_str hint);

  /* Hands an item on through output port `port` (its position in what `describe` wrote). Tensors move. Blocks
   * while the queue behind is full if the stage is plain; else never (flow.h). Called without holding a lock.
   * Returns SYX_OK, SYX_E_ENDED (drop this utterance) or SYX_E_CANCELLED (return promptly).
   * [any] */
  syx_status (*emit)(syx_call*, uint32_t port, const syx_item*);

  /* How many items fit behind `port` for this utterance before its queue is full.
   * [any] */
  uint32_t (*room)(syx_call*, uint32_t port, uint32_t sequence);

  /* Host-pooled memory for a tensor like `like` (dtype, shape, device; its data is not read), contiguous,
   * aligned to 64 bytes, not cleared. The caller owns it.
   * [any] */
  syx_status (*tensor)(syx_call*, const DLTensor* like, syx_tensor* out);

  /* Gives a tensor up, after the work queued on `stream` so far. Clears out->dl.
   * [any] */
  void (*release)(syx_call*, syx_tensor*);

  /* Memory that dies with the call; NULL if there is none.
   * [any] */
  void* (*scratch)(syx_call*, uint64_t size, uint64_t align);

  /* [any] */
  void (*progress)(syx_call*, uint32_t sequence, uint64_t done, uint64_t total);

  /* One line, no newline at its end.
   * [any] */
  void (*log)(syx_call*, int32_t level, syx_str message);

  /* Host services: "syrinx.parallel/1" (ext/draft/parallel.h) and others; NULL if unknown.
   * [any] */
  const void* (*query)(syx_call*, const char* interface_id);
};

#if defined(__GNUC__) || defined(__clang__)
#define SYX_CANCELLED(call) __atomic_load_n((call)->cancel, __ATOMIC_RELAXED)
#else
#define SYX_CANCELLED(call) (*(const volatile uint32_t*)(call)->cancel)
#endif

/* ---- Plugin, component, stage ------------------------------------------------------------------------------ */

/* Valid from `start` to `stop`. */
struct syx_host {
  uint64_t    struct_size;
  const char* name;    /* "syrinx" */
  const char* version; /* semantic */
  /* [any] */
  const void* (*query)(const syx_host*, const char* interface_id);
};

struct syx_plugin {
  uint64_t struct_size;
  uint32_t abi_minor, abi_oldest; /* SYX_ABI_MINOR and SYX_ABI_OLDEST of the header it was built with */
  uint32_t component_count, reserved;
  const syx_component* const* components;
  const char* id;      /* "org.example.griffin" */
  const char* version; /* semantic, "1.2.0" */
  const char* build;   /* free text for logs */

  /* Once, before any create. What must be global goes here; weights are read in `create`. May be NULL.
   * [load] */
  syx_status (*start)(syx_call*, const syx_host*);

  /* Once, after the last destroy. Joins what `start` started. May be NULL.
   * [load] */
  void (*stop)(void);

  /* Tables of the plugin as a whole; NULL for an unknown id. May be NULL.
   * [any] */
  const void* (*query)(const char* interface_id);
};

/* A stage that another stage uses. Given by `create`: for that call. Given by `begin`: until that utterance's
 * `end` returns. */
typedef struct syx_slot {
  uint64_t   struct_size;
  syx_str    name;    /* "sampler" */
  syx_str    options; /* JSON: the stage's complete options, of this utterance where `begin` gives them */
  syx_stage* stage;
} syx_slot;

typedef struct syx_create {
  uint64_t struct_size;
  syx_str  options;               /* JSON: complete and valid, defaults filled in, asset paths absolute */
  syx_str  ports;                 /* JSON: the negotiated ports, in the form `describe` writes */
  syx_stage* const*      devices; /* none on the CPU; several for a stage that spans cards */
  const syx_slot* const* slots;   /* stages this one calls directly */
  uint32_t device_count, slot_count;
  uint32_t threads; /* how many threads the stage may use */
  uint32_t reserved;
} syx_create;

struct syx_component {
  uint64_t    struct_size;
  const char* name;   /* "vocoder"; configs write griffin/vocoder */
  const char* kind;   /* "vocoder"; a contract about ports, see ports.yaml */
  const char* schema; /* JSON Schema of the options, as text */

  /* Writes, as one JSON object, the ports and the manner of a stage with these options whose inputs are fixed to
   * `inputs` (JSON: port name -> spec; those not fixed are absent):
   *   {"in":  {"mel": {"type": "mel", "scale": "ln"}},       ports in order: their positions are their numbers
   *    "out": {"audio": {"type": "audio", "sample_rate": 24000, "channels": 1}},
   *    "batch": false, "splits": false, "joins": false, "threads": "any", "latency_ms": 50}
   * An attribute is a value, a list of values (the first is preferred) or absent (anything). `type` is the port's
   * name unless given. Pure; reads at most file headers; answers within 100 ms.
   * [any] */
  syx_status (*describe)(syx_call*, syx_str options, syx_str inputs, syx_write write, void* sink);

  /* Makes a stage: reads weights, prepares memory.
   * [control] */
  syx_status (*create)(syx_call*, const syx_create*, syx_stage** out);
};

/* The head of whatever the plugin keeps. */
struct syx_stage {
  uint64_t struct_size;
  /* Tables of this stage, "syrinx.flow/1" among them; NULL for an unknown id. Valid as long as the stage.
   * [any] */
  const void* (*query)(syx_stage*, const char* interface_id);
  /* Cannot fail. Sessions are closed before.
   * [control] */
  void (*destroy)(syx_stage*);
};

/* What the library exports, as `syx_plugin_v0`.
 * [load] */
typedef const syx_plugin* (*syx_plugin_entry)(void);
#define SYX_ENTRY_NAME "syx_plugin_v0"

/* ---- Keys: all randomness of a stage comes from these --------------------------------------------------------- */

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014), arithmetic modulo 2^64. */
static inline uint64_t syx_mix(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* A key for `purpose` (terminated) number `index` under `parent`: the same whatever else is drawn. It is
 * number `index` of the generator stream(parent, [purpose]) of the comparison tool, so one definition serves all. */
static inline uint64_t syx_key(uint64_t parent, const char* purpose, uint64_t index) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a */
  for (; *purpose; ++purpose) hash = (hash ^ (uint8_t)*purpose) * UINT64_C(0x100000001B3);
  return syx_mix(syx_mix(parent ^ hash) + (index + 1) * UINT64_C(0x9E3779B97F4A7C15));
}

/* ---- No padding ------------------------------------------------------------------------------------------- */

SYX_STATIC_ASSERT(sizeof(void*) == 8, "64-bit platforms only");
SYX_STATIC_ASSERT(sizeof(syx_str) == 16, "syx_str is frozen");
SYX_STATIC_ASSERT(sizeof(syx_tensor) == 24, "syx_tensor has padding");
SYX_STATIC_ASSERT(sizeof(struct syx_call) == 8 * 14, "syx_call has padding");
SYX_STATIC_ASSERT(sizeof(struct syx_host) == 8 * 4, "syx_host has padding");
SYX_STATIC_ASSERT(sizeof(struct syx_plugin) == 8 * 10, "syx_plugin has padding");
SYX_STATIC_ASSERT(sizeof(syx_slot) == 8 * 6, "syx_slot has padding");
SYX_STATIC_ASSERT(sizeof(syx_create) == 8 * 9, "syx_create has padding");
SYX_STATIC_ASSERT(sizeof(struct syx_component) == 8 * 6, "syx_component has padding");
SYX_STATIC_ASSERT(sizeof(struct syx_stage) == 8 * 3, "syx_stage has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_ABI_H_ */
