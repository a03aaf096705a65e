#pragma once

#include <string>

#include "harness/network/address.h"

namespace splicebench {

/// The address at which ssh(1) reached this host (SSH_CONNECTION, ssh(1)); empty: there was none.
std::string address_ssh_reached();

/// The first of an interface that is up, neither loopback nor link-local, IPv4 before IPv6; empty:
/// there is none.
std::string first_global_address();

/// Whether the loopback device is up, which carries what is sent to any address of this host.
bool loopback_is_up();

/// Of this host, on the way to `peer` (nothing is sent). Throws std::system_error where there is no
/// way.
std::string own_address_towards(const Address& peer);

/// An address without its port: "10.0.0.2", "fd00::2".
std::string ip_of(const Address& address);

}  // namespace splicebench
