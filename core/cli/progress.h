// A progress bar on standard error in the look of tqdm; silent unless standard error is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace syrinx::cli {

// One line that is rewritten at most ten times a second. [any]
class ProgressBar {
 public:
  // `total` 0: unknown. `unit`: "utt", "it". Disabled: every call does nothing.
  ProgressBar(bool enabled, std::string label, uint64_t total, std::string unit);
  ~ProgressBar();

  void set_total(uint64_t total);
  void advance(uint64_t by = 1);
  // A stage says how far it is: until the next advance() the line is a bar of its own, with its own clock. A stage that begins anew
  // gets a new bar; with one thing to do in all, bars of ended phases stay on the screen.
  void set_phase(const std::string& stage, uint64_t done, uint64_t total);
  // Removes the line, so that a message can be printed.
  void clear();

  // The line for given figures; pure, for tests. `width`: of the bar in columns.
  static std::string render(const std::string& label, uint64_t done, uint64_t total, double elapsed_s,
                            const std::string& unit, const std::string& detail, int width = 20);

 private:
  void draw(bool force);
  void end_phase();

  std::mutex mutex_;
  const bool enabled_;
  const std::string label_, unit_;
  std::string phase_;
  uint64_t done_ = 0, total_, phase_done_ = 0, phase_total_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_, last_, phase_start_;
};

}  // namespace syrinx::cli
