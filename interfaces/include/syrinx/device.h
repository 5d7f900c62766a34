/* syrinx/device.h: "syrinx.device/1", a backend that owns memory and queues of work.
 *
 * The host moves data only through this table and links no vendor's runtime. A stage of kind `device` stands for one
 * device (its `index` option); the table's functions take it. Device plugins are started before all others. The host
 * makes the device current on a thread before every call of a stage that uses it. Nobody synchronises the whole device.
 */
#ifndef SYRINX_DEVICE_H_
#define SYRINX_DEVICE_H_

#include "syrinx/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SYX_DEVICE_V1 "syrinx.device/1"

/* Where memory lies. */
#define SYX_MEMORY_DEVICE 0u
#define SYX_MEMORY_PINNED 1u /* host memory that the device copies from and to without staging */

typedef struct syx_device_v1 {
  uint64_t struct_size;

  /* How many devices of this backend are present; 0 with a reason through call->log if there is no driver.
   * [any] */
  syx_status (*count)(syx_call*, syx_stage*, uint32_t* out);

  /* Writes JSON: {"name", "type": DLDeviceType, "index", "memory", "free", "compute", "dtypes": [...]}; memory in
   * bytes.
   * [any] */
  syx_status (*properties)(syx_call*, syx_stage*, syx_write write, void* sink);

  /* Makes the device current on this thread.
   * [any] */
  syx_status (*make_current)(syx_call*, syx_stage*);

  /* Memory aligned to 64 bytes or more. `memory`: SYX_MEMORY_...; freed on the same device after the work queued on
   * `stream` so far (NULL: at once).
   * [any] */
  syx_status (*allocate)(syx_call*, syx_stage*, uint64_t size, uint32_t memory, syx_stream* stream, void** out);
  void (*free)(syx_stage*, void* data, uint32_t memory, syx_stream* stream);

  /* Queues a copy of `size` bytes on `stream`; each end is host memory or this device's.
   * [any] */
  syx_status (*copy)(syx_call*, syx_stage*, void* to, const void* from, uint64_t size, syx_stream* stream);

  /* A queue of work. `wait` blocks until it is empty.
   * [any] */
  syx_status (*stream_create)(syx_call*, syx_stage*, syx_stream** out);
  void (*stream_destroy)(syx_stage*, syx_stream*);
  syx_status (*stream_wait)(syx_call*, syx_stage*, syx_stream*);

  /* A point in a queue: `record` puts it at the end of `stream`; `stream_wait_event` holds `stream` back until it is
   * reached; `event_query` gives SYX_OK (reached) or SYX_BUSY; `event_wait` blocks.
   * [any] */
  syx_status (*event_create)(syx_call*, syx_stage*, syx_event** out);
  void (*event_destroy)(syx_stage*, syx_event*);
  syx_status (*event_record)(syx_call*, syx_stage*, syx_event*, syx_stream* stream);
  syx_status (*stream_wait_event)(syx_call*, syx_stage*, syx_stream* stream, syx_event*);
  syx_status (*event_query)(syx_call*, syx_stage*, syx_event*);
  syx_status (*event_wait)(syx_call*, syx_stage*, syx_event*);

  /* Bytes free and in all.
   * [any] */
  syx_status (*memory)(syx_call*, syx_stage*, uint64_t* free, uint64_t* total);

  /* The vendor's own stream or event behind a handle, so that a stage can give it to its own library.
   * [any] */
  void* (*native_stream)(syx_stage*, syx_stream*);
  void* (*native_event)(syx_stage*, syx_event*);
} syx_device_v1;

SYX_STATIC_ASSERT(sizeof(syx_device_v1) == 8 * 19, "syx_device_v1 has padding");

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* SYRINX_DEVICE_H_ */
