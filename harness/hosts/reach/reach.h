#pragma once

// How an agent is started where it shall be.

#include <string>

#include "harness/system/spawn.h"
#include "results/files/fd.h"
#include "results/model/hosts/hosts.h"

namespace splicebench {

/// The process through which one talks to an agent: itself, or ssh(1).
struct AgentProcess {
  Fd in;   ///< to its standard input
  Fd out;  ///< from its standard output
  Fd err;  ///< what it wrote to standard error: a file in memory
  Child child;
  Fd archive;  ///< to be written to its input before anything else; none: nothing
};

/// What is started as an agent.
struct AgentPrograms {
  std::string own;     ///< on this machine
  std::string remote;  ///< behind ssh; empty: "splicebench" on the PATH there
  Fd archive;          ///< sent there in its place (archive.h); none: nothing is sent
};

/// Starts an agent at `place` and does not wait for it. Throws UsageError (no such namespace, no
/// ssh), and std::system_error.
AgentProcess start_agent(const HostPlace& place, const AgentPrograms& programs);

/// Waits until it has ended, for as long as ssh may take to once its input or its output has.
void await_end(const AgentProcess& process);

}  // namespace splicebench
