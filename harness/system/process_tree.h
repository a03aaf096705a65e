#pragma once

// What /proc says of processes: those below one, what they used, what is open here.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/model/usage.h"

namespace splicebench {

/// All living descendants of `root`, without it, parents first (/proc/PID/task/TID/children).
std::vector<pid_t> processes_below(pid_t root);

/// What processes used so far; only differences mean anything.
struct TreeUsage {
  double seconds = 0;  ///< of CPU, exact
  CpuTime ticks;       ///< the same by the kernel's ticks: coarse, but split
  std::int64_t voluntary_switches = 0;
  std::int64_t involuntary_switches = 0;
  std::vector<pid_t> threads;  ///< that these are of, ascending; empty: of all, also of ended ones
  bool switches_known = true;  ///< false: there is no /proc to tell
};

/// The exact time from one to the other, split as the ticks say; where none has passed, all of it
/// counts as system.
CpuTime cpu_between(const TreeUsage& earlier, const TreeUsage& later);

struct Switches {
  std::int64_t voluntary = 0;
  std::int64_t involuntary = 0;
};

/// Context switches from one to the other. None without /proc, and when a thread has ended in
/// between: the kernel tells nobody else its counts. (A thread that began in between and ended,
/// too, is not seen.)
std::optional<Switches> switches_between(const TreeUsage& earlier, const TreeUsage& later);

/// Of the process `pid` with all its threads, without its children; nothing where it has ended. The
/// exact time is that of each living process's CPU clock
/// (clock_getcpuclockid(3)): all its threads, also those that ended, to the nanosecond and without
/// privilege, which neither a cgroup (needs a delegated one) nor the ticks of /proc/PID/stat (10
/// ms) offer.
TreeUsage usage_of(pid_t pid);

/// Of the processes below `root`. Of those that ended and were waited for, the ticks are all there
/// is.
TreeUsage usage_below(pid_t root);

enum class Memory { now, peak };

/// Bytes of the processes below `root` that are their own, no file's (RssAnon in
/// proc_pid_status(5)); of the peak what VmHWM has beyond RssFile, which does not shrink. None:
/// there is no /proc to tell.
std::optional<std::int64_t> memory_below(pid_t root, Memory which);

/// Bytes that /proc/PID/status has of `field` ("VmRSS"); none: it has none, or the process has
/// ended. 0: this process.
std::optional<std::int64_t> memory_of(pid_t pid, const std::string& field);

/// Descriptors of this process, with the one that looking takes where there is /proc.
std::size_t open_descriptors();

}  // namespace splicebench
