// The program's own thread: results to listeners, and the end of utterances.
#include <algorithm>

#include "core/run/impl.h"

namespace syrinx::core {

void Engine_Impl::run_host() {
  std::unique_lock lock(mutex);
  while (true) {
    bool acted = false;
    for (size_t i = 0; i < host.seats.size() && !acted; ++i) {
      Seat& seat = *host.seats[i];
      Root& root = *seat.unit->root;
      for (uint32_t p = 0; p < seat.in.size() && !acted && !root.dead; ++p) {
        InPort& in = seat.in[p];
        if (in.queue.empty()) continue;
        StoredItem item = std::move(in.queue.front());
        in.queue.pop_front();
        const Wire& wire = wires[static_cast<size_t>(host.in_wire[p])].wire;
        --wires[static_cast<size_t>(host.in_wire[p])].queued;
        notify_sources(host);
        acted = true;
        if (!root.listener.on_output) continue;
        const PlannedStage& from = plan.stages[static_cast<size_t>(wire.from.stage)];
        std::vector<const syx_tensor*> tensors;
        for (const syx_tensor& tensor : item.tensors) tensors.push_back(&tensor);
        const Output output = {from.name, from.out[wire.from.port].name, &wire.spec, item.offset, in.last && in.queue.empty(), item.text, item.meta, tensors};
        lock.unlock();
        root.listener.on_output(output);
        lock.lock();
      }
      if (acted) break;
      const bool drained = root.dead || std::all_of(seat.in.begin(), seat.in.end(), [](const InPort& in) { return in.last && in.queue.empty(); });
      if (drained && root.open_seats == 0) {
        Report report;
        report.ok = root.errors.empty() && !root.cancelled;
        report.cancelled = root.cancelled;
        report.errors = std::move(root.errors);
        report.elapsed_s = std::chrono::duration<double>(Clock::now() - root.submitted).count();
        report.first_output_s = root.first_output_s;
        report.audio_s = root.audio_s;
        for (auto& stage : stages) {
          stage->times.peak_bytes = static_cast<uint64_t>(stage->memory->peak.load());
          report.stages.push_back(stage->times);
        }
        const auto on_end = std::move(root.listener.on_end);
        const Ticket ticket = root.ticket;
        close_seat(host, seat);
        lock.unlock();
        if (on_end) on_end(report);
        lock.lock();
        roots.erase(ticket);
        roots_changed.notify_all();
        acted = true;
      } else if (plan.run.ordered) {
        break;  // those behind wait for their turn
      }
    }
    if (acted) continue;
    if (stopping && roots.empty()) return;
    host.wake.wait(lock);
  }
}

}  // namespace syrinx::core
