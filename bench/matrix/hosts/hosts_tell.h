#pragma once

// What of a run only its hosts can tell, once they are reached.

#include <string>
#include <vector>

#include "bench/recipes/recipes.h"
#include "harness/hosts/host_set.h"
#include "results/model/model.h"

namespace splicebench {

/// Where somebody else's relays run. Asks as RemoteHost does.
RelayMachine relays_machine(HostSet& hosts);

/// Modes of the engines of `options` that are not available on the relay's host, and that --modes
/// (`typed`) does not name: `all` leaves them out, and a sentence says so. Throws UsageError that
/// names the host where one is named, and as RemoteHost.
std::vector<std::string> left_out_there(HostSet& hosts, const RunOptions& options,
                                        const std::vector<std::string>& typed);

/// Says what a plan of `options` holds that nobody was asked about: with `all` of `typed`, modes
/// that may not be available on the relay's host.
void tell_unasked(const RunOptions& options, const std::vector<std::string>& typed);

/// A run begins: its hosts, where the roles run on them, which share a CPU; and without modes that
/// are left_out_there().
void note_hosts(HostSet& hosts, std::vector<HostFacts> facts, const std::vector<std::string>& typed,
                Result& result);

}  // namespace splicebench
