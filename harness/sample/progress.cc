#include "harness/sample/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "harness/system/process.h"
#include "harness/system/say.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr double kLiveInterval = 0.1;  ///< seconds between two pictures of the live line
constexpr double kPlainInterval = 10;

}  // namespace

Progress::Progress(Style style, std::function<void(const std::string&)> write,
                   std::function<double()> now, int width)
    : style_(style), write_(std::move(write)), now_(std::move(now)), width_(width) {}

void Progress::begin(const std::string& phase, std::int64_t total) {
  phase_ = phase;
  total_ = total;
  done_ = -1;
  began_ = now_();
  until_ = 0;
  note_.clear();
  shown_ = style_ == Style::plain ? began_ : -1e9;
}

void Progress::begin_until(const std::string& phase, double until) {
  begin(phase, 0);
  until_ = until;
}

void Progress::note(const std::string& text) { note_ = text; }

std::string Progress::time_left(double now) const {
  if (until_ > 0) return "  " + format_duration(std::max(0.0, until_ - now)) + " left";
  // The first few steps say little about the rest.
  if (done_ < 3) return "";
  const double left =
      (now - began_) / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  return "  " + format_duration(left) + " left";
}

int Progress::percent(double now) const {
  if (until_ <= 0) return static_cast<int>(100 * done_ / std::max<std::int64_t>(total_, 1));
  // The first stage of a plan may last longer than its time.
  const double share = (now - began_) / std::max(until_ - began_, 1e-3);
  return static_cast<int>(100 * std::min(share, 1.0));
}

std::string Progress::standing(double now) const {
  if (until_ <= 0) return fmt::format(" {}/{}{}", done_ + 1, total_, time_left(now));
  return (note_.empty() ? "" : " " + note_) + time_left(now);
}

void Progress::step(const std::string& what) {
  ++done_;
  if (style_ == Style::none) return;
  const double now = now_();
  if (now - shown_ < (style_ == Style::live ? kLiveInterval : kPlainInterval)) return;
  shown_ = now;
  const std::string tail = standing(now);
  if (style_ == Style::plain) {
    write_(sentence_line(fmt::format("{}: {}%{}  {}", phase_, percent(now), tail, what)) + "\n");
    return;
  }
  const std::string line =
      one_line(fmt::format("[{:3}%] {}{}  {}", percent(now), phase_, tail, what));
  write_("\r\x1b[K" + clip(line, static_cast<std::size_t>(std::max(1, width_ - 1))));
}

void Progress::step(std::int64_t round, std::int64_t rounds, const CaseId& id) {
  step(fmt::format("round {}/{} {}", round + 1, rounds, progress_name(id)));
}

void Progress::end() {
  if (style_ == Style::live && done_ >= 0) write_("\r\x1b[K");
  done_ = -1;
}

Progress stderr_progress(bool quiet) {
  const bool terminal = stderr_redraws();
  winsize size{};
  int width = 80;
  if (terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
    width = size.ws_col;
  const Progress::Style style = quiet      ? Progress::Style::none
                                : terminal ? Progress::Style::live
                                           : Progress::Style::plain;
  return Progress(
      style,
      [](const std::string& text) {
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
      },
      monotonic_seconds, width);
}

std::string progress_name(const CaseId& id) {
  return fmt::format("{} {} {}", id.heading(), format_size(id.chunk), id.mode);
}

std::string format_duration(double seconds) {
  const long whole = std::lround(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace splicebench
