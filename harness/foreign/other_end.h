#pragma once

#include <sys/types.h>

#include "results/files/fd.h"

namespace splicebench {

/// Whether a process below `root` has the other end of the TCP connection `connection` open, in the
/// network namespace of `root`. False, too, where /proc does not show it.
bool is_other_end_below(pid_t root, const Fd& connection);

}  // namespace splicebench
