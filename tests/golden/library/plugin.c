/* A vocoder that does nothing right but what a case leaves alone: each case defines what it gets wrong. */
#include <signal.h>
#include <stdlib.h>

#include "syrinx/abi.h"

#ifndef ENTRY
#define ENTRY syx_plugin_v0
#endif
#ifndef ID
#define ID "org.example.made"
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef KIND
#define KIND "vocoder"
#endif
#ifndef SCHEMA
#define SCHEMA "{}"
#endif
#ifndef PORTS
#define PORTS "{\"in\": {\"codes\": {\"type\": \"codes\"}}, \"out\": {\"audio\": {\"type\": \"audio\"}}}"
#endif
#ifndef MINOR
#define MINOR SYX_ABI_MINOR
#endif
#ifndef OLDEST
#define OLDEST SYX_ABI_OLDEST
#endif
#ifndef SIZE
#define SIZE sizeof(syx_plugin)
#endif
#ifndef START
#define START NULL
#endif
#ifndef DESCRIBE
#define DESCRIBE describe
#endif
#ifndef RETURN
#define RETURN &plugin
#endif

/* Crashes by signal without a core file's worth of undefined behaviour. */
static void crash(void) { raise(SIGSEGV); }

#ifdef CRASH_AT_LOAD
__attribute__((constructor)) static void at_load(void) { crash(); }
#endif
#ifdef UNDEFINED_SYMBOL
extern int function_that_nobody_has(void);
int needs_it(void) { return function_that_nobody_has(); }
#endif

static syx_status start_fails(syx_call* call, const syx_host* host) {
  (void)host;
  return call->fail(call, SYX_E_UNAVAILABLE, SYX_S("no licence server answers"), SYX_S("set MADE_LICENCE_SERVER"));
}
static syx_status start_fails_silently(syx_call* call, const syx_host* host) {
  (void)call, (void)host;
  return SYX_E_INTERNAL;
}
static syx_status describe(syx_call* call, syx_str options, syx_str inputs, syx_write write, void* sink) {
  (void)call, (void)options, (void)inputs;
  write(sink, SYX_S(PORTS));
  return SYX_OK;
}
static syx_status describe_fails(syx_call* call, syx_str options, syx_str inputs, syx_write write, void* sink) {
  (void)options, (void)inputs, (void)write, (void)sink;
  return call->fail(call, SYX_E_INVALID_ARGUMENT, SYX_S("72 bands and 80 filters"), SYX_S("bands: 80"));
}
static syx_status describe_reads_a_file(syx_call* call, syx_str options, syx_str inputs, syx_write write, void* sink) {
  (void)options, (void)inputs, (void)write, (void)sink;
  return call->fail(call, SYX_E_NOT_FOUND, SYX_S("w.safetensors ends within its header"), SYX_S("fetch the file again"));
}
static syx_status create(syx_call* call, const syx_create* with, syx_stage** out) {
  (void)with, (void)out;
  return call->fail(call, SYX_E_UNIMPLEMENTED, SYX_S("this vocoder is for checks only"), SYX_S(""));
}
static const void* query(const char* id) {
  (void)id;
  return NULL;
}

static const syx_component vocoder = {sizeof(syx_component), "vocoder", KIND, SCHEMA, DESCRIBE, create};
static const syx_component* const components[] = {&vocoder};
static const syx_plugin plugin = {SIZE, MINOR, OLDEST, 1, 0, components, ID, VERSION, "test", START, NULL, query};

SYX_EXPORT const syx_plugin* ENTRY(void);
const syx_plugin* ENTRY(void) {
  (void)start_fails, (void)start_fails_silently, (void)describe, (void)describe_fails, (void)describe_reads_a_file, (void)crash, (void)plugin;
#ifdef CRASH_AT_ENTRY
  crash();
#endif
  return RETURN;
}
