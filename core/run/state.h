// What the run engine keeps. Everything here is guarded by Engine::Impl::mutex unless it says otherwise.
//
// An utterance of the caller is a Root. It and the pieces it is split into are Units; a unit's use of a stage is a
// Seat. A unit is announced to every stage that it will pass when it is made, so all stages see units in one order, and a plain
// stage that works in that order can never wait for a unit that is behind another one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/run/engine.h"
#include "core/run/stored_item.h"

namespace syrinx::core {

using Clock = std::chrono::steady_clock;

struct Seat;
struct Stage;

struct Root {
  Ticket ticket = 0;
  Request request;
  Listener listener;
  Errors errors;
  bool dead = false;       // failed or cancelled: nothing more is made
  bool cancelled = false;
  bool early = false;      // make no more, emit what exists
  Clock::time_point submitted, deadline = Clock::time_point::max(), stopped = Clock::time_point::max();
  double first_output_s = 0, audio_s = 0;
  int open_seats = 0;      // at stages; the host's own is not counted
  bool reported = false;
  std::vector<std::unique_ptr<struct Unit>> units;
  std::vector<std::string> options;  // per stage: utterance options as JSON
};

struct Unit {
  Root* root = nullptr;
  Unit* parent = nullptr;
  uint32_t sequence = 0;
  int depth = 0;
  uint64_t key = 0;
  uint32_t index = 0;           // among its parent's pieces
  std::vector<Unit*> pieces;
  bool pieces_complete = false;
  std::string options;          // meta.options of the item that made it
  // In a flow slot: who sent it.
  Seat* user = nullptr;
  int user_slot = -1;  // of the user's stage
  // Items that came from before the split, per wire, for pieces that are made later.
  std::map<int, std::vector<StoredItem>> kept;
};

// Pieces on their way back into one utterance.
struct Joining {
  std::vector<uint32_t> path;  // the piece whose turn it is; empty: not begun
  std::map<uint32_t, std::deque<StoredItem>> waiting;  // by sequence
  std::map<uint32_t, int64_t> length;                  // of what was passed on of a piece
  int64_t base = 0;
  bool done = false;
};

struct InPort {
  InPort() = default;
  InPort(InPort&&) noexcept = default;  // said, since a deque of what only moves claims to be copyable

  std::deque<StoredItem> queue;
  bool last = false;      // LAST is queued or was delivered
  bool finished = false;  // finish was called
  int wire = -1;          // what comes on it; -1: nothing yet
  Joining joining;
};

struct Seat {
  Unit* unit = nullptr;
  Stage* stage = nullptr;
  bool begun = false, early_sent = false, failed = false, closed = false;
  std::vector<InPort> in;
  std::vector<bool> out_last;
  std::vector<Unit*> loops;            // units at work in its slots
  std::map<int, uint32_t> loop_count;  // per slot: how many there were
  std::vector<std::unique_ptr<std::string>> texts;  // what the seat's syx_slots point to
  Clock::time_point begun_at;
  // With Keeping: what it gave so far, and under which digest it is kept; empty: it is not.
  bool watched = false;
  std::string record, digest;
};

struct Engine_Impl;

// One stage, or the program itself (index -1), with its thread.
struct Stage {
  Engine_Impl* engine = nullptr;
  int index = -1;
  PlannedStage* plan = nullptr;  // null for the host
  syx_stage* made = nullptr;
  const syx_flow_v1* flow = nullptr;
  syx_session* session = nullptr;
  int depth = 0;
  bool shared = false, steps = false, batch = false, joins = false;
  bool in_flow = false;    // utterances pass through it; else it only works in slots
  bool is_slot = false;    // stages that have it in a flow slot send it units of their own
  bool broken = false;     // SYX_E_UNAVAILABLE
  bool abandoned = false;  // a call did not return
  std::vector<std::vector<int>> out_wires;  // per output port
  std::vector<int> in_wire;                 // per input port, -1: not connected; of the way through a slot: the last
  std::vector<std::vector<int>> slot_wires; // per input port: from stages that have this one in a slot
  std::vector<int> in_slot, out_slot;       // per port: the flow slot it comes back from or leads into, -1: none

  std::deque<std::unique_ptr<Seat>> seats;
  std::unordered_map<uint32_t, Seat*> by_sequence;
  Seat* current = nullptr;  // of a plain stage
  bool changed = false;     // something a step could use
  int busy_begin = 0;       // begin answered SYX_BUSY; waits for an end
  bool in_batch = false;    // the batch is complete: no one may join

  std::condition_variable wake;
  std::thread thread;
  uint32_t cancel = 0;      // read by the plugin without the lock
  std::atomic<bool> in_call{false};

  std::string definition;   // with Keeping: digest, made at first use
  StageTimes times;
  MemoryCount* memory = nullptr;
};

struct WireState {
  Wire wire;
  int64_t queued = 0;  // items between its ends
};

}  // namespace syrinx::core
