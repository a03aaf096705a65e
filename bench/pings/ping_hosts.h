#pragma once

// Round trips over hosts: client, relay and server where --hosts says.

#include <vector>

#include "bench/pings/ping_cases.h"
#include "harness/hosts/host_set.h"

namespace splicebench {

/// Of each of `rows` the floor and then the modes of `options`; go_to() says where.
std::vector<PingJob> hosted_jobs(const RunOptions& options, const PingOptions& ping,
                                 const std::vector<Row>& rows);

/// The block of `row` is taken on `hosts`, which must outlive it, each process on the CPU that the
/// row's placement gives its role there. Throws UsageError that names the host whose CPUs do not
/// suffice.
void go_to(HostSet& hosts, const Row& row, PingPlan& plan);

/// Neither cases nor plans, which stand side by side, are left of `modes`.
void leave_out(const std::vector<std::string>& modes, Result& result, std::vector<PingPlan>& plans);

/// The CPUs of each role, for people.
void tell_cpus(const std::vector<PingPlan>& plans, std::vector<HostFacts>& facts);

/// What a value of --placement comes to there, for MachineConditions.
AppliedCondition place_pings_over_hosts(const std::string& value, const PathKinds& path);

}  // namespace splicebench
