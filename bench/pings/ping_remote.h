#pragma once

// The two ends of a ping by hand, for relays on other machines.

#include <string>
#include <vector>

#include "bench/pings/ping_cases.h"

namespace splicebench {

/// Echoes on `address` until it is interrupted, a process of `program` for each connection. Throws
/// UsageError when it cannot listen there. Returns the exit status.
int serve_pings(const std::string& address, const std::string& program);

/// The cases of --client: of every size one for each of the comma-separated [NAME=]ADDR:PORT, whose
/// name takes the place of a mode; `floor` is the server itself. Throws UsageError.
std::vector<PingJob> remote_jobs(const RunOptions& options, const PingOptions& ping,
                                 const std::string& addresses);

}  // namespace splicebench
