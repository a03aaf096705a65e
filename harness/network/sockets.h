#pragma once

#include <netinet/in.h>

#include <optional>
#include <utility>

#include "harness/network/socket_settings.h"
#include "results/files/fd.h"

namespace splicebench {

/// Two connected stream sockets, CLOEXEC, blocking.
struct SocketPair {
  Fd first;
  Fd second;
};

/// Listens on 127.0.0.1 alone and a port of the kernel's choice. Any process may connect to that
/// port first; only the connection made by pair() itself is taken.
class PairListener {
 public:
  /// Throws std::system_error.
  explicit PairListener(SocketSettings settings = {});

  const sockaddr_in& address() const { return address_; }

  /// Connects to itself (`first` of the pair) and accepts until that connection comes
  /// (addresses compared at both ends, strangers closed unread), for at most `seconds`: strangers
  /// who fill the backlog keep it from coming at all. Throws std::system_error, with ETIMEDOUT
  /// then, and Interrupted.
  SocketPair pair(double seconds);

 private:
  SocketSettings settings_;  ///< of both ends
  Fd socket_;
  sockaddr_in address_{};
};

/// TCP connections one after another over one listener: many of one sample must not use up the
/// ports, of which each listener has one.
class TcpPairs {
 public:
  explicit TcpPairs(SocketSettings settings = {}) : settings_(std::move(settings)) {}

  /// As tcp_pair(). Throws likewise.
  SocketPair next();

 private:
  SocketSettings settings_;
  std::optional<PairListener> listener_;
};

/// TCP with TCP_NODELAY at both ends, made by a PairListener; by a few in turn, on other ports,
/// where strangers were in the way. Throws std::system_error and Interrupted.
SocketPair tcp_pair(const SocketSettings& settings = {});

/// AF_UNIX, SOCK_STREAM, unnamed. Throws std::system_error.
SocketPair unix_pair(const SocketSettings& settings = {});

/// AF_UNIX, SOCK_SEQPACKET, for control messages. Throws std::system_error.
SocketPair control_pair();

}  // namespace splicebench
