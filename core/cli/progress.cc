#include "core/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace syrinx::cli {
namespace {

// "00:07", "1:02:03"
std::string clock_text(double seconds) {
  const auto s = static_cast<uint64_t>(seconds);
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{:02}:{:02}", s / 60, s % 60);
}

}  // namespace

ProgressBar::ProgressBar(bool enabled, std::string label, uint64_t total, std::string unit)
    : enabled_(enabled && isatty(STDERR_FILENO)),
      label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      last_() {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::set_total(uint64_t total) {
  const std::lock_guard lock(mutex_);
  total_ = total;
}

void ProgressBar::advance(uint64_t by) {
  const std::lock_guard lock(mutex_);
  end_phase();
  done_ += by;
  draw(done_ == total_);
}

void ProgressBar::set_phase(const std::string& stage, uint64_t done, uint64_t total) {
  const std::lock_guard lock(mutex_);
  if (stage != phase_ || done < phase_done_) {
    end_phase();
    phase_ = stage;
    phase_start_ = std::chrono::steady_clock::now();
  }
  phase_done_ = done;
  phase_total_ = total;
  draw(false);
}

void ProgressBar::end_phase() {
  if (phase_.empty()) return;
  if (drawn_ && total_ == 1) {
    draw(true);
    std::fputs("\n", stderr);
    drawn_ = false;
  }
  phase_.clear();
  phase_done_ = phase_total_ = 0;
}

void ProgressBar::clear() {
  const std::lock_guard lock(mutex_);
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

void ProgressBar::draw(bool force) {
  if (!enabled_) return;
  const auto now = std::chrono::steady_clock::now();
  if (!force && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const auto since = [&](auto start) { return std::chrono::duration<double>(now - start).count(); };
  const std::string others = total_ == 1 ? "" : fmt::format("{} {}{}", done_, unit_, total_ > 0 ? fmt::format("/{}", total_) : "");
  const std::string line = phase_.empty() ? render(label_, done_, total_, since(start_), unit_, "") : render(phase_, phase_done_, phase_total_, since(phase_start_), "it", others);
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

std::string ProgressBar::render(const std::string& label, uint64_t done, uint64_t total, double elapsed_s,
                                const std::string& unit, const std::string& detail, int width) {
  const double rate = elapsed_s > 0.01 ? static_cast<double>(done) / elapsed_s : 0;
  const std::string speed = rate > 0 ? fmt::format("{:.2f}{}/s", rate, unit) : fmt::format("?{}/s", unit);
  const std::string tail = detail.empty() ? "" : ", " + detail;
  if (total == 0) return fmt::format("{}: {}{} [{}, {}{}]", label, done, unit, clock_text(elapsed_s), speed, tail);
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const int eighths = static_cast<int>(part * width * 8);
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  if (eighths % 8) bar += kEighths[eighths % 8];
  const int used = eighths / 8 + (eighths % 8 ? 1 : 0);
  bar.append(static_cast<size_t>(width - used), ' ');
  const std::string left = rate > 0 ? clock_text(done < total ? static_cast<double>(total - done) / rate : 0) : "?";
  return fmt::format("{}: {:3.0f}%|{}| {}/{} [{}<{}, {}{}]", label, part * 100, bar, done, total, clock_text(elapsed_s),
                     left, speed, tail);
}

}  // namespace syrinx::cli
