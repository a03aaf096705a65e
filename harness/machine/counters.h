#pragma once

// What is read before and after the timed part, outside the clock.

#include <sched.h>

#include <array>
#include <cstdint>
#include <optional>

#include "results/files/fd.h"
#include "results/model/usage.h"

namespace splicebench {

/// What each CPU did so far, by its number; absent of those that are not online or have a higher
/// number. Only differences mean anything.
using CpuTimes = std::array<std::optional<SystemTimes>, 256>;

/// What `cpus` did together in between; none where one of them is not told apart.
std::optional<SystemTimes> used_by(const cpu_set_t& cpus, const CpuTimes& earlier,
                                   const CpuTimes& later);

/// CPU time of the whole machine from /proc/stat (proc(5)). Busy is what is not idle: CPUs x
/// elapsed time less idle, iowait and steal. (Its user and system fields are sampled at the timer
/// tick, 4 ms at 250 Hz; idle is measured, and only shown in 10 ms steps: a difference is uncertain
/// by up to 10 ms however long the sample, and a median over rounds is finer.)
class SystemClock {
 public:
  SystemClock();
  /// CPU seconds; only differences mean anything. Not `known` where /proc/stat cannot be read: a
  /// container may hide it.
  SystemTimes read() const;
  /// The same, and each CPU's part of it.
  SystemTimes read(CpuTimes& per_cpu) const;

 private:
  Fd stat_;
  double ticks_;  ///< per second
  double cpus_;   ///< online
};

/// Of each CPU in `text`, which is what /proc/stat says, at time `now` in seconds. `ticks`: its
/// unit, per second.
CpuTimes parse_cpus(const char* text, double ticks, double now);

/// Of all `cpus` together, by its first line; not `known` when it is no /proc/stat.
SystemTimes parse_machine(const char* text, double ticks, double cpus, double now);

/// A counter of the kernel for the thread that makes it and those that are started after that, user
/// and kernel (perf_event_open(2)).
class PerfCounter {
 public:
  /// PERF_TYPE_... and PERF_COUNT_...
  PerfCounter(std::uint32_t type, std::uint64_t what);
  /// Only differences mean anything. None where the machine or its settings do not offer it.
  std::optional<std::int64_t> read() const;

 private:
  Fd counter_;
};

/// Retired instructions and cycles of this process.
class HardwareCounters {
 public:
  HardwareCounters();
  struct Values {
    std::optional<std::int64_t> instructions;
    std::optional<std::int64_t> cycles;
  };
  Values read() const;

 private:
  PerfCounter instructions_;
  PerfCounter cycles_;
};

/// Heap allocations of this process so far. Counted by allocations.cc, which replaces malloc and
/// its kin in the programs it is linked into; none where the sanitizers have replaced them already.
struct Allocations {
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> bytes;
};
Allocations allocations_so_far();

}  // namespace splicebench
