#pragma once

#include "harness/network/address.h"

namespace splicebench {

/// Whether a connection to `target` comes back to who listens at `listener`, under whatever name:
/// one of every interface, an IPv4 address written as IPv6, a symbolic link to a unix socket.
/// Throws std::system_error.
bool leads_back(const Address& target, const Address& listener);

}  // namespace splicebench
