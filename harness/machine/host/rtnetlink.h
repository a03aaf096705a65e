#pragma once

// Questions to the kernel's routing by rtnetlink(7).

#include <cstdint>
#include <string>
#include <vector>

#include "harness/network/address.h"

namespace splicebench {

/// Index of the device that packets to TCP address `to` leave by, in this thread's network
/// namespace; 0: none, or the kernel does not tell.
int device_towards(const Address& to);

/// Kinds of the queueing disciplines (tc(8)) of the device of this index, each once, the root
/// first; empty: it has none, or the kernel does not tell.
std::vector<std::string> queue_kinds(int device);

}  // namespace splicebench
