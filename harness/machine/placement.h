#pragma once

// Where writer, relay and reader run. It changes a result more than the engine does, so it is part
// of it.

#include <sched.h>

#include <string>
#include <vector>

namespace splicebench {

struct Placement {
  std::string name;  ///< as asked for: "auto", "spread", "split", "none"
  std::string
      text;  ///< as applied, for people: "split: relay on CPU 1, writer and reader on CPU 0"
  bool peers_share = true;  ///< writer and reader have no CPU of their own each
  // Empty: anywhere.
  cpu_set_t writer{};
  cpu_set_t relay{};
  cpu_set_t reader{};
};

/// `cpus` ascending, not empty. spread: a CPU each (needs three). split: the last CPU for the
/// relay, the peers share the rest (needs two). none: left to the scheduler. auto: spread with four
/// or more, split with two or three, none with one. Throws UsageError for other names and when the
/// CPUs do not suffice.
Placement place(const std::string& name, const std::vector<int>& cpus);

/// The CPUs this process may run on, ascending (sched_getaffinity(2)).
std::vector<int> allowed_cpus();

}  // namespace splicebench
