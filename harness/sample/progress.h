#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "results/model/case_id.h"

namespace splicebench {

/// Where a run stands, for people. On a terminal one live line; otherwise a plain line every ten
/// seconds.
class Progress {
 public:
  enum class Style { none, live, plain };

  /// `write` gets text for stderr; `now` seconds; `width` columns of the terminal.
  Progress(Style style, std::function<void(const std::string&)> write, std::function<double()> now,
           int width);

  /// A phase of `total` steps begins.
  void begin(const std::string& phase, std::int64_t total);
  /// A phase that ends at `until`, in the seconds of `now`, or before; its steps are not counted.
  void begin_until(const std::string& phase, double until);
  /// How far that phase is, in words that stand in its line: "37 of 44 rows within 3%".
  void note(const std::string& text);
  /// A step is about to be done; `what` says on which case.
  void step(const std::string& what);
  /// The same for a case in `round` (0-based) of `rounds`.
  void step(std::int64_t round, std::int64_t rounds, const CaseId& id);
  /// The phase is over; the live line is wiped.
  void end();

 private:
  std::string time_left(double now) const;
  int percent(double now) const;
  /// How far the phase is: steps or the note, and the time left.
  std::string standing(double now) const;

  Style style_;
  std::function<void(const std::string&)> write_;
  std::function<double()> now_;
  int width_;
  std::string phase_;
  std::int64_t total_ = 0;
  std::int64_t done_ = -1;  ///< steps finished; the one begun is not
  double began_ = 0;
  double until_ = 0;  ///< 0: steps are counted
  std::string note_;
  double shown_ = 0;
};

/// Progress on this process's stderr: live on a terminal, plain elsewhere, none when `quiet`.
Progress stderr_progress(bool quiet);

/// "tcp-to-tcp 1KiB splice".
std::string progress_name(const CaseId& id);

/// "1:02:03", "2:03" or "8 s".
std::string format_duration(double seconds);

}  // namespace splicebench
