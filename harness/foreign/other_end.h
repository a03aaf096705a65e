#pragma once

#include <sys/types.h>

#include <string>

#include "results/files/fd.h"

namespace splicebench {

/// Whether a process below `root` has the other end of the TCP connection `connection` open, in the
/// network namespace of `root`. False, too, where /proc does not show it.
bool is_other_end_below(pid_t root, const Fd& connection);

/// Congestion control of that other end, asked through a copy of its descriptor (pidfd_getfd(2),
/// Linux 5.6). Empty where there is none, or this process may not look into that one (ptrace(2),
/// PTRACE_MODE_ATTACH_REALCREDS).
std::string congestion_of_other_end(pid_t root, const Fd& connection);

}  // namespace splicebench
