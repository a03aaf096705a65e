#pragma once

// Conditions of a run over hosts, where each process has CPUs and sockets of its own host.

#include <string>

#include "bench/matrix/conditions.h"
#include "results/model/model.h"
#include "results/model/path_kinds.h"

namespace splicebench {

/// What a value of --placement comes to before the hosts have told their CPUs: what was asked for,
/// each host for itself.
AppliedCondition place_over_hosts(const std::string& value, const PathKinds& path);

/// The same of a name that is known to be a placement.
AppliedCondition placed_on_each(const std::string& name);

/// The conditions over hosts of what `placer` places; `options` stay the caller's.
MachineConditions conditions_over_hosts(RunOptions& options, Placer placer);

/// The conditions of samples, here or over the hosts of `options`, which stay the caller's.
MachineConditions sample_conditions(RunOptions& options);

/// Once the hosts have told: a placement that is the only one says in words where each process is,
/// as HostFacts::placement has it.
void tell_where(Result& result);

/// Once result.hosts are known: which roles share a CPU in each placement of `result`. Those on
/// different machines never do; those that are on one, be it in namespaces of it, do as its number
/// of CPUs has it.
void settle_sharing(Result& result);

/// A run is gone on with on the machines it was begun on, `then`, for figures of two do not mix.
/// Throws UsageError.
void require_same_machines(const std::vector<HostFacts>& then, const std::vector<HostFacts>& now,
                           const std::string& path);

}  // namespace splicebench
