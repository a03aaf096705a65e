#pragma once

#include <string>

#include "results/model/hosts/hosts.h"

namespace splicebench {

/// What this machine is, seen from this thread's network namespace, and the devices that have the
/// address `own` and that packets to the address `peer` leave by; each may be empty. Role, place,
/// address and placement are the caller's to fill in. What cannot be read is left empty.
HostFacts read_host_facts(const std::string& own, const std::string& peer);

}  // namespace splicebench
