#pragma once

// The two ends of a ping by hand, for relays on other machines.

#include <string>
#include <vector>

#include "bench/pings/ping_cases.h"
#include "harness/network/address.h"

namespace splicebench {

/// Echoes on `address` until it is interrupted, a process of `program` for each connection. Throws
/// UsageError when it cannot listen there. Returns the exit status.
int serve_pings(const std::string& address, const std::string& program);

/// The cases of --client: of each of `rows` one for each of the comma-separated [NAME=]ADDR:PORT,
/// whose name takes the place of a mode; `floor` is the server itself. The row's congestion control
/// and buffers are those of the client's end: the others are elsewhere. Throws UsageError.
std::vector<PingJob> remote_jobs(const RunOptions& options, const PingOptions& ping,
                                 const std::vector<Row>& rows, const std::string& addresses);

/// A connection to `address`, blocking, with `sockets` set before it connects. Throws
/// std::system_error (ETIMEDOUT after `timeout` seconds) and Interrupted.
Fd connect_to(const Address& address, const SocketSettings& sockets, double timeout);

/// Where --client's placement is told: no CPU is chosen.
AppliedCondition place_nowhere(const std::string& value, const PathKinds& path);

}  // namespace splicebench
