#pragma once

#include "harness/fd.h"

namespace splicebench {

/// Two connected stream sockets, CLOEXEC, blocking.
struct SocketPair {
  Fd first;
  Fd second;
};

/// TCP over 127.0.0.1 with TCP_NODELAY at both ends. The listener binds to loopback, takes one
/// connection and only the one made here (addresses compared at both ends), so that no other local
/// process becomes a peer. Throws std::system_error.
SocketPair tcp_pair();

/// AF_UNIX, SOCK_STREAM, unnamed. Throws std::system_error.
SocketPair unix_pair();

/// AF_UNIX, SOCK_SEQPACKET, for control messages. Throws std::system_error.
SocketPair control_pair();

}  // namespace splicebench
