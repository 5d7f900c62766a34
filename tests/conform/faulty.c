/* An effect that hands audio on and breaks one rule of the border, by -DFAULT=FAULT_...; FAULT_NONE
 * breaks none. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syrinx/flow.h>
#include <syrinx/sampler.h>
#include <unistd.h>

enum fault {
  FAULT_NONE,
  FAULT_EXPORT,
  FAULT_UNDEFINED,
  FAULT_FILE,
  FAULT_SIGNAL,
  FAULT_FOLDER,
  FAULT_ID,
  FAULT_UNKNOWN_ID,
  FAULT_OLD_HOST,
  FAULT_NEW_HOST,
  FAULT_SCHEMA,
  FAULT_IMPURE,
  FAULT_TABLE,
  FAULT_NO_LAST,
  FAULT_TWO_LAST,
  FAULT_PORT,
  FAULT_OFFSET,
  FAULT_NAN,
  FAULT_CHANNELS,
  FAULT_SILENT,
  FAULT_END,
  FAULT_UNREPEATABLE,
  FAULT_LEAK,
  FAULT_PRINTS,
  FAULT_CRASH,
  FAULT_FORBIDDEN,
  FAULT_CUT
};
#define IS(name) (FAULT == FAULT_##name)

/* The preprocessor sees no enum: EXPORT is 1, UNDEFINED 2. */
#if FAULT == 1
SYX_EXPORT int helper(void) { return 1; }
#endif
#if FAULT == 2
int nowhere_defined(void);
#endif

static void handler(int number) { (void)number; }

__attribute__((constructor)) static void at_load(void) {
  if (IS(FILE) && open("/dev/null", O_RDONLY) < 0) abort();
  if (IS(SIGNAL)) signal(SIGUSR1, handler);
  if (IS(FOLDER) && chdir("/") != 0) abort();
#if FAULT == 2
  nowhere_defined();
#endif
}

struct syx_session {
  int64_t offset;
  int busy;
};

static syx_status open_session(syx_call* call, syx_stage* stage, syx_session** out) {
  (void)call, (void)stage;
  *out = calloc(1, sizeof(**out));
  return SYX_OK;
}

static syx_status begin(syx_call* call, syx_session* session, const syx_begin* given) {
  (void)given;
  if (IS(NEW_HOST) && given->struct_size != sizeof(*given))
    return call->fail(call, SYX_E_INTERNAL, SYX_S("unknown size"), SYX_S(""));
  if (IS(END) && session->busy) abort();
  session->busy = 1;
  session->offset = 0;
  return SYX_OK;
}

/* Emits `n` samples of `from`, beginning at `first`. */
static syx_status emit_part(syx_call* call, syx_session* session, uint32_t sequence,
                            const DLTensor* from, int64_t first, int64_t n) {
  static int count = 0;
  int64_t shape[2] = {IS(CHANNELS) ? 2 : 1, n};
  DLTensor like = *from;
  like.shape = shape;
  like.strides = NULL;
  syx_tensor out = {sizeof(out), NULL, NULL}, kept = {sizeof(kept), NULL, NULL};
  if (call->tensor(call, &like, &out) != SYX_OK) return SYX_E_OUT_OF_MEMORY;
  if (IS(LEAK)) call->tensor(call, &like, &kept);
  float* to = out.dl->dl_tensor.data;
  memset(to, 0, sizeof(float) * (size_t)(shape[0] * n));
  memcpy(to, (const float*)from->data + first, sizeof(float) * (size_t)n);
  if (IS(NAN)) to[n / 2] = NAN;
  if (IS(UNREPEATABLE)) to[0] = (float)++count;
  syx_tensor* tensors[] = {&out};
  syx_item item = {0};
  item.struct_size = sizeof(item);
  item.sequence = sequence;
  item.tensor_count = 1;
  item.offset = IS(OFFSET) ? 0 : session->offset;
  item.tensors = tensors;
  session->offset += n;
  return call->emit(call, 0, &item);
}

static syx_status push(syx_call* call, syx_session* session, uint32_t port, const syx_item* item) {
  (void)port;
  if (item->tensor_count == 0) {
    if (IS(SILENT)) return SYX_E_INVALID_ARGUMENT;
    return call->fail(call, SYX_E_INVALID_ARGUMENT, SYX_S("an item without audio"), SYX_S(""));
  }
  if (IS(CRASH)) raise(SIGSEGV);
  if (IS(PRINTS)) puts("pushed");
  const DLTensor* from = &item->tensors[0]->dl->dl_tensor;
  if (IS(CUT) && item->offset > 0) *(float*)from->data = 0;
  const int64_t half = from->shape[1] / 2;
  syx_status status = emit_part(call, session, item->sequence, from, 0, half);
  if (status == SYX_OK)
    status = emit_part(call, session, item->sequence, from, half, from->shape[1] - half);
  call->release(call, item->tensors[0]);
  return status;
}

