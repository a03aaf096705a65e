#pragma once

// Others at work on the same machine. Measurements take CPU from each other, so both should know.

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "results/files/fd.h"

namespace splicebench {

/// Makes this process known to others for as long as it lives, by an abstract AF_UNIX name
/// (unix(7)): nothing is left behind whoever is killed, and any user's programs see each other. As
/// all abstract names do, it reaches as far as the network namespace.
class Neighbours {
 public:
  /// `kind`: those of the same kind see each other. Without a socket to spare nobody sees this
  /// process; that is no error.
  explicit Neighbours(const std::string& kind = "run");

  /// Process numbers (as each saw its own) of those of this kind there are now, without this one.
  /// Of two that start at once at least one sees the other. Empty, too, where /proc/net/unix cannot
  /// be read.
  std::vector<pid_t> others() const;

  /// Those of them that were not there at an earlier call. Looks once a second at most.
  std::vector<pid_t> fresh();

 private:
  std::string prefix_;
  std::string own_name_;
  Fd socket_;
  std::set<pid_t> known_;
  double next_look_ = 0;  ///< seconds of CLOCK_MONOTONIC
};

/// What the CPUs of a machine had done at a moment; only differences mean anything.
struct LoadReading {
  double at = 0;       ///< seconds of its CLOCK_MONOTONIC
  double busy = 0;     ///< seconds that they were not idle, all CPUs together
  double cpus = 1;     ///< online
  bool known = false;  ///< /proc/stat can be read
};
LoadReading read_load();

/// Part of the CPU time between two readings of one machine that was not idle.
std::optional<double> busy_between(const LoadReading& earlier, const LoadReading& later);

/// Part of this machine's CPU time that was not idle while this process waited for `seconds`; none
/// where /proc/stat cannot be read, and when it was interrupted.
std::optional<double> busy_share(double seconds);

}  // namespace splicebench
