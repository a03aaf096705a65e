#pragma once

#include <optional>
#include <string>

namespace splicebench {

/// The CPUs' worth of time that this process may use by its control groups (cgroups(7)): 1.5 where
/// `cpu.max` (version 2) or `cpu.cfs_quota_us` (version 1) of its group, or of one above, allows
/// 150 ms of each 100. Nothing where there is no limit or it cannot be read. `proc` is
/// /proc/self/cgroup, `root` what /sys/fs/cgroup is.
std::optional<double> cpu_quota(const std::string& proc = "/proc/self/cgroup",
                                const std::string& root = "/sys/fs/cgroup");

}  // namespace splicebench
