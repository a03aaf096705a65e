#pragma once

#include <string>

#include "harness/hosts/reach/reach.h"

namespace splicebench {

/// Sends an agent what it is made of, where that is asked for, and waits until `deadline` (seconds
/// of CLOCK_MONOTONIC) for its first line, which must be that of this build. `name` ("ssh://a") is
/// for sentences. Throws SampleFailed: why there is none, in ssh's own words, and what to do;
/// Interrupted.
void greet(const std::string& name, AgentProcess& process, double deadline);

/// What the agent, or ssh, said on standard error, in one line.
std::string words_of(const AgentProcess& process);

/// Until one of `fds` is readable. False: none was by `deadline`. Throws Interrupted.
bool wait_until(const std::vector<int>& fds, double deadline);

}  // namespace splicebench
