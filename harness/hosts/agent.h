#pragma once

#include "harness/system/programs.h"
#include "results/files/fd.h"

namespace splicebench {

/// Does what a runner asks for in frames (frame.h) on `in`, and answers on `out`, until it ends,
/// falls silent, or this process is asked to end. Nothing that it started is left then. Returns the
/// exit status.
int serve_agent(const Programs& programs, Fd in, Fd out);

}  // namespace splicebench
