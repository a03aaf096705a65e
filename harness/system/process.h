#pragma once

// What a child process needs of the system: to live no longer than its parent, where to run, what
// it used.

#include <sched.h>

#include "results/model/usage.h"

namespace splicebench {

/// Undoes what a starter that ignores SIGCHLD leaves to this process, whose children would then go
/// without a status; a write past RLIMIT_FSIZE is an EFBIG instead of the end.
void mind_own_signals();

/// Makes writes to a closed socket or pipe an EPIPE instead of a SIGPIPE (splice(2) has no
/// MSG_NOSIGNAL), writes past RLIMIT_FSIZE an EFBIG instead of a SIGXFSZ.
void survive_failed_writes();

/// Ends this process (SIGKILL) when its parent dies, and lets it survive failed writes.
void become_child();

/// Runs on `cpus` from now on; an empty set changes nothing. Throws std::system_error.
void run_on(const cpu_set_t& cpus);

/// CPU time of this process so far (getrusage(2)).
CpuTime cpu_used();

/// Seconds of CLOCK_MONOTONIC.
double monotonic_seconds();

}  // namespace splicebench