static syx_status finish(syx_call* call, syx_session* session, uint32_t port, uint32_t sequence) {
  (void)port;
  syx_item item = {0};
  item.struct_size = sizeof(item);
  item.sequence = sequence;
  item.flags = IS(NO_LAST) ? 0 : SYX_ITEM_LAST;
  item.offset = session->offset;
  if (IS(TWO_LAST)) call->emit(call, 0, &item);
  session->busy = 0;
  return call->emit(call, IS(PORT) ? 3 : 0, &item);
}

static void end(syx_call* call, syx_session* session, uint32_t sequence, uint32_t how) {
  (void)call, (void)sequence, (void)how;
  if (!IS(END)) session->busy = 0;
}

static void close_session(syx_session* session) { free(session); }

static const void* query_stage(syx_stage* stage, const char* id) {
  static const syx_flow_v1 flow = {.struct_size = sizeof(flow),
                                   .open = open_session,
                                   .begin = begin,
                                   .push = push,
                                   .finish = finish,
                                   .end = end,
                                   .close = close_session};
  (void)stage;
  if (IS(TABLE)) return NULL;
  if (IS(UNKNOWN_ID)) return strncmp(id, SYX_FLOW_V1, strlen(SYX_FLOW_V1)) == 0 ? &flow : NULL;
  return strcmp(id, SYX_FLOW_V1) == 0 ? &flow : NULL;
}

static void destroy(syx_stage* stage) { free(stage); }

static syx_status describe(syx_call* call, syx_str options, syx_str inputs, syx_write write,
                           void* sink) {
  static int calls = 0;
  (void)call, (void)options, (void)inputs;
  write(sink,
        SYX_S("{\"in\": {\"audio\": {\"channels\": 1}}, \"out\": {\"audio\": {\"channels\": 1}}"));
  write(sink, IS(IMPURE) && ++calls % 2 ? SYX_S(", \"latency_ms\": 1}") : SYX_S("}"));
  return SYX_OK;
}

static syx_status create(syx_call* call, const syx_create* given, syx_stage** out) {
  if (IS(OLD_HOST) && given->struct_size < sizeof(*given))
    return call->fail(call, SYX_E_INTERNAL, SYX_S("too old"), SYX_S(""));
  syx_stage* stage = calloc(1, sizeof(*stage));
  stage->struct_size = sizeof(*stage);
  stage->query = query_stage;
  stage->destroy = destroy;
  *out = stage;
  return SYX_OK;
}

/* ---- A sampler that takes the likeliest id, and forgets what is forbidden if that is the fault
 * ---- */

static syx_status open_sampler(syx_call* call, syx_stage* stage, syx_str options,
                               syx_session** out) {
  (void)options;
  return open_session(call, stage, out);
}

static syx_status sample(syx_call* call, syx_stage* stage, const syx_sample_args* args) {
  (void)call, (void)stage;
  float* scores = args->logits->data;
  if (!IS(FORBIDDEN)) scores[args->forbid[0]] = -INFINITY;
  int32_t best = 0;
  for (int32_t i = 1; i < args->logits->shape[1]; ++i)
    if (scores[i] > scores[best]) best = i;
  *(int32_t*)args->ids->data = best;
  return SYX_OK;
}

static const void* query_sampler(syx_stage* stage, const char* id) {
  static const syx_sampler_v1 table = {
      .struct_size = sizeof(table), .open = open_sampler, .sample = sample, .close = close_session};
  (void)stage;
  return strcmp(id, SYX_SAMPLER_V1) == 0 ? &table : NULL;
}

static syx_status describe_sampler(syx_call* call, syx_str options, syx_str inputs, syx_write write,
                                   void* sink) {
  (void)call, (void)options, (void)inputs;
  write(sink, SYX_S("{}"));
  return SYX_OK;
}

static syx_status create_sampler(syx_call* call, const syx_create* given, syx_stage** out) {
  const syx_status status = create(call, given, out);
  if (status == SYX_OK) (*out)->query = query_sampler;
  return status;
}

SYX_EXPORT const syx_plugin* syx_plugin_v0(void) {
  static const syx_component effect = {
      sizeof(effect), "effect", "effect", IS(SCHEMA) ? "no schema" : "{}", describe, create};
  static const syx_component sampler = {sizeof(sampler),  "sampler",     "sampler", "{}",
                                        describe_sampler, create_sampler};
  static const syx_component* const components[] = {&effect, &sampler};
  static const syx_plugin plugin = {.struct_size = sizeof(plugin),
                                    .abi_minor = SYX_ABI_MINOR,
                                    .abi_oldest = SYX_ABI_OLDEST,
                                    .component_count = 2,
                                    .components = components,
                                    .id = IS(ID) ? "faulty" : "org.syrinx.faulty",
                                    .version = "0.1.0",
                                    .build = "C"};
  return &plugin;
}
