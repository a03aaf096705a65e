#pragma once

// What /proc tells of the sockets of somebody else's relay.

#include <sys/types.h>

#include <string>

#include "harness/network/address.h"
#include "results/files/fd.h"

namespace splicebench {

/// Whether a process below `root` has the other end of the TCP connection `connection` open, in the
/// network namespace of `root`. False, too, where /proc does not show it.
bool is_other_end_below(pid_t root, const Fd& connection);

/// Whether somebody listens on the TCP port of `address` in the network namespace of `root`. True,
/// too, where /proc does not show it.
bool somebody_listens(pid_t root, const Address& address);

/// Congestion control of the TCP connections that processes below `root` have, asked through copies
/// of their descriptors (pidfd_getfd(2), Linux 5.6): "bbr"; "bbr, cubic" where those that came to
/// `listens_on` have another one than the rest. Empty where there are none, or this process may not
/// look into those (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS).
std::string congestion_below(pid_t root, const Address& listens_on);

}  // namespace splicebench
