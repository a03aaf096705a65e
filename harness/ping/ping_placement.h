#pragma once

// Where client, relay and server of a ping run: on one CPU each, since which of the four wakeups of
// a round trip go to another CPU decides more than anything else.

#include <sched.h>

#include <string>
#include <vector>

#include "results/model/conditions.h"

namespace splicebench {

struct PingPlacement {
  std::string name;  ///< as asked for, or what auto came to
  std::string text;  ///< as applied, for people
  // -1: left to the scheduler.
  int client = -1;
  int relay = -1;
  int server = -1;
  int other = -1;  ///< one that the client does not run on; -1: there is none, or no placement

  Sharing sharing() const;

  /// Wakeups of a round trip through the relay that go to another CPU: of relay and server by the
  /// message, of relay and client by its reply. -1: the scheduler decides.
  int cross_wakeups() const;
};

/// `cpus` ascending, not empty. spread: a CPU each (three). split: client and server on one, the
/// relay on another (two). apart: client on one, relay and server on another (two). same: all on
/// one. none: left to the scheduler. auto: spread with four or more, split with two or three, same
/// with one. Throws UsageError for other names and when the CPUs do not suffice.
PingPlacement place_ping(const std::string& name, const std::vector<int>& cpus);

/// The set of one CPU; empty for -1.
cpu_set_t set_of_cpu(int cpu);

}  // namespace splicebench
